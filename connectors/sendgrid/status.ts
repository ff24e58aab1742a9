import { failure } from '../../protocol/failures.ts';
import type { Failure, FailureCode } from '../../protocol/failures.ts';
import type { CodeMeaning } from '../kit/json-answer.ts';
import { permanentFailure } from '../kit/mail/status.ts';
import type { MailEvent } from './wire.ts';

/** SendGrid has no codes of its own beside the HTTP status. */
export const statuses: Readonly<Record<string, CodeMeaning>> = {
  400: 'content_refused',
  401: 'account_unauthorized',
  403: 'account_unauthorized', // a sender that is not verified, or a key without the right
};

/** `reason` of a dropped mail: the list of the "Event Webhook Reference". */
const dropped: Readonly<Record<string, FailureCode>> = {
  'Bounced Address': 'unreachable',
  'Unsubscribed Address': 'opted_out',
  'Spam Reporting Address': 'opted_out',
  Invalid: 'address_invalid',
  'Spam Content': 'spam_suspected',
  'Recipient List over Package Quota': 'balance_exhausted',
};

export const droppedFailure = ({ reason }: MailEvent): Failure =>
  failure(reason && Object.hasOwn(dropped, reason) ? dropped[reason]! : 'platform_refused', 'dropped');

/** `status` is the enhanced one, often a general 5.0.0; then the reply's own three digits, which begin the `reason`, say more. */
export function bouncedFailure({ status, reason, type }: MailEvent): Failure {
  const enhanced = /^[45]\.\d{1,3}\.\d{1,3}$/.exec(status ?? '')?.[0];
  const code = Number(/^\d{3}(?= |$)/.exec(reason ?? '')?.[0] ?? 0);
  const general = enhanced === undefined || enhanced.endsWith('.0.0');
  // a block is a refusal for now, which SendGrid does not try again
  if (type === 'blocked' && general) return failure('undelivered', 'blocked');
  const found = permanentFailure({ code, enhanced: general ? undefined : enhanced });
  return found.code === 'platform_refused' ? failure('undelivered', enhanced ?? (code || undefined)) : found;
}
