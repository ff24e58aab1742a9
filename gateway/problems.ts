import type { Loss } from '../protocol/messages.ts';

/** Every code a problem can have, with its HTTP status, title and whether the same request may succeed later. */
export const problemCodes = {
  invalid_request: { status: 422, title: 'The request is not valid', retryable: false },
  malformed_body: { status: 400, title: 'The body cannot be read', retryable: false },
  body_too_large: { status: 413, title: 'The body is too large', retryable: false },
  unsupported_media_type: { status: 415, title: 'The content type is not supported', retryable: false },
  unauthorized: { status: 401, title: 'No valid key was given', retryable: false },
  forbidden: { status: 403, title: 'This key may not do this', retryable: false },
  not_found: { status: 404, title: 'There is no such thing', retryable: false },
  method_not_allowed: { status: 405, title: 'This method is not supported here', retryable: false },
  conflict: { status: 409, title: 'The state does not allow it', retryable: false },
  idempotency_in_flight: {
    status: 409,
    title: 'The first request with this key is still being worked on',
    retryable: true,
  },
  idempotency_mismatch: { status: 422, title: 'This key was used with another body', retryable: false },
  no_route: { status: 422, title: 'Nothing of yours reaches this address', retryable: false },
  opted_out: { status: 403, title: 'The consumer opted out', retryable: false },
  lossy: { status: 422, title: 'The channel would lose something', retryable: false },
  content_unsupported: { status: 422, title: 'The channel cannot carry this content', retryable: false },
  invalid_signature: { status: 401, title: 'The signature does not match', retryable: false },
  platform_failed: { status: 502, title: 'The platform did not answer as it should', retryable: true },
  overloaded: { status: 503, title: 'Too much is waiting', retryable: true },
  rate_limited: { status: 429, title: 'Too many requests', retryable: true },
  internal: { status: 500, title: 'Something broke here', retryable: true },
} as const satisfies Record<string, { status: number; title: string; retryable: boolean }>;

export type ProblemCode = keyof typeof problemCodes;

/** An expected refusal on its way to the one place that writes problems. */
export class Refusal extends Error {
  readonly code: ProblemCode;
  readonly detail: string;
  readonly errors: { pointer: string; detail: string }[] | undefined;
  readonly losses: Loss[] | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: ProblemCode,
    detail: string,
    more: {
      errors?: { pointer: string; detail: string }[];
      losses?: Loss[];
      retryAfterSeconds?: number;
    } = {},
  ) {
    super(code);
    this.code = code;
    this.detail = detail;
    this.errors = more.errors;
    this.losses = more.losses;
    this.retryAfterSeconds = more.retryAfterSeconds;
  }
}
