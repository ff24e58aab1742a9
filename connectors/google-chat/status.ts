import type { CodeMeaning } from '../kit/json-answer.ts';

/** google.rpc.Code, as the `status` of an error */
export const statuses: Readonly<Record<string, CodeMeaning>> = {
  INVALID_ARGUMENT: 'content_refused',
  FAILED_PRECONDITION: 'content_refused',
  OUT_OF_RANGE: 'content_refused',
  UNAUTHENTICATED: 'account_unauthorized',
  // the app was removed from the conversation, or may not be in it
  PERMISSION_DENIED: 'unreachable',
  NOT_FOUND: 'unreachable',
  RESOURCE_EXHAUSTED: 'throttled',
  ABORTED: 'platform_unavailable',
  UNAVAILABLE: 'platform_unavailable',
  INTERNAL: 'platform_unavailable',
  DEADLINE_EXCEEDED: 'uncertain',
};
