import { failure } from '../../protocol/failures.ts';
import type { FailureCode } from '../../protocol/failures.ts';
import type { SendOutcome } from '../contract/index.ts';

/** "Error codes", Viber REST Bot API: `status` of an answer. 0 is success; anything else that is not here is a general error. */
const statuses: Readonly<Record<number, FailureCode>> = {
  2: 'account_unauthorized', // invalidAuthToken
  3: 'content_refused', // badData
  4: 'content_refused', // missingData
  5: 'address_invalid', // receiverNotRegistered
  6: 'opted_out', // receiverNotSubscribed
  7: 'account_suspended', // publicAccountBlocked
  8: 'account_unauthorized', // publicAccountNotFound
  9: 'account_suspended', // publicAccountSuspended
  10: 'account_unauthorized', // webhookNotSet: a bot without one may not send
  11: 'unreachable', // receiverNoSuitableDevice
  13: 'content_unsupported', // apiVersionNotSupported
  14: 'content_refused', // incompatibleWithVersion
  15: 'account_unauthorized', // publicAccountNotAuthorized
  19: 'account_unauthorized', // cannotSendBroadcast
  20: 'account_unauthorized', // broadcastNotAllowed
  21: 'unreachable', // unsupportedCountry
  22: 'content_unsupported', // paymentUnsupported
  23: 'balance_exhausted', // freeMessagesExceeded
  24: 'balance_exhausted', // noBalance
};
const tooManyRequests = 12;

/** How a send ended that Viber refused. */
export function refusalOf(status: number, retryAfterMs: number | undefined): SendOutcome {
  if (status === tooManyRequests)
    return { type: 'throttled', platformCode: '12', ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  return { type: 'rejected', failure: failure(statuses[status] ?? 'platform_refused', status) };
}
