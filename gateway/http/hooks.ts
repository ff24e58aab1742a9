import { Hono } from 'hono';
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Account, HookRequest, HookResponse } from '../../connectors/contract/index.ts';
import { KeySets } from '../accounts/key-sets.ts';
import type { LiveAccount } from '../accounts/registry.ts';
import { Refusal } from '../problems.ts';
import type { ProblemCode } from '../problems.ts';
import { noted } from './hook-log.ts';
import type { Said } from './hook-log.ts';
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
  const keySets = new KeySets(services.context);
  app.all('/:connector/:account/*', (c) => serve(c, services, keySets));
  app.all('/:connector/:account', (c) => serve(c, services, keySets));
  return app;
}

async function serve(c: Context<Env>, services: Services, keySets: KeySets): Promise<Response> {
  const connector = c.req.param('connector') ?? '';
  const accountId = c.req.param('account') ?? '';
  const live = services.registry.get(accountId);
  if (!live || live.row.connector !== connector)
    return problem(c, 'not_found', { detail: 'There is no such account.' });
  const usual = structured.test(c.req.header('content-type') ?? 'json') ? maxStructuredBytes : maxUploadBytes;
  const max = live.connector.hook?.maxBytes ?? usual;
  const body = await readBody(c.req.raw, max);
  if (!body) return problem(c, 'body_too_large', { detail: `At most ${max} bytes.` });
  const request = hookRequest(c, live, body, services.view.publicUrl());
  const { hook, pages } = live.connector;
  if (!hook && pages?.handle && !live.connector.server)
    return noted(services, { live, request }, () => takePage(services, live, request));
  const page = await pages?.handle?.(request, live.account, services.runtime.host(connector));
  if (page) return respond(page);
  return hook
    ? noted(services, { live, request }, (said) => takeHook(c, services, { live, request, said, keySets }))
    : problem(c, 'not_found', { detail: 'There is no such page.' });
}

const isUnsigned = (error: unknown): boolean =>
  error instanceof Refusal && error.code === 'invalid_signature';

/** A connector in another process verifies by itself: what it refuses is tried with credentials before the current ones. */
async function takePage(services: Services, live: LiveAccount, request: HookRequest): Promise<Response> {
  const handle = live.connector.pages!.handle!;
  const host = services.runtime.host(live.row.connector);
  const accounts = [live.account, ...services.previousAccounts(live, services.clock.now())];
  for (const [index, account] of accounts.entries()) {
    try {
      const page = await handle(request, account, host);
      if (page) return respond(page);
    } catch (error) {
      if (!isUnsigned(error) || index === accounts.length - 1) throw error;
    }
  }
  throw new Refusal('not_found', 'There is no such page.');
}

async function takeHook(
  c: Context<Env>,
  services: Services,
  { live, request, said, keySets }: { live: LiveAccount; request: HookRequest; said: Said; keySets: KeySets },
): Promise<Response> {
  const hook = live.connector.hook!;
  const nowMs = services.clock.now();
  let refused: HookResponse | undefined;
  // after a rotation the platform may still use what was good before
  for (const account of [live.account, ...services.previousAccounts(live, nowMs)]) {
    const handshake = hook.handshake?.(request, account);
    if (handshake && handshake.status < 400) {
      said.verdict = 'handshake';
      return respond(handshake);
    }
    if (handshake) {
      refused ??= handshake;
      continue;
    }
    const verdict = await keySets.verify(hook, request, account, nowMs);
    if (verdict.ok) {
      said.verdict = 'verified';
      if ((await hook.confirm?.(request, account, confirming(services))) === false)
        return problem(c, 'overloaded', { detail: 'The platform could not be called back.' });
      return takeVerified(c, services, { live, account, request });
    }
    said.reason ??= verdict.reason;
    if (verdict.unavailable)
      return problem(c, 'overloaded', {
        detail: 'The keys that this platform signs with could not be fetched.',
      });
  }
  said.verdict = 'refused';
  if (refused) return respond(refused);
  services.metrics.refusedHook(live.row.connector);
  return problem(c, 'invalid_signature', {
    detail: 'The request was not signed by this platform for this account.',
  });
}

const confirmTimeoutMs = 8000;

const confirming = ({ context }: Services) => ({ ...context, signal: AbortSignal.timeout(confirmTimeoutMs) });

/** `account`: with the credentials that it was verified with, for a body may be sealed with them too. */
async function takeVerified(
  c: Context<Env>,
  services: Services,
  { live, account, request }: { live: LiveAccount; account: Account; request: HookRequest },
): Promise<Response> {
  const parsed = live.connector.hook!.parse(request, account);
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
