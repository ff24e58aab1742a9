import type { CallResult, SendOutcome } from '../contract/index.ts';
import { meaningIn, outcomeOf } from '../kit/json-answer.ts';
import type { CodeMeaning } from '../kit/json-answer.ts';
import { errorSchema } from './wire.ts';

/** `errorType` of the answers. */
const codes: Readonly<Record<string, CodeMeaning>> = {
  'error-too-many-requests': 'throttled',
  'error-invalid-user': 'address_invalid',
  'error-user-not-found': 'address_invalid',
  'error-invalid-room': 'address_invalid',
  'error-room-not-found': 'address_invalid',
  'error-not-allowed': 'blocked',
  'error-action-not-allowed': 'content_refused',
  'error-message-size-exceeded': 'content_too_large',
  'error-file-too-large': 'content_too_large',
  'error-message-not-found': 'content_refused',
  'error-unauthorized': 'account_unauthorized',
};
const statuses: Readonly<Record<string, CodeMeaning>> = {
  400: 'platform_refused',
  401: 'account_unauthorized',
  403: 'account_unauthorized',
  429: 'throttled',
};

/** What a call ended in; `sent` reads the ids of a 2xx. `X-RateLimit-Reset` is a time in Unix milliseconds. */
export const outcomeIn = (
  result: CallResult,
  nowMs: number,
  sent: (json: unknown) => string[] | undefined = () => undefined,
): SendOutcome =>
  outcomeOf(result, {
    nowMs,
    sent,
    refused: (json, { status, headers }) => {
      const error = errorSchema.safeParse(json).data;
      if (!error && status < 400) return undefined;
      const code =
        error && 'errorType' in error && typeof error.errorType === 'string' ? error.errorType : undefined;
      const waitMs = Number(headers['x-ratelimit-reset'] ?? Number.NaN) - nowMs;
      const plain = status < 400 ? 'platform_refused' : undefined;
      const meaning = meaningIn(codes, code) ?? meaningIn(statuses, status) ?? plain;
      return { code: code ?? String(status), meaning, ...(Number.isFinite(waitMs) ? { waitMs } : {}) };
    },
  });
