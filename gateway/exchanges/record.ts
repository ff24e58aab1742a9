import type { Account, CallResult, HttpExchange, OutgoingRequest } from '../../connectors/contract/index.ts';
import { exchangeOf } from '../../connectors/kit/exchange.ts';
import type { Redaction } from '../../connectors/kit/redaction.ts';
import type { ExchangePurpose, ExchangeRow } from '../store/port.ts';

/** A body longer than this is told by its length: its structure is of no use to anybody, and reading it costs. */
const maxReadBytes = 64 * 1024;
const maxReason = 160;

export interface OutboundCall {
  accountId: string;
  purpose: ExchangePurpose;
  messageId: string | undefined;
  atMs: number;
  durationMs: number;
  request: Pick<OutgoingRequest, 'method' | 'url' | 'headers' | 'json' | 'body'>;
  result: CallResult;
  redaction: Redaction;
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

const none = new Uint8Array();
/** Of a call that is over. One for all: each carries an error with a stack. */
const ended = AbortSignal.abort();
const sizeOf = (body: OutgoingRequest['body']): number =>
  typeof body === 'string' ? Buffer.byteLength(body) : body instanceof Uint8Array ? body.length : 0;

/** The row of an exchange. Pure; what it gives holds neither secrets nor content. */
export function outboundRow(call: OutboundCall): Omit<ExchangeRow, 'id'> {
  const exchange = exchangeWithin(call);
  const { result, sent } = exchange;
  const received = result.type === 'answer' ? result.received : undefined;
  const failed = result.type !== 'answer' || result.status >= 400;
  return {
    accountId: call.accountId,
    direction: 'outbound',
    purpose: call.purpose,
    messageId: call.messageId ?? null,
    at: call.atMs,
    durationMs: Math.round(call.durationMs),
    method: exchange.method,
    url: exchange.url,
    status: result.type === 'answer' ? result.status : null,
    ended: result.type === 'answer' ? null : result.reason,
    verdict: null,
    reason: null,
    code: received ? codeIn(received.body, failed) : null,
    sentBytes: sent.bytes,
    receivedBytes: received?.bytes ?? 0,
    failed,
    detail: {
      sent: { headers: sent.headers, body: sent.body },
      ...(received ? { received: { headers: received.headers, body: received.body } } : {}),
    },
  };
}

function exchangeWithin({ request, result, redaction, atMs, durationMs }: OutboundCall): HttpExchange {
  const sentBytes = sizeOf(request.body);
  const receivedBytes = result.type === 'answer' ? result.body.length : 0;
  const { body: _, ...bodyless } = request;
  const exchange = exchangeOf(
    { atMs, durationMs },
    {
      ...(sentBytes > maxReadBytes ? bodyless : request),
      signal: ended,
    },
    result.type === 'answer' && receivedBytes > maxReadBytes ? { ...result, body: none } : result,
    redaction,
  );
  const byLength = (bytes: number) => ({ bytes, body: JSON.stringify(`‹${bytes} bytes›`) });
  return {
    ...exchange,
    sent: { ...exchange.sent, ...(sentBytes > maxReadBytes ? byLength(sentBytes) : {}) },
    result:
      exchange.result.type === 'answer' && receivedBytes > maxReadBytes
        ? { ...exchange.result, received: { ...exchange.result.received, ...byLength(receivedBytes) } }
        : exchange.result,
  };
}

/** Which name of a code says most, where an answer has several. Some platforms refuse with a 200, and a code beside it. */
const codeNames = ['error_code', 'errorcode', 'code', 'errno', 'status'];
/** These say something only where the call failed. */
const failureNames = [...codeNames, 'error_subcode', 'error', 'type'];

/** The platform's code out of a redacted body: what is left in clear there is one. */
function codeIn(body: string, failed: boolean): string | null {
  const names = failed ? failureNames : codeNames;
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return null;
  }
  const found = new Map<string, string>();
  const walk = (inner: unknown, name: string): void => {
    if (typeof inner === 'number' || (typeof inner === 'string' && !inner.includes('‹'))) {
      const known = name.toLowerCase();
      if (names.includes(known) && !found.has(known)) found.set(known, String(inner));
    } else if (typeof inner === 'object' && inner !== null)
      for (const [key, below] of Object.entries(inner)) walk(below, key);
  };
  walk(value, '');
  const name = names.find((each) => found.has(each));
  return name === undefined ? null : (found.get(name)?.slice(0, 64) ?? null);
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
