import type { Failure } from '../../../protocol/failures.ts';
import type { InboundItem } from '../../contract/index.ts';
import { normaliseMailbox } from './address.ts';
import { unsubscribeSubject } from './unsubscribe.ts';

/** What a provider says of a mail that it took; a failure is for good. `opted_out`: a complaint, or a press of "unsubscribe". */
export type Told = 'delivered' | 'opted_out' | Failure | Ignored | { ignored: string };
type Ignored = keyof typeof ignored;

const ignored = {
  // Apple's and Google's proxies load pictures whether or not anybody reads
  opened: 'an open is no reading: proxies load pictures',
  delayed: 'delivery delayed',
  unknown: 'unknown event',
} as const;

export interface About {
  /** The id that the mail had when the provider took it. */
  mailId: string | undefined;
  /** Whose it was. */
  mailbox: string | null | undefined;
  /** Unix milliseconds; anything else is left out. */
  atMs: number | undefined;
}

/** An event of a provider's about a mail. */
export function eventItem(told: Told, about: About): InboundItem {
  if (told === 'opted_out') return optOut(about);
  if (told === 'delivered') return receipt(about, { state: 'delivered' });
  if (typeof told === 'string') return { type: 'ignored', reason: ignored[told] };
  return 'ignored' in told
    ? { type: 'ignored', reason: told.ignored }
    : receipt(about, { state: 'failed', failure: told });
}

/**
 * Somebody wants no more mail. It comes in as the mail that mail programs send for it, so that the gateway treats all of them alike.
 */
function optOut({ mailId, mailbox: written, atMs }: About): InboundItem {
  const mailbox = normaliseMailbox(written ?? '');
  if (!mailbox) return { type: 'ignored', reason: 'opt-out of nobody' };
  return {
    type: 'message',
    // one for all notices about the same mail: a complaint often comes with a suppression
    providerId: `opt-out:${(mailId ?? `${mailbox}:${atMs ?? ''}`).slice(0, 900)}`,
    sender: { address: `mailto:${mailbox}` },
    content: { kind: 'text', text: unsubscribeSubject },
    ...timeOf(atMs),
    ...(mailId ? { replyTo: mailId } : {}),
  };
}

function receipt(
  { mailId, atMs }: About,
  state: { state: 'delivered' } | { state: 'failed'; failure: Failure },
): InboundItem {
  if (!mailId) return { type: 'ignored', reason: 'an event about no message' };
  return { type: 'receipt', providerIds: [mailId], ...state, ...timeOf(atMs) };
}

const timeOf = (atMs: number | undefined): { atMs?: number } =>
  atMs !== undefined && atMs >= 0 ? { atMs } : {};

/** A provider's seconds, with or without fractions, as Unix milliseconds; undefined for what is no time. */
export function ofSeconds(seconds: number | undefined): number | undefined {
  const atMs = Math.round((seconds ?? -1) * 1000);
  return atMs >= 0 && atMs <= 8_640_000_000_000_000 ? atMs : undefined;
}
