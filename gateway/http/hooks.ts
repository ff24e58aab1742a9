import { Hono } from 'hono';
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { HookRequest, HookResponse } from '../../connectors/contract/index.ts';
import type { LiveAccount } from '../accounts/registry.ts';
import type { ProblemCode } from '../problems.ts';
import { readBody } from './middleware.ts';
import { problem } from './problem.ts';
import type { Env, Services } from './services.ts';

/** What platforms send is small; what a connector's own client uploads may be larger. */
const maxStructuredBytes = 1024 * 1024;
const maxUploadBytes = 16 * 1024 * 1024;
const structured = /json|x-www-form-urlencoded|xml|^text\//i;

const parseProblems: Record<number, ProblemCode> = {
  400: 'malformed_body',
  413: 'body_too_large',
  415: 'unsupported_media_type',
  422: 'invalid_request',
};

/** Where platforms call, and where connectors have pages of their own: `/hooks/{connector}/{accountId}/…`. */
export function hookRoutes(services: Services): Hono<Env> {
  const app = new Hono<Env>();
  app.all('/:connector/:account/*', (c) => serve(c, services));
  app.all('/:connector/:account', (c) => serve(c, services));
  return app;
}

async function serve(c: Context<Env>, services: Services): Promise<Response> {
  const connector = c.req.param('connector') ?? '';
  const accountId = c.req.param('account') ?? '';
  const live = services.registry.get(accountId);
  if (!live || live.row.connector !== connector)
    return problem(c, 'not_found', { detail: 'There is no such account.' });
  const max = structured.test(c.req.header('content-type') ?? 'json') ? maxStructuredBytes : maxUploadBytes;
  const body = await readBody(c.req.raw, max);
  if (!body) return problem(c, 'body_too_large', { detail: `At most ${max} bytes.` });
  const request = hookRequest(c, live, body, services.view.publicUrl());
  const page = await live.connector.pages?.handle?.(request, live.account, services.runtime.host(connector));
  if (page) return respond(page);
  return live.connector.hook
    ? takeHook(c, services, live, request)
    : problem(c, 'not_found', { detail: 'There is no such page.' });
}

async function takeHook(
  c: Context<Env>,
  services: Services,
  live: LiveAccount,
  request: HookRequest,
): Promise<Response> {
  const hook = live.connector.hook!;
  const handshake = hook.handshake?.(request, live.account);
  if (handshake) return respond(handshake);
  const verdict = hook.verify(request, live.account, services.clock.now());
  if (!verdict.ok) {
    services.metrics.refusedHook(live.row.connector);
    return problem(c, 'invalid_signature', {
      detail: 'The request was not signed by this platform for this account.',
    });
  }
  const parsed = hook.parse(request, live.account);
  if (!parsed.ok)
    return problem(c, parseProblems[parsed.status] ?? 'malformed_body', {
      detail: parsed.detail,
      errors: parsed.pointer === undefined ? undefined : [{ pointer: parsed.pointer, detail: parsed.detail }],
    });
  await services.accept(live, parsed.items, traceparentOf(c));
  return respond(parsed.response ?? { status: 200 });
}

const traceparentOf = (c: Context<Env>): string | undefined => {
  const value = c.req.header('traceparent');
  return value && /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/.test(value) ? value : undefined;
};

function hookRequest(c: Context<Env>, live: LiveAccount, body: Uint8Array, publicUrl: string): HookRequest {
  const url = new URL(c.req.url);
  const prefix = `/hooks/${live.row.connector}/${live.row.id}`;
  return {
    method: c.req.method,
    path: url.pathname.slice(prefix.length),
    url: `${publicUrl}${url.pathname}${url.search}`,
    query: url.searchParams,
    headers: Object.fromEntries(c.req.raw.headers),
    body,
  };
}

const bodyless = new Set([101, 204, 205, 304]);

export const respond = (response: HookResponse): Response =>
  new Response(bodyless.has(response.status) ? null : (response.body ?? ''), {
    status: response.status as ContentfulStatusCode,
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      'x-content-type-options': 'nosniff',
      ...response.headers,
    },
  });
