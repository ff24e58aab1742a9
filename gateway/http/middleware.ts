import { createHash, timingSafeEqual } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { readJson } from '../../connectors/kit/body.ts';
import { jsonPointer } from '../../protocol/problem.ts';
import { authenticate } from '../merchants/manage.ts';
import { Refusal } from '../problems.ts';
import { problem } from './problem.ts';
import type { Env, Services } from './services.ts';

/** Labels of metrics are a closed list: nobody can make more of them by asking for strange paths. */
const areas = new Set(['v1', 'admin', 'hooks', 'assets', 'media', 'docs', 'healthz', 'readyz', 'metrics']);

const maxJsonBytes = 1024 * 1024;

const bearer = (header: string | undefined): string | undefined =>
  /^Bearer ([\u0021-\u007e]+)$/i.exec(header ?? '')?.[1];

/**
 * A header that every answer bears, whatever makes it: on Node's response, for one more on Hono's makes headers of its own out of plain
 * names and values, which costs a tenth of a request.
 */
function addHeader(c: Context<Env>, name: string, value: string): void {
  const { outgoing } = (c.env as Env['Bindings'] | undefined) ?? {};
  if (outgoing) outgoing.setHeader(name, value);
  else c.header(name, value);
}

/** Every answer names its request and is what its content type says; every request is counted. */
export const traced =
  ({ clock, metrics, log }: Services): MiddlewareHandler<Env> =>
  async (c, next) => {
    const requestId = clock.id('request');
    c.set('requestId', requestId);
    const from = performance.now();
    addHeader(c, 'x-request-id', requestId);
    addHeader(c, 'x-content-type-options', 'nosniff');
    await next();
    const first = c.req.path.split('/', 2)[1] ?? '';
    const area = areas.has(first) ? first : 'other';
    metrics.request(area, c.res.status, (performance.now() - from) / 1000);
    if (c.res.status >= 500)
      log.warn('http.failed', { requestId, area, method: c.req.method, status: c.res.status });
  };

/** Knows the merchant by its key, and keeps to its rate. */
export function merchantOnly(services: Services): MiddlewareHandler<Env> {
  const limiter = new RateLimiterMemory({ points: services.merchantRate, duration: 1 });
  return async (c, next) => {
    const key = bearer(c.req.header('authorization'));
    const caller = key === undefined ? undefined : await authenticate(services, key);
    if (!caller) return problem(c, 'unauthorized', { detail: 'Send your key as "Authorization: Bearer …".' });
    c.set('caller', caller);
    try {
      const rate = await limiter.consume(caller.merchantId);
      addHeader(c, 'ratelimit-policy', `"merchant";q=${services.merchantRate};w=1`);
      const left = `r=${rate.remainingPoints};t=${Math.ceil(rate.msBeforeNext / 1000)}`;
      addHeader(c, 'ratelimit', `"merchant";${left}`);
    } catch {
      return problem(c, 'rate_limited', {
        detail: `At most ${services.merchantRate} requests a second.`,
        retryAfterSeconds: 1,
      });
    }
    return next();
  };
}

export function operatorOnly({ adminKeyHash }: Services): MiddlewareHandler<Env> {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return async (c, next) => {
    const key = bearer(c.req.header('authorization'));
    if (key === undefined || !timingSafeEqual(digest(key), adminKeyHash))
      return problem(c, 'unauthorized', {
        detail: 'Send the key in PASSERELLE_ADMIN_KEY as "Authorization: Bearer …".',
      });
    return next();
  };
}

/** More than this is not waited for: the connection is closed. */
const maxDiscardedBytes = 64 * 1024 * 1024;

/**
 * Reads a body up to a limit, whatever its Content-Length says; undefined if there is more. The rest is read and thrown away, for
 * a client that is still writing would find its connection reset instead of the answer (RFC 9112, section 9.6).
 */
export async function readBody(request: Request, maxBytes: number): Promise<Uint8Array | undefined> {
  if (Number(request.headers.get('content-length') ?? 0) > maxDiscardedBytes) return undefined;
  const length = Number(request.headers.get('content-length') ?? Number.NaN);
  if (length <= maxBytes) return readWhole(request);
  if (!request.body) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of request.body as unknown as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      if (size > maxDiscardedBytes) return undefined;
      if (size > maxBytes) chunks.length = 0;
      else chunks.push(chunk);
    }
  } catch {
    throw cutShort();
  }
  return size > maxBytes ? undefined : Buffer.concat(chunks);
}

/** A length that is known and within the limit is one that the server holds the client to. */
async function readWhole(request: Request): Promise<Uint8Array> {
  try {
    return new Uint8Array(await request.arrayBuffer());
  } catch {
    throw cutShort();
  }
}

/** The client went away or was too slow: nobody is there for the answer, and nothing here is broken. */
const cutShort = (): Refusal => new Refusal('malformed_body', 'The body did not arrive whole.');

/** Where a text has half a surrogate pair, which has no UTF-8 form; undefined if nowhere. The depth is bounded before. */
function illFormedAt(value: unknown, path: string[] = []): string[] | undefined {
  if (typeof value === 'string') return value.isWellFormed() ? undefined : path;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    const found = key.isWellFormed() ? illFormedAt(inner, [...path, key]) : [...path, key.toWellFormed()];
    if (found) return found;
  }
  return undefined;
}

/** A JSON body that is none, too large, badly encoded or too deep is refused here, with the place. */
export const jsonOnly: MiddlewareHandler<Env> = async (c, next) => {
  if (c.req.method === 'GET' || c.req.method === 'HEAD' || c.req.method === 'DELETE') return next();
  const body = await readBody(c.req.raw, maxJsonBytes);
  if (!body) return problem(c, 'body_too_large', { detail: `At most ${maxJsonBytes} bytes.` });
  c.set('rawBody', body);
  if (body.length === 0) return next();
  const type = c.req.header('content-type') ?? '';
  if (!/^application\/([\w.+-]+\+)?json\b/i.test(type))
    return problem(c, 'unsupported_media_type', {
      detail: 'Send JSON, with "Content-Type: application/json".',
    });
  const json = readJson(body);
  if (!json.ok) return problem(c, 'malformed_body', { detail: json.detail });
  // bytes that are UTF-8 hold half a pair only as an escape
  const illFormed = Buffer.from(body.buffer, body.byteOffset, body.length).includes('\\u')
    ? illFormedAt(json.value)
    : undefined;
  if (illFormed) {
    const detail = 'contains a lone surrogate, which has no UTF-8 form';
    return problem(c, 'invalid_request', { detail, errors: [{ pointer: jsonPointer(illFormed), detail }] });
  }
  // the stream is read: whoever asks for the body from here on gets what it held, read once
  const value = Promise.resolve(json.value);
  c.req.json = () => value as Promise<never>;
  return next();
};
