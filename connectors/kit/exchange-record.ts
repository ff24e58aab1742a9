import type { CallResult, HttpClient, HttpExchange, OutgoingRequest } from '../contract/index.ts';
import { exchangeOf } from './exchange.ts';
import type { Redaction } from './redaction.ts';

/** A body longer than this is told by its length: its structure is of no use to anybody, and reading it costs. */
const maxReadBytes = 64 * 1024;

/** A call that is over, with all that was in it. */
export interface EndedCall {
  atMs: number;
  durationMs: number;
  request: Pick<OutgoingRequest, 'method' | 'url' | 'headers' | 'json' | 'body'>;
  result: CallResult;
}

/** Headers and structure of one side of an exchange. */
interface RecordedSide {
  headers: Readonly<Record<string, string>>;
  body: string;
}

/** What is kept of an exchange that went out. */
export interface ExchangeRecord {
  /** Unix milliseconds. */
  atMs: number;
  durationMs: number;
  method: OutgoingRequest['method'] | 'HEAD';
  url: string;
  /** What was answered; null where nothing was. */
  status: number | null;
  /** Why there was no answer. */
  ended: Exclude<CallResult, { type: 'answer' }>['reason'] | null;
  /** The platform's code, where it gave one. */
  code: string | null;
  sentBytes: number;
  receivedBytes: number;
  failed: boolean;
  detail: { sent?: RecordedSide; received?: RecordedSide };
}

/**
 * An HTTP client that hands over each call when it is over, as it was: whoever takes it redacts it, off the way of the caller. What is sent
 * and answered is untouched.
 */
export function withEndedCalls(
  http: HttpClient,
  { now, onEnded }: { now: () => number; onEnded: (call: EndedCall) => void },
): HttpClient {
  return {
    call: async (request) => {
      const atMs = now();
      const from = performance.now();
      const result = await http.call(request);
      const durationMs = performance.now() - from;
      const { method, url, headers, json, body } = request;
      const said = {
        method,
        url,
        ...(headers && { headers }),
        ...(json !== undefined && { json }),
        ...(body !== undefined && { body }),
      };
      onEnded({ atMs, durationMs, request: said, result });
      return result;
    },
  };
}

export const hasFailed = (result: CallResult): boolean => result.type !== 'answer' || result.status >= 400;

/** The record of a call. Pure; what it gives holds neither secrets nor content. */
export function exchangeRecord(call: EndedCall, redaction: Redaction): ExchangeRecord {
  const { result, sent, method, url } = exchangeWithin(call, redaction);
  const received = result.type === 'answer' ? result.received : undefined;
  const failed = hasFailed(call.result);
  return {
    atMs: call.atMs,
    durationMs: Math.round(call.durationMs),
    method,
    url,
    status: result.type === 'answer' ? result.status : null,
    ended: result.type === 'answer' ? null : result.reason,
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

const none = new Uint8Array();
/** Of a call that is over. One for all: each carries an error with a stack. */
const ended = AbortSignal.abort();
const sizeOf = (body: OutgoingRequest['body']): number =>
  typeof body === 'string' ? Buffer.byteLength(body) : body instanceof Uint8Array ? body.length : 0;

function exchangeWithin(
  { request, result, atMs, durationMs }: EndedCall,
  redaction: Redaction,
): HttpExchange {
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

const noLeaves: ReadonlySet<string> = new Set();

/**
 * A record that was made elsewhere, made sure of: what it shows and a record of ours would hide is hidden. `redaction` is one for what was
 * redacted already.
 */
export function redactedAgain(record: ExchangeRecord, redaction: Redaction): ExchangeRecord {
  const { code } = record;
  const { sent, received } = record.detail;
  const again = ({ headers, body }: RecordedSide, known?: ReadonlySet<string>): RecordedSide => ({
    headers: redaction.headers(headers),
    body: body === '' ? '' : redaction.body(jsonOr(body), known),
  });
  return {
    ...record,
    url: redaction.url(record.url),
    code: code === null ? null : codeIn(redaction.body({ code }, noLeaves), false),
    detail: {
      ...(sent ? { sent: again(sent) } : {}),
      ...(received ? { received: again(received, noLeaves) } : {}),
    },
  };
}

/** What a text says as JSON, or the text. */
function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
