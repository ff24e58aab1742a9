import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { idSchema } from '../../protocol/ids.ts';
import { hashBody } from '../messages/send.ts';
import { Refusal } from '../problems.ts';
import { deadEvents, deadMessages } from '../replay/dead-letters.ts';
import { cancelReplay, countReplay, replayOf, startReplay } from '../replay/manage.ts';
import { invalid } from './invalid.ts';
import {
  countSchema,
  deadEventList,
  deadEventQuery,
  deadEventView,
  deadMessageList,
  deadMessageQuery,
  deadMessageView,
  newReplaySchema,
  operatorReplaySchema,
  replayRequestOf,
  replaySchema,
  replayView,
} from './replay-schemas.ts';
import { answer, body, listOf, ofOperators, pageQuery, problems } from './schemas.ts';
import type { Env, Services } from './services.ts';

const tags = ['Replays'];
const params = z.object({ id: idSchema('replay') });
const ofMerchant = { merchant: idSchema('merchant').optional() };
const keyHeader = z.object({ 'idempotency-key': z.string().min(1).max(256).optional() });

const startText =
  'Works in the background, over restarts, beside live traffic and never in its way; within a conversation in order. Events go out with the id they had (`webhook-id`). A dead message is sent anew as a new message that names it in `resends`, once at most; one that may have arrived only with `force`.';
const starts = {
  200: answer(countSchema, 'With `dry_run`: how many there are'),
  202: answer(replaySchema, 'It is written down and goes on by itself'),
  ...problems,
};

const deadRoute = <Q extends z.ZodObject, R extends z.ZodType>(
  path: string,
  summary: string,
  query: Q,
  list: R,
) =>
  createRoute({
    method: 'get',
    path,
    tags,
    summary,
    description: 'Newest first. A page may be short, or empty, and not the last: `has_more` says so.',
    request: { query },
    responses: { 200: answer(list, 'A page'), ...problems },
  });

const routes = {
  deadEvents: deadRoute(
    '/events',
    'Events that your endpoints were given up for',
    deadEventQuery,
    deadEventList,
  ),
  deadMessages: deadRoute('/messages', 'Messages that failed or expired', deadMessageQuery, deadMessageList),
  start: createRoute({
    method: 'post',
    path: '/',
    tags,
    summary: 'Send events or dead messages once more',
    description: startText,
    request: { headers: keyHeader, body: body(newReplaySchema) },
    responses: starts,
  }),
  list: createRoute({
    method: 'get',
    path: '/',
    tags,
    summary: 'List replays, newest first',
    request: { query: pageQuery },
    responses: { 200: answer(listOf(replaySchema), 'A page'), ...problems },
  }),
  get: createRoute({
    method: 'get',
    path: '/{id}',
    tags,
    summary: 'How far a replay is',
    request: { params },
    responses: { 200: answer(replaySchema, 'The replay'), ...problems },
  }),
  cancel: createRoute({
    method: 'delete',
    path: '/{id}',
    tags,
    summary: 'Cancel a replay; what it has sent stays sent',
    request: { params },
    responses: { 200: answer(replaySchema, 'The replay, cancelled or as it had ended'), ...problems },
  }),
};

const operatorRoutes = {
  start: createRoute({
    method: 'post',
    path: '/replays',
    ...ofOperators,
    summary: 'Send events or dead messages of a merchant once more',
    description: startText,
    request: { headers: keyHeader, body: body(operatorReplaySchema) },
    responses: starts,
  }),
  events: createRoute({
    ...deadRoute(
      '/dead-letters/events',
      'Events given up, of one or all merchants',
      deadEventQuery.extend(ofMerchant),
      deadEventList,
    ),
    ...ofOperators,
  }),
  messages: createRoute({
    ...deadRoute(
      '/dead-letters/messages',
      'Dead messages of one or all merchants, without content',
      deadMessageQuery.extend(ofMerchant),
      deadMessageList,
    ),
    ...ofOperators,
  }),
  get: createRoute({ ...routes.get, path: '/replays/{id}', ...ofOperators }),
  cancel: createRoute({ ...routes.cancel, path: '/replays/{id}', ...ofOperators }),
};

const sinceMs = (since: string | undefined) => (since === undefined ? undefined : Date.parse(since));
const badCursor = () =>
  new Refusal('invalid_request', 'This is no cursor of this list.', {
    errors: [{ pointer: '#query/cursor', detail: 'unknown cursor' }],
  });

async function deadEventPage(
  { store, cursors }: Services,
  query: z.infer<typeof deadEventQuery>,
  { owner, merchantId }: { owner: string; merchantId: string | undefined },
) {
  const { limit = 20, cursor, endpoint, type, reason, since } = query;
  const before = cursor === undefined ? Number.MAX_SAFE_INTEGER : cursors.decode(owner, cursor);
  if (before === undefined) throw badCursor();
  const filter = { merchantId, endpointId: endpoint, type, reason, sinceMs: sinceMs(since) };
  const { rows, next } = await deadEvents(store, filter, { before, limit });
  return {
    data: rows.map(deadEventView),
    has_more: next !== undefined,
    next: next === undefined ? null : cursors.encode(owner, next),
  };
}

