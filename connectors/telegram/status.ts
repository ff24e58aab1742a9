import { failure } from '../../protocol/failures.ts';
import type { Failure, FailureCode } from '../../protocol/failures.ts';

/**
 * `error_code` of the Bot API → what it means here. Telegram tells finer causes apart in `description` alone, which is a text for
 * people and decides nothing here: a 400 to a send is looked into with `getChat` instead (see outbound.ts).
 */
const meanings: Record<number, FailureCode> = {
  400: 'content_refused',
  401: 'account_unauthorized',
  // The consumer blocked the bot, never started it, or deleted the account.
  403: 'blocked',
  // The path holds the token, and the method names here exist: it is the token that is not known.
  404: 'account_unauthorized',
  413: 'content_too_large',
};

export function failureOf(errorCode: number): Failure {
  const code = meanings[errorCode] ?? (errorCode >= 500 ? 'platform_unavailable' : 'platform_refused');
  return failure(code, errorCode);
}
