import type { Account } from '../../connectors/contract/index.ts';
import type { ExchangeRecord } from '../../connectors/kit/exchange-record.ts';
import type { Redaction } from '../../connectors/kit/redaction.ts';
import type { ExchangePurpose, ExchangeRow } from '../store/port.ts';

const maxReason = 160;

/** Whose call to a platform it was, and what for. */
export interface CallOf {
  account: Account;
  purpose: ExchangePurpose;
  messageId?: string | undefined;
}

export interface InboundCall {
  account: Account;
  purpose: 'hook' | 'page';
  atMs: number;
  durationMs: number;
  method: string;
  /** Below the hook. */
  path: string;
  /** Of the body. */
  bytes: number;
  /** What was answered. */
  status: number;
  verdict: 'verified' | 'refused' | 'handshake' | undefined;
  reason?: string | undefined;
}

/** The row of an exchange that went out. Pure; its record holds neither secrets nor content. */
export function outboundRow(
  record: ExchangeRecord,
  { account, purpose, messageId }: CallOf,
): Omit<ExchangeRow, 'id'> {
  const { atMs, ...rest } = record;
  return {
    ...rest,
    accountId: account.id,
    direction: 'outbound',
    purpose,
    messageId: messageId ?? null,
    at: atMs,
    verdict: null,
    reason: null,
  };
}

/** The row of a platform's call to us. Its query, headers and body leave nothing but their size. Pure. */
export function inboundRow(call: InboundCall, redaction: Redaction): Omit<ExchangeRow, 'id'> {
  const { account, status, verdict, reason } = call;
  return {
    accountId: account.id,
    direction: 'inbound',
    purpose: call.purpose,
    messageId: null,
    at: call.atMs,
    durationMs: Math.round(call.durationMs),
    method: /^[A-Z]{1,16}$/.test(call.method) ? call.method : '?',
    url: pathOf(account, call.path, redaction),
    status,
    ended: null,
    verdict: verdict ?? null,
    reason: reason === undefined ? null : harmless(reason, redaction, account.credentials),
    code: null,
    sentBytes: 0,
    receivedBytes: call.bytes,
    failed: status >= 400,
    detail: null,
  };
}

/** The hook itself is known; what is below it is shown as the redaction shows paths. */
function pathOf({ hookUrl }: Account, path: string, redaction: Redaction): string {
  const { pathname } = new URL(hookUrl);
  const below = path === '' ? '' : new URL(redaction.url(`http://hook${path.slice(0, 256)}`)).pathname;
  return `${pathname}${decodeURI(below)}`;
}

/** A connector says why in its own words: those of a stranger could quote what was sent. */
function harmless(reason: string, redaction: Redaction, credentials: unknown): string {
  const plain = reason.replaceAll(/[\p{Cc}\p{Bidi_Control}]/gu, ' ').slice(0, maxReason);
  const secret = [...redaction.leaves(credentials)].some((each) => each.length >= 4 && plain.includes(each));
  return secret || /\d{5}|@|https?:/i.test(plain) ? `‹${reason.length}›` : plain;
}
