import type { CodeMeaning } from '../kit/json-answer.ts';

/** The access token has ended or is not known: it is renewed, once. */
export const tokenCodes: ReadonlySet<number> = new Set([-124, -216, -220]);
/** What was uploaded is gone. */
export const staleUploadCode = '-100';

/** `error` of an answer, "Error codes". */
export const codes: Readonly<Record<string, CodeMeaning>> = {
  '-32': 'throttled', // calls by the minute
  '-100': 'media_unavailable', // the attachment has ended
  '-124': 'account_unauthorized',
  '-200': 'platform_refused', // sending failed, without more
  '-201': 'content_refused', // a field is not as it should be
  '-204': 'account_suspended', // the official account is disabled
  '-205': 'account_unauthorized',
  '-209': 'account_unauthorized',
  '-210': 'content_too_large',
  '-211': 'balance_exhausted', // the package's messages
  '-212': 'account_unauthorized',
  '-213': 'unreachable', // does not follow the account
  '-216': 'account_unauthorized',
  '-217': 'blocked',
  '-218': 'throttled', // as many as this person gets
  '-219': 'account_suspended', // the app is removed or disabled
  '-220': 'account_unauthorized',
  '-221': 'account_unauthorized', // the account is not verified
  '-223': 'account_unauthorized',
  '-224': 'balance_exhausted', // wants another package
  '-227': 'unreachable', // banned, or not seen for 45 days
  '-230': 'window_closed',
  '-232': 'window_closed',
  '-233': 'content_unsupported',
  '-235': 'account_unauthorized',
  '-240': 'platform_refused',
  '-244': 'opted_out', // wants no messages of this kind
  '-248': 'content_refused', // against the rules of the platform
  '-320': 'account_unauthorized',
  '-321': 'balance_exhausted',
};

/** The minute's calls come back within it; what one person gets, with the day. */
export const waitsMs: Readonly<Record<string, number>> = { '-32': 60_000, '-218': 3_600_000 };
