import { Agent, FormData as UndiciFormData } from 'undici';
import type { CallResult, HttpClient, OutgoingRequest } from '../contract/index.ts';
import { guardedConnect } from './guard.ts';
import type { Allowed, Resolve } from './guard.ts';
import { Call } from './http-call.ts';
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
  const { signal, timeoutMs = defaultTimeoutMs, maxBytes = defaultMaxBytes, truncate = false } = outgoing;
  if (signal.aborted) return { type: 'unsent', reason: 'aborted' };
  const url = URL.parse(outgoing.url);
  if (!url || !/^https?:$/.test(url.protocol)) return { type: 'unsent', reason: 'invalid_url' };
  const made = new Call({ signal, timeoutMs, maxBytes, truncate });
  const request = {
    origin: url.origin,
    path: url.pathname + url.search,
    method: outgoing.method,
    headers: {
      'user-agent': userAgent,
      'accept-encoding': 'identity',
      ...(outgoing.json === undefined ? {} : { 'content-type': 'application/json' }),
      ...outgoing.headers,
    },
    body: bodyOf(outgoing) ?? null,
  };
  try {
    agent.dispatch(request, made);
  } catch (error) {
    made.onResponseError(undefined, error as Error);
  }
  return made.result;
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
