import type { CodeMeaning } from '../kit/json-answer.ts';

/** "JSON Error Codes" */
export const codes: Readonly<Record<string, CodeMeaning>> = {
  // there is no such message, emoji, or it is somebody else's
  10008: 'content_refused',
  10014: 'content_refused',
  30010: 'content_refused',
  50005: 'content_refused',
  50006: 'content_refused',
  50021: 'content_refused',
  50035: 'content_refused',
  50109: 'content_refused',
  10003: 'address_invalid',
  10013: 'address_invalid',
  // the person does not take messages of the bot, or shares no server with it
  50007: 'blocked',
  90001: 'blocked',
  50278: 'unreachable',
  40005: 'content_too_large',
  20009: 'spam_suspected',
  200000: 'spam_suspected',
  240000: 'spam_suspected',
  40001: 'account_unauthorized',
  50001: 'account_unauthorized',
  50013: 'account_unauthorized',
  50014: 'account_unauthorized',
  40002: 'account_suspended',
  20016: 'throttled',
  20022: 'throttled',
  20028: 'throttled',
  40003: 'throttled',
  40062: 'throttled',
  130000: 'platform_unavailable',
};
