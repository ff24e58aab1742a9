import type { z } from 'zod';
import type { HookRequest, HookResponse } from '../contract/index.ts';
import { readJson } from '../kit/body.ts';
import type { Asked } from './asked.ts';
import { demoPage } from './demo.ts';
import { mayUse } from './origin.ts';
import { poll } from './poll.ts';
import { newVisitor, readIdentity, readVisitor, signVisitor, visitorDays } from './token.ts';
import type { TokenResult } from './token.ts';
import { receiveUpload } from './upload.ts';
import { pollRequestSchema, sessionRequestSchema } from './wire.ts';

/**
 * The widget's own HTTP. Bodies are text/plain or multipart, so that a page of another origin needs no preflight (Fetch
 * Standard, CORS-safelisted request headers); nothing here reads a cookie, so there is none to ride on.
 */
export async function handlePage(asked: Asked): Promise<HookResponse | undefined> {
  const { request, account } = asked;
  if (request.path === '/demo' && request.method === 'GET') return demoPage(account, request.query);
  const route = routes[request.path];
  if (!route) return undefined;
  const allowed = mayUse(account, request.headers);
  if (request.method === 'OPTIONS') return { status: allowed ? 204 : 403, headers: cors(request) };
  if (request.method !== 'POST') return problem(request, 405, 'method_not_allowed');
  if (!allowed) return problem(request, 403, 'origin_refused');
  return route(asked);
}

const routes: Record<string, (asked: Asked) => HookResponse | Promise<HookResponse>> = {
  '/session': session,
  '/poll': longPoll,
  '/upload': async (asked) => {
    const result = await receiveUpload(asked);
    return result.ok
      ? json(asked.request, 200, result.body)
      : problem(asked.request, result.status, result.code);
  },
};

/** The origin is named also on refusals, so that the widget can tell a developer what is wrong; nothing else is in them. */
const cors = (request: HookRequest): Record<string, string> => ({
  ...(request.headers.origin && { 'access-control-allow-origin': request.headers.origin }),
  'access-control-allow-methods': 'POST',
  'access-control-allow-headers': 'content-type',
  'access-control-max-age': '86400',
  vary: 'origin',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
});

const json = (request: HookRequest, status: number, body: unknown): HookResponse => ({
  status,
  headers: { ...cors(request), 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

const problem = (request: HookRequest, status: number, code: string): HookResponse => ({
  status,
  headers: { ...cors(request), 'content-type': 'application/problem+json' },
  body: JSON.stringify({ type: 'about:blank', title: code.replaceAll('_', ' '), status, code }),
});

function bodyAs<T>(request: HookRequest, schema: z.ZodType<T>): T | undefined {
  if (request.body.length > 262_144) return undefined;
  const read = readJson(request.body);
  const parsed = read.ok ? schema.safeParse(read.value) : undefined;
  return parsed?.success ? parsed.data : undefined;
}

/** Who is it? A merchant's identity, a token from before (renewed while it is good), or somebody new. Never a bare id. */
function session({ request, account, host }: Asked): HookResponse {
  const body = bodyAs(request, sessionRequestSchema);
  if (!body) return problem(request, 422, 'bad_request');
  const { secret, identity_secret: identitySecret } = account.credentials;
  const nowMs = host.now();
  const key = { accountId: account.id, nowMs };
  let who: TokenResult;
  if (body.identity !== undefined) {
    who = identitySecret
      ? readIdentity(body.identity, { ...key, secret: identitySecret })
      : { ok: false, reason: 'forged' };
  } else if (body.token === undefined) who = { ok: true, visitor: newVisitor(host.random(16), nowMs) };
  else who = readVisitor(body.token, { ...key, secret });
  if (!who.ok) return problem(request, 401, `token_${who.reason}`);
  const { visitor } = who;
  // an anonymous thread lives on as long as it is used; an identity ends when the merchant's JWT does
  if (visitor.id.startsWith('v.')) visitor.expires = Math.floor(nowMs / 1000) + visitorDays * 86_400;
  return json(request, 200, {
    token: signVisitor(visitor, { accountId: account.id, secret }),
    expires: visitor.expires,
    name: account.config.name,
    ...(account.config.greeting && { greeting: account.config.greeting }),
  });
}

async function longPoll(asked: Asked): Promise<HookResponse> {
  const body = bodyAs(asked.request, pollRequestSchema);
  if (!body) return problem(asked.request, 422, 'bad_request');
  const answer = await poll(body, asked);
  if (!answer.ok) return problem(asked.request, answer.status, answer.status === 410 ? 'poll_ended' : 'busy');
  return json(asked.request, 200, { poll: answer.poll, frames: answer.frames });
}
