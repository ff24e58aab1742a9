import type { CodeMeaning } from '../kit/json-answer.ts';

/** The token is not the one that holds now: another is asked for, once. */
export const tokenCodes: ReadonlySet<string> = new Set(['40001', '40014', '41001', '42001']);
/** The media id is unknown, or three days old. */
export const staleMediaCode = '40007';

/** `errcode`, "Global return codes" and those of the single calls. */
export const codes: Readonly<Record<string, CodeMeaning>> = {
  '-1': 'platform_unavailable', // system busy
  40001: 'account_unauthorized', // AppSecret or token
  40002: 'account_unauthorized',
  40003: 'address_invalid', // OpenID
  40004: 'content_refused', // type of media
  40005: 'content_refused',
  40006: 'content_too_large',
  40007: 'media_unavailable',
  40008: 'content_unsupported', // type of message
  40009: 'content_too_large',
  40010: 'content_too_large',
  40011: 'content_too_large',
  40013: 'account_unauthorized', // AppID
  40014: 'account_unauthorized',
  40036: 'template_refused',
  40037: 'template_refused',
  40125: 'account_unauthorized', // AppSecret
  40137: 'content_refused', // format of a picture
  40164: 'account_unauthorized', // the gateway's address is not on the account's list
  40200: 'content_unsupported', // menus want a verified account
  40243: 'account_suspended', // AppSecret is frozen
  41001: 'account_unauthorized',
  41028: 'template_refused',
  42001: 'account_unauthorized',
  43004: 'unreachable', // does not follow the account
  43019: 'unreachable', // on the account's own black list
  43101: 'opted_out', // refused the notice, or has none left
  44003: 'content_refused',
  44004: 'content_refused',
  45001: 'content_too_large',
  45002: 'content_too_large',
  45003: 'content_too_large',
  45004: 'content_too_large',
  45005: 'content_too_large',
  45006: 'content_too_large',
  45007: 'content_too_large', // voice over a minute
  45008: 'content_refused', // more than one article
  45009: 'throttled',
  45011: 'throttled',
  45015: 'window_closed',
  45047: 'window_closed', // as many as go for what the consumer did; more once they write again
  45081: 'sent', // typing already
  47003: 'template_refused', // a value that its field does not take
  48001: 'account_unauthorized', // this account may not call that
  48002: 'opted_out', // refuses messages of the account
  48004: 'account_suspended',
  50001: 'account_unauthorized',
  50002: 'account_suspended',
  61024: 'account_unauthorized',
};

/** How long throttling lasts where the code says so: the day's quota is looked at again in an hour, the minute's in a minute. */
export const waitsMs: Readonly<Record<string, number>> = { 45009: 3_600_000, 45011: 60_000 };
