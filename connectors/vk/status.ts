import type { CallResult, SendOutcome } from '../contract/index.ts';
import { meaningIn, outcomeOf } from '../kit/json-answer.ts';
import type { CodeMeaning } from '../kit/json-answer.ts';
import { errorSchema, sentSchema } from './wire.ts';

/** errors.json of the API schema 5.199. */
const codes: Readonly<Record<string, CodeMeaning>> = {
  1: 'platform_unavailable',
  5: 'account_unauthorized',
  6: 'throttled',
  7: 'account_unauthorized',
  9: 'throttled',
  10: 'platform_unavailable',
  15: 'account_unauthorized',
  18: 'unreachable',
  27: 'account_unauthorized',
  28: 'account_unauthorized',
  29: 'throttled',
  36: 'uncertain',
  37: 'account_suspended',
  42: 'account_unauthorized',
  43: 'platform_unavailable',
  100: 'content_refused',
  105: 'platform_unavailable',
  113: 'address_invalid',
  900: 'blocked',
  901: 'opted_out',
  902: 'blocked',
  909: 'content_refused',
  910: 'content_too_large',
  911: 'content_refused',
  912: 'account_unauthorized',
  913: 'content_refused',
  914: 'content_too_large',
  917: 'unreachable',
  920: 'content_refused',
  921: 'content_refused',
  924: 'content_refused',
  932: 'unreachable',
  936: 'address_invalid',
  940: 'content_refused',
  943: 'content_refused',
  944: 'content_refused',
  945: 'unreachable',
  946: 'unreachable',
  950: 'window_closed',
  969: 'content_refused',
  1012: 'blocked',
  1117: 'account_unauthorized',
};

/** What a call ended in; `sent` reads the ids of a success. Errors come with HTTP 200, and for one receiver inside the answer. */
export const outcomeIn = (
  result: CallResult,
  nowMs: number,
  sent: (json: unknown) => string[] | undefined,
): SendOutcome =>
  outcomeOf(result, {
    nowMs,
    sent,
    refused: (json, { status }) => {
      const whole = errorSchema.safeParse(json).data?.error.error_code;
      const code = whole ?? sentSchema.safeParse(json).data?.response[0]?.error?.code;
      if (code === undefined) return undefined;
      const known = meaningIn(codes, code);
      return {
        code: String(code),
        ...(known || status < 400 ? { meaning: known ?? 'platform_refused' } : {}),
      };
    },
  });
