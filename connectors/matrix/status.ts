import type { CallResult, SendOutcome } from '../contract/index.ts';
import { meaningIn, outcomeOf } from '../kit/json-answer.ts';
import type { CodeMeaning } from '../kit/json-answer.ts';
import { errorSchema } from './wire.ts';

/** Client-Server API, "Standard error response". */
const codes: Readonly<Record<string, CodeMeaning>> = {
  M_LIMIT_EXCEEDED: 'throttled',
  M_UNKNOWN_TOKEN: 'account_unauthorized',
  M_MISSING_TOKEN: 'account_unauthorized',
  M_EXCLUSIVE: 'account_unauthorized',
  M_USER_DEACTIVATED: 'account_suspended',
  M_USER_LOCKED: 'account_suspended',
  M_USER_SUSPENDED: 'account_suspended',
  // not, or no longer, in the room: the consumer put us out
  M_FORBIDDEN: 'blocked',
  M_NOT_FOUND: 'address_invalid',
  M_INVALID_PARAM: 'address_invalid',
  M_BAD_JSON: 'content_refused',
  M_NOT_JSON: 'content_refused',
  M_TOO_LARGE: 'content_too_large',
  M_RESOURCE_LIMIT_EXCEEDED: 'platform_unavailable',
};

/** What a call ended in; `sent` reads the ids of a 2xx. `retry_after_ms` is the older way to say `Retry-After`. */
export const outcomeIn = (
  result: CallResult,
  nowMs: number,
  sent: (json: unknown) => string[] | undefined = () => undefined,
): SendOutcome =>
  outcomeOf(result, {
    nowMs,
    sent,
    refused: (json) => {
      const error = errorSchema.safeParse(json).data;
      return (
        error && {
          code: error.errcode,
          meaning: meaningIn(codes, error.errcode),
          waitMs: error.retry_after_ms,
        }
      );
    },
  });