async function deadMessagePage(
  { store }: Services,
  query: z.infer<typeof deadMessageQuery>,
  merchantId: string | undefined,
) {
  const { limit = 20, cursor, account, failure, since } = query;
  if (cursor !== undefined && !idSchema('message').safeParse(cursor).success) throw badCursor();
  const filter = { merchantId, accountId: account, code: failure, sinceMs: sinceMs(since) };
  const { rows, next } = await deadMessages(store, filter, { before: cursor ?? 'z', limit });
  const resent = await Promise.all(rows.map(({ messageId }) => store.read.replays.resentAs(messageId)));
  return {
    data: rows.map((row, i) => deadMessageView(row, resent[i])),
    has_more: next !== undefined,
    next: next ?? null,
  };
}

export function deadLetterRoutes(services: Services): OpenAPIHono<Env> {
  const app = new OpenAPIHono<Env>({ defaultHook: invalid });
  app.openapi(routes.deadEvents, async (c) => {
    const { merchantId } = c.get('caller');
    const page = await deadEventPage(services, c.req.valid('query'), { owner: merchantId, merchantId });
    return c.json(page, 200);
  });
  app.openapi(routes.deadMessages, async (c) =>
    c.json(await deadMessagePage(services, c.req.valid('query'), c.get('caller').merchantId), 200),
  );
  return app;
}

type Started = {
  input: z.infer<typeof newReplaySchema>;
  merchantId: string;
  key: string | undefined;
  actor?: string;
};

async function start(services: Services, c: Context<Env>, { input, merchantId, key, actor }: Started) {
  const request = replayRequestOf(input);
  if (input.dry_run) {
    const total = await countReplay(services, merchantId, request, c.req.raw.signal);
    return c.json({ total }, 200);
  }
  const idempotency = key === undefined ? undefined : { key, bodyHash: hashBody(c.get('rawBody')) };
  const { replay, repeated } = await startReplay(services, { merchantId, request, idempotency, actor });
  if (repeated) c.header('idempotent-replayed', 'true');
  return c.json(replayView(replay), 202);
}

export function replayRoutes(services: Services): OpenAPIHono<Env> {
  const app = new OpenAPIHono<Env>({ defaultHook: invalid });
  app.openapi(routes.start, (c) =>
    start(services, c, {
      input: c.req.valid('json'),
      merchantId: c.get('caller').merchantId,
      key: c.req.valid('header')['idempotency-key'],
    }),
  );
  app.openapi(routes.list, async (c) => {
    const { limit = 20, cursor } = c.req.valid('query');
    const { replays } = services.store.read;
    const rows = await replays.of(c.get('caller').merchantId, cursor ?? 'z', limit + 1);
    const page = rows.slice(0, limit);
    const more = rows.length > limit;
    return c.json({ data: page.map(replayView), has_more: more, next: more ? page.at(-1)!.id : null }, 200);
  });
  app.openapi(routes.get, async (c) =>
    c.json(replayView(await replayOf(services, c.get('caller').merchantId, c.req.valid('param').id)), 200),
  );
  app.openapi(routes.cancel, async (c) => {
    const of = { merchantId: c.get('caller').merchantId, id: c.req.valid('param').id };
    return c.json(replayView(await cancelReplay(services, of)), 200);
  });
  return app;
}

/** The same for operators: of any merchant, and never with content. */
export function operatorReplayRoutes(services: Services): OpenAPIHono<Env> {
  const app = new OpenAPIHono<Env>({ defaultHook: invalid });
  const actor = 'operator';
  app.openapi(operatorRoutes.events, async (c) => {
    const { merchant: merchantId, ...query } = c.req.valid('query');
    return c.json(await deadEventPage(services, query, { owner: actor, merchantId }), 200);
  });
  app.openapi(operatorRoutes.messages, async (c) => {
    const { merchant: merchantId, ...query } = c.req.valid('query');
    return c.json(await deadMessagePage(services, query, merchantId), 200);
  });
  app.openapi(operatorRoutes.start, (c) => {
    const { merchant_id: merchantId, ...input } = c.req.valid('json');
    return start(services, c, { input, merchantId, key: c.req.valid('header')['idempotency-key'], actor });
  });
  app.openapi(operatorRoutes.get, async (c) =>
    c.json(replayView(await replayOf(services, undefined, c.req.valid('param').id)), 200),
  );
  app.openapi(operatorRoutes.cancel, async (c) => {
    const of = { merchantId: undefined, id: c.req.valid('param').id, actor };
    return c.json(replayView(await cancelReplay(services, of)), 200);
  });
  return app;
}
