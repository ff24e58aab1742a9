import type {
  CallResult,
  ExchangeSink,
  HttpClient,
  HttpExchange,
  HttpExchangeSide,
  OutgoingRequest,
} from '../contract/index.ts';
import { readForm } from './form.ts';
import { createRedaction } from './redaction.ts';
import type { Redaction } from './redaction.ts';
import { readXml } from './xml.ts';

export interface ExchangeOptions {
  onExchange: ExchangeSink;
  /** Unix milliseconds. */
  now(): number;
  /** Everything that must not be seen wherever it stands: the account's credentials, any shape. */
  secrets?: unknown;
}

/** An HTTP client that tells a sink of every exchange, redacted. What is sent and answered is untouched. */
export function withExchanges(http: HttpClient, options: ExchangeOptions): HttpClient {
  const redaction = createRedaction(options.secrets);
  return {
    call: async (request) => {
      const atMs = options.now();
      const result = await http.call(request);
      const durationMs = Math.max(0, options.now() - atMs);
      options.onExchange(exchangeOf({ atMs, durationMs }, request, result, redaction));
      return result;
    },
  };
}

/** The record of one exchange. Pure. */
export function exchangeOf(
  times: Pick<HttpExchange, 'atMs' | 'durationMs'>,
  request: OutgoingRequest,
  result: CallResult,
  redaction: Redaction,
): HttpExchange {
  const sentValue = valueSent(request);
  const known = redaction.leaves(sentValue);
  const sent: HttpExchangeSide = {
    headers: redaction.headers(request.headers ?? {}),
    bytes: bytesOf(request),
    body: redaction.body(sentValue),
  };
  return {
    ...times,
    method: request.method,
    url: redaction.url(request.url),
    sent,
    result:
      result.type === 'answer'
        ? {
            type: 'answer',
            status: result.status,
            received: {
              headers: redaction.headers(result.headers),
              bytes: result.body.length,
              body: redaction.body(valueOf(result.body, result.headers['content-type']), known),
            },
          }
        : result,
  };
}

/** What a body says, as far as it can be read; bytes that cannot are told by their length alone. */
function valueOf(body: Uint8Array, contentType = ''): unknown {
  if (body.length === 0) return undefined;
  if (/xml/i.test(contentType)) {
    const xml = readXml(body);
    return xml.ok ? xml.value : body;
  }
  if (/x-www-form-urlencoded/i.test(contentType)) {
    const form = readForm(body);
    return form.ok ? form.value : body;
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) as unknown;
  } catch {
    return body;
  }
}

function valueSent({ json, body, headers = {} }: OutgoingRequest): unknown {
  if (json !== undefined) return json;
  if (body === undefined) return undefined;
  if (body instanceof FormData)
    return Object.fromEntries(Array.from(body.keys(), (name) => [name, body.getAll(name)]));
  const type = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1];
  return valueOf(typeof body === 'string' ? new TextEncoder().encode(body) : body, type);
}

function bytesOf({ json, body }: OutgoingRequest): number {
  if (json !== undefined) return Buffer.byteLength(JSON.stringify(json) ?? '');
  if (body === undefined) return 0;
  if (!(body instanceof FormData)) return typeof body === 'string' ? Buffer.byteLength(body) : body.length;
  let bytes = 0;
  for (const value of body.values())
    bytes += typeof value === 'string' ? Buffer.byteLength(value) : value.size;
  return bytes;
}
