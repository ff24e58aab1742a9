import type { CodeMeaning } from '../kit/json-answer.ts';

/** google.rpc.Code, as the `status` of an error; what is special is in "Send messages" and "Capability checks". */
export const statuses: Readonly<Record<string, CodeMeaning>> = {
  // the message itself, or something in it that this device does not have
  INVALID_ARGUMENT: 'content_refused',
  FAILED_PRECONDITION: 'content_refused',
  OUT_OF_RANGE: 'content_refused',
  UNAUTHENTICATED: 'account_unauthorized',
  // no RCS on this number, or the agent is not launched on its network; earlier versions of the guide had 403 for the second
  NOT_FOUND: 'unreachable',
  PERMISSION_DENIED: 'unreachable',
  // the same messageId again
  ALREADY_EXISTS: 'sent',
  RESOURCE_EXHAUSTED: 'throttled',
  ABORTED: 'platform_unavailable',
  UNAVAILABLE: 'platform_unavailable',
  INTERNAL: 'platform_unavailable',
  DEADLINE_EXCEEDED: 'uncertain',
};
