import type { FailureCode } from '../../protocol/failures.ts';

/** "Status codes", Messaging API reference: what is left of a call once throttling and retry keys are set apart. */
const statuses: Readonly<Record<number, FailureCode>> = {
  400: 'content_refused',
  401: 'account_unauthorized',
  403: 'account_unauthorized',
  410: 'platform_refused',
  413: 'content_too_large',
  415: 'content_refused',
};

export const failureCodeOf = (status: number): FailureCode =>
  statuses[status] ?? (status >= 500 ? 'platform_unavailable' : 'platform_refused');
