import { addressRest } from '../../../protocol/address.ts';
import { failure } from '../../../protocol/failures.ts';
import type { Failure } from '../../../protocol/failures.ts';
import type { SendRequest } from '../../contract/index.ts';
import { domainOf, normaliseMailbox } from './address.ts';
import { bodyOf } from './body.ts';
import type { Body } from './body.ts';
import { subjectOf, tongueFor } from './subject.ts';
import type { MailSender } from './subject.ts';
import { messageIdPart, threadHeaders } from './thread.ts';
import { unsubscribeHeaders } from './unsubscribe.ts';

/** A mail as whoever hands it over needs it: nothing in it breaks a header. */
export interface Mail {
  from: { address: string; name: string };
  to: string;
  subject: string;
  /** With its brackets; the same at every attempt. */
  messageId: string;
  inReplyTo?: string;
  /** Oldest first. */
  references?: string[];
  /** `List-Unsubscribe` and its kin, where the message is promotional. */
  unsubscribe: Record<string, string>;
  body: Body;
}

export type ComposedMail = { ok: true; mail: Mail } | { ok: false; failure: Failure };

const refuse = (...of: Parameters<typeof failure>): ComposedMail => ({ ok: false, failure: failure(...of) });

/** What a message is as a mail: subject, thread, letter and files. `maxAttachmentBytes`: what one letter's files may have in all. */
export async function composeMail(
  request: SendRequest,
  sender: MailSender,
  { nowMs, maxAttachmentBytes }: { nowMs: number; maxAttachmentBytes: number },
): Promise<ComposedMail> {
  const to = normaliseMailbox(addressRest(request.address));
  const from = normaliseMailbox(sender.address);
  if (!to || !from) return refuse('address_invalid');
  const { name } = sender;
  const subject = subjectOf(request, sender);
  const cidPart = `${messageIdPart(request.idempotencyKey)}@${domainOf(from)}`;
  const tongue = tongueFor(request, sender);
  const made = await bodyOf(request, { subject, from, name, tongue, cidPart, nowMs, maxAttachmentBytes });
  if (!made.ok) return made;
  const names = made.body.attachments.map(({ filename }) => filename);
  if ([subject, name, ...names].some(breaksHeader))
    return refuse('content_refused', 'header_control_character');
  return {
    ok: true,
    mail: {
      from: { address: from, name },
      to,
      subject,
      messageId: `<${cidPart}>`,
      ...threadHeaders(request),
      unsubscribe: unsubscribeHeaders(request.unsubscribeUrl, from),
      body: made.body,
    },
  };
}

// eslint-disable-next-line no-control-regex -- control characters are what this finds
const breaksHeader = (value: string): boolean => /[\u0000-\u0008\u000a-\u001f\u007f]/.test(value);
