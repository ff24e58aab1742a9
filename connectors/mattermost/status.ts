import type { CallResult, SendOutcome } from '../contract/index.ts';
import { meaningIn, outcomeOf } from '../kit/json-answer.ts';
import type { CodeMeaning } from '../kit/json-answer.ts';
import { errorSchema } from './wire.ts';

/** Errors by id where the document's HTTP status says too little. */
const codes: Readonly<Record<string, CodeMeaning>> = {
  'model.post.is_valid.msg.app_error': 'content_too_large',
  'model.post.is_valid.message_length.app_error': 'content_too_large',
  'api.file.upload_file.too_large_detailed.app_error': 'content_too_large',
  'api.post.create_post.can_not_post_to_deleted.error': 'unreachable',
};

const statuses: Readonly<Record<string, CodeMeaning>> = {
  400: 'content_refused',
  401: 'account_unauthorized',
  403: 'account_unauthorized',
  404: 'address_invalid',
  413: 'content_too_large',
  429: 'throttled',
};

/** What a call ended in; `sent` reads the ids of a 2xx. `X-Ratelimit-Reset` is in seconds: from now, or of the epoch. */
export const outcomeIn = (
  result: CallResult,
  nowMs: number,
  sent: (json: unknown) => string[] | undefined = () => undefined,
): SendOutcome =>
  outcomeOf(result, {
    nowMs,
    sent,
    refused: (json, { status, headers }) => {
      if (status < 400) return undefined;
      const code = errorSchema.safeParse(json).data?.id;
      const meaning = meaningIn(codes, code) ?? meaningIn(statuses, status);
      const seconds = Number(headers['x-ratelimit-reset'] ?? Number.NaN);
      const waitMs = seconds > 1e9 ? seconds * 1000 - nowMs : seconds * 1000;
      return { code: code ?? String(status), meaning, ...(Number.isFinite(waitMs) ? { waitMs } : {}) };
    },
  });
