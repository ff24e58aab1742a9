import { createHash } from 'node:crypto';
import type { SendRequest } from '../../contract/index.ts';

/** All message ids in a header value, angle brackets included. */
export const messageIds = (value: string): string[] =>
  value.match(/<[^<>\s@]{1,250}@[^<>\s@]{1,250}>/g) ?? [];

/** Attachments of inbound mail have `#n` after their Message-ID; ids without a Message-ID (hashes) are none that others know. */
const messageIdOf = (providerId: string): string[] =>
  /^<[^<>\s@]+@[^<>\s@]+>/.exec(providerId)?.slice(0, 1) ?? [];

/** RFC 5322 §3.6.4: `References` names the thread, oldest first, and ends with the mail answered. */
export function threadHeaders({ thread, replyTo }: Pick<SendRequest, 'thread' | 'replyTo'>): {
  inReplyTo?: string;
  references?: string[];
} {
  const ids = thread.flatMap(messageIdOf);
  const parent = (replyTo ? messageIdOf(replyTo)[0] : undefined) ?? ids.at(-1);
  if (!parent) return {};
  const references = [...new Set([...ids.filter((id) => id !== parent), parent])];
  return { inReplyTo: parent, references };
}

/** The left side of the Message-ID, the same at every attempt: letters and digits as they are, anything else as its hash. */
export const messageIdPart = (idempotencyKey: string): string =>
  /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(idempotencyKey) && !/\.\.|\.$/.test(idempotencyKey)
    ? idempotencyKey
    : createHash('sha256').update(idempotencyKey).digest('hex').slice(0, 40);
