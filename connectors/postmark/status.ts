import type { FailureCode } from '../../protocol/failures.ts';
import type { CodeMeaning } from '../kit/json-answer.ts';

/** `ErrorCode` of an answer: "API error codes". What is not here is told by the HTTP status. */
export const errorCodes: Readonly<Record<string, CodeMeaning>> = {
  10: 'account_unauthorized', // no such token
  100: 'platform_unavailable', // maintenance
  300: 'content_refused', // something in the mail; addresses are checked before
  400: 'account_unauthorized', // no sender signature for `From`
  401: 'account_unauthorized', // sender signature not confirmed
  405: 'balance_exhausted', // not allowed to send: out of credits
  406: 'unreachable', // inactive recipient: an earlier bounce, complaint or suppression
  411: 'content_refused', // forbidden type of attachment
  412: 'account_suspended', // account pending
  413: 'account_suspended', // account may not send
  429: 'throttled',
};

/** `Type` of a bounce: "Bounce types". Left out are those that end nothing: auto-replies, delays, subscriptions. */
export const bounceTypes: Readonly<Record<string, FailureCode>> = {
  HardBounce: 'address_invalid',
  BadEmailAddress: 'address_invalid',
  SoftBounce: 'undelivered',
  DnsError: 'undelivered',
  Unknown: 'undelivered',
  Blocked: 'spam_suspected',
  SpamNotification: 'spam_suspected',
  VirusNotification: 'content_refused',
  ManuallyDeactivated: 'unreachable',
  DMARCPolicy: 'platform_refused',
  SMTPApiError: 'platform_refused',
  TemplateRenderingFailed: 'platform_refused',
  Unconfirmed: 'account_unauthorized',
};
