import { Agent, errors, FormData as UndiciFormData, request } from 'undici';
import type { CallResult, HttpClient, OutgoingRequest } from '../contract/index.ts';
import { deadline } from './deadline.ts';
import { guardedConnect, UnsentError } from './guard.ts';
import type { Allowed, Resolve } from './guard.ts';
import type { z } from 'zod';

const defaultTimeoutMs = 15_000;
const defaultMaxBytes = 1 << 20;

export interface HttpClientOptions {
  /** CIDR ranges allowed although private, for development and tests. */
  allowed?: Allowed;
  /** Connections to one origin at once. Default 64. */
  connections?: number;
  resolve?: Resolve;
  userAgent?: string;
}

/** The HTTP client that connectors and webhooks use. Close it to end its idle connections. */
export function createHttpClient(options: HttpClientOptions = {}): HttpClient & { close(): Promise<void> } {
  const agent = new Agent({
    connect: guardedConnect(options.allowed ?? [], options.resolve),
    connections: options.connections ?? 64,
    keepAliveTimeout: 4000,
  });
  const userAgent = options.userAgent ?? 'Passerelle/0.1';
  return {
    call: (outgoing) => call(agent, userAgent, outgoing),
    close: () => agent.destroy(),
  };
}

async function call(agent: Agent, userAgent: string, outgoing: OutgoingRequest): Promise<CallResult> {
  if (outgoing.signal.aborted) return { type: 'unsent', reason: 'aborted' };
  const url = URL.parse(outgoing.url);
  if (!url || !/^https?:$/.test(url.protocol)) return { type: 'unsent', reason: 'invalid_url' };
  const { signal, timeoutMs = defaultTimeoutMs, maxBytes = defaultMaxBytes } = outgoing;
  const limit = deadline(signal, timeoutMs);
  try {
    const answer = await request(url, {
      dispatcher: agent,
      method: outgoing.method,
      headers: {
        'user-agent': userAgent,
        'accept-encoding': 'identity',
        ...(outgoing.json === undefined ? {} : { 'content-type': 'application/json' }),
        ...outgoing.headers,
      },
      body: bodyOf(outgoing),
      signal: limit.signal,
    });
    const headers: Record<string, string | undefined> = {};
    for (const [name, value] of Object.entries(answer.headers))
      headers[name] = Array.isArray(value) ? value.join(', ') : value;
    const { statusCode: status } = answer;
    // a length that is told is one that the client holds the platform to
    if (Number(headers['content-length'] ?? Number.NaN) <= maxBytes)
      return { type: 'answer', status, headers, body: await answer.body.bytes() };
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of answer.body as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      if (size > maxBytes) {
        answer.body.destroy();
        if (outgoing.truncate) break;
        return { type: 'unknown', reason: 'too_large' };
      }
      chunks.push(chunk);
    }
    return { type: 'answer', status, headers, body: Buffer.concat(chunks) };
  } catch (error) {
    if (error instanceof UnsentError) return { type: 'unsent', reason: error.reason };
    // a header that cannot be written (a line break in a credential): refused by the client before it connects
    if (error instanceof errors.InvalidArgumentError) return { type: 'unsent', reason: 'invalid_url' };
    if (limit.passed()) return { type: 'unknown', reason: 'timeout' };
    if (outgoing.signal.aborted) return { type: 'unknown', reason: 'aborted' };
    return { type: 'unknown', reason: 'reset' };
  } finally {
    limit.clear();
  }
}

function bodyOf({ json, body }: OutgoingRequest): string | Uint8Array | UndiciFormData | undefined {
  if (json !== undefined) return JSON.stringify(json);
  if (!(body instanceof FormData)) return body;
  const form = new UndiciFormData();
  for (const [name, value] of body) {
    if (typeof value === 'string') form.append(name, value);
    else form.append(name, value, value.name);
  }
  return form;
}

/** An answer's body as JSON, or undefined if it is none. */
export function answerJson(result: Extract<CallResult, { type: 'answer' }>): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(result.body));
  } catch {
    return undefined;
  }
}

/** What a 2xx says; undefined where it is another answer, or says something else. */
export const answerAs = <T>(result: CallResult, schema: z.ZodType<T>): T | undefined =>
  result.type === 'answer' && result.status >= 200 && result.status < 300
    ? schema.safeParse(answerJson(result)).data
    : undefined;

/** An address below the one that an account names, with or without a slash at its end. */
export const urlUnder = (baseUrl: string, path: string): string =>
  `${baseUrl.replace(/\/+$/, '')}/${path.replace(/^\/+/, '')}`;

/** `Retry-After` (RFC 9110: seconds or a date) in milliseconds from `nowMs`; undefined if absent or unreadable. At most a day. */
export function retryAfterMs(value: string | undefined, nowMs: number): number | undefined {
  if (!value) return undefined;
  const ms = /^\d+$/.test(value.trim()) ? Number(value) * 1000 : Date.parse(value) - nowMs;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), 86_400_000) : undefined;
}
