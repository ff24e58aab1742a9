import { failure } from '../../../protocol/failures.ts';
import type { Failure, FailureCode } from '../../../protocol/failures.ts';

/** A reply of an SMTP server: the three digits, and the enhanced status code (RFC 3463) where it gave one. */
export interface Reply {
  code: number;
  enhanced?: string | undefined;
}

/**
 * Subject and detail of a permanent enhanced status (`5.x.y`): RFC 3463 and the IANA registry that RFC 5248 set up.
 * The most exact entry counts: `1.1`, then `1`. What is in neither is `platform_refused`.
 */
const permanentByStatus: Record<string, FailureCode> = {
  '1': 'address_invalid',
  '1.7': 'platform_refused', // the sender's address
  '1.8': 'platform_refused',
  '2': 'unreachable', // disabled, full, a broken list
  '2.3': 'content_too_large',
  '3': 'undelivered',
  '3.4': 'content_too_large',
  '4': 'undelivered', // routing, loops, expired in a queue
  '4.4': 'address_invalid', // no route to that domain
  '6': 'content_refused',
  '7': 'platform_refused',
  '7.8': 'account_unauthorized',
  '7.9': 'account_unauthorized',
  '7.11': 'account_unauthorized',
  '7.13': 'account_suspended',
  '7.14': 'account_unauthorized',
  '7.17': 'address_invalid', // the mailbox has another owner (RFC 7293)
  '7.28': 'spam_suspected', // flood
};

/** For servers without enhanced codes: RFC 5321 §4.2.3, RFC 4954 §6. */
const permanentByReply: Record<number, FailureCode> = {
  521: 'unreachable',
  530: 'account_unauthorized',
  534: 'account_unauthorized',
  535: 'account_unauthorized',
  538: 'account_unauthorized',
  550: 'address_invalid',
  551: 'address_invalid',
  552: 'content_too_large',
  553: 'address_invalid',
  556: 'address_invalid',
};

const detail = (enhanced: string): string => enhanced.slice(enhanced.indexOf('.') + 1);

/** The failure of a message that is given up for good, by the status of its report or reply. */
export function permanentFailure({ code, enhanced }: Reply): Failure {
  if (!enhanced) return failure(permanentByReply[code] ?? 'platform_refused', code);
  // a report may give up on a status of class 4: retried until it expired
  if (enhanced.startsWith('4.')) return failure('undelivered', enhanced);
  const exact = detail(enhanced);
  const found = permanentByStatus[exact] ?? permanentByStatus[exact.split('.')[0]!];
  return failure(found ?? permanentByReply[code] ?? 'platform_refused', enhanced);
}
