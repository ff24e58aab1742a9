import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { idSchema } from '../../protocol/ids.ts';
import { changeAccount, createAccount, removeAccount } from '../accounts/manage.ts';
import { createKey, createMerchant, revokeKey } from '../merchants/manage.ts';
import { traceOf } from '../messages/trace.ts';
import { Refusal } from '../problems.ts';
import { recoverEndpoint } from '../webhooks/manage.ts';
import { newAccountSchema, validateQuery, viewAccount } from './accounts.ts';
import { invalid } from './invalid.ts';
import { remoteConnectorRoutes } from './remote-connectors.ts';
import {
  accountSchema,
  answer,
  body,
  endpointSchema,
  endpointView,
  keySchema,
  keyView,
  listOf,
  merchantSchema,
  merchantView,
  pageQuery,
  problems,
  time,
  traceSchema,
} from './schemas.ts';
import type { Env, Services } from './services.ts';

const tags = ['Operators'];
const merchant = z.object({ merchant: idSchema('merchant') });
const security = [{ operator: [] }];

const merchants = {
  list: createRoute({
    method: 'get',
    path: '/merchants',
    tags,
    security,
    summary: 'List merchants',
    request: { query: pageQuery },
    responses: { 200: answer(listOf(merchantSchema), 'A page'), ...problems },
  }),
  create: createRoute({
    method: 'post',
    path: '/merchants',
    tags,
    security,
    summary: 'Create a merchant',
    request: { body: body(z.strictObject({ name: z.string().min(1).max(120) })) },
    responses: { 201: answer(merchantSchema, 'The merchant'), ...problems },
  }),
  keys: createRoute({
    method: 'get',
    path: '/merchants/{merchant}/keys',
    tags,
    security,
    summary: 'List the keys of a merchant',
    request: { params: merchant },
    responses: { 200: answer(z.object({ data: z.array(keySchema) }), 'All keys'), ...problems },
  }),
  createKey: createRoute({
    method: 'post',
    path: '/merchants/{merchant}/keys',
    tags,
    security,
    summary: 'Create a key; it is shown once',
    request: {
      params: merchant,
      body: body(
        z.strictObject({
          mode: z.enum(['test', 'live']),
          name: z.string().min(1).max(120),
          expires_at: z.iso.datetime({ offset: true }).optional(),
        }),
      ),
    },
    responses: { 201: answer(keySchema.extend({ key: z.string() }), 'The key'), ...problems },
  }),
  revokeKey: createRoute({
    method: 'delete',
    path: '/merchants/{merchant}/keys/{key}',
    tags,
    security,
    summary: 'Revoke a key',
    request: { params: merchant.extend({ key: idSchema('key') }) },
    responses: { 204: { description: 'Revoked' }, ...problems },
  }),
};

const accountParams = merchant.extend({ account: idSchema('account') });
const accounts = {
  list: createRoute({
    method: 'get',
    path: '/merchants/{merchant}/accounts',
    tags,
    security,
    summary: 'List the accounts of a merchant',
    request: { params: merchant, query: pageQuery },
    responses: { 200: answer(listOf(accountSchema), 'A page'), ...problems },
  }),
  create: createRoute({
    method: 'post',
    path: '/merchants/{merchant}/accounts',
    tags,
    security,
    summary: 'Add an account for a merchant',
    request: {
      params: merchant,
      query: validateQuery,
      body: body(newAccountSchema.extend({ test: z.boolean().optional() })),
    },
    responses: { 201: answer(accountSchema, 'The account'), ...problems },
  }),
  change: createRoute({
    method: 'patch',
    path: '/merchants/{merchant}/accounts/{account}',
    tags,
    security,
    summary: 'Enable or disable an account',
    request: { params: accountParams, body: body(z.strictObject({ state: z.enum(['active', 'disabled']) })) },
    responses: { 200: answer(accountSchema, 'The account'), ...problems },
  }),
  remove: createRoute({
    method: 'delete',
    path: '/merchants/{merchant}/accounts/{account}',
    tags,
    security,
    summary: 'Remove an account',
    request: { params: accountParams },
    responses: { 204: { description: 'Removed' }, ...problems },
  }),
};

const depthSchema = z.object({ depth: z.int(), oldest_at: z.string().nullable() });
const watch = {
  backlog: createRoute({
    method: 'get',
    path: '/backlog',
    tags,
    security,
    summary: 'What waits, and since when: events, sends by account, webhooks by endpoint, bus durables',
    responses: {
      200: answer(
        z.object({
          events: depthSchema,
          sends: z.array(depthSchema.extend({ account_id: z.string(), merchant_id: z.string() })),
          webhooks: z.array(depthSchema.extend({ endpoint_id: z.string(), state: z.string() })),
          bus: z.record(z.string(), z.int()),
        }),
        'The backlog',
      ),
      401: problems[401],
    },
  }),
  dead: createRoute({
    method: 'get',
    path: '/dead-letters',
    tags,
    security,
    summary: 'Failed deliveries (the latest 100) and endpoints with events given up',
    responses: {
      200: answer(
        z.object({
          deliveries: z.array(
            z.object({
              message_id: z.string(),
              merchant_id: z.string(),
              account_id: z.string(),
              failure: z.unknown(),
              attempts: z.int(),
              at: z.string(),
            }),
          ),
          webhooks: z.array(depthSchema.extend({ endpoint_id: z.string() })),
        }),
        'Dead letters',
      ),
      401: problems[401],
    },
  }),
  replay: createRoute({
    method: 'post',
    path: '/replay',
    tags,
    security,
    summary: 'Send an endpoint what it missed since a time',
    request: {
      body: body(
        z.strictObject({ endpoint_id: idSchema('endpoint'), since: z.iso.datetime({ offset: true }) }),
      ),
    },
    responses: {
      202: answer(z.object({ waiting: z.int(), endpoint: endpointSchema }), 'How many events it will get'),
      ...problems,
    },
  }),
  trace: createRoute({
    method: 'get',
    path: '/messages/{id}/trace',
    tags,
    security,
    summary: 'The trace of any message, without content',
    request: { params: z.object({ id: idSchema('message') }) },
    responses: { 200: answer(traceSchema, 'The trace'), ...problems },
  }),
  audit: createRoute({
    method: 'get',
    path: '/audit',
    tags,
    security,
    summary: 'What operators did (the latest 200)',
    responses: {
      200: answer(
        z.object({
          data: z.array(
            z.object({ at: z.string(), actor: z.string(), action: z.string(), subject: z.string() }),
          ),
        }),
        'The audit',
      ),
      401: problems[401],
    },
  }),
};

export function adminRoutes(services: Services): OpenAPIHono<Env> {
  const app = new OpenAPIHono<Env>({ defaultHook: invalid });
  merchantRoutes(app, services);
  accountRoutes(app, services);
  watchRoutes(app, services);
  remoteConnectorRoutes(app, services);
  return app;
}

async function checkMerchant({ store }: Services, id: string): Promise<void> {
  if (!(await store.read.merchants.byId(id))) throw new Refusal('not_found', `There is no merchant ${id}.`);
}

function merchantRoutes(app: OpenAPIHono<Env>, services: Services): void {
  const { store } = services;
  app.openapi(merchants.list, async (c) => {
    const { limit = 20, cursor } = c.req.valid('query');
    const rows = await store.read.merchants.list(cursor ?? '', limit + 1);
    const page = rows.slice(0, limit);
    const more = rows.length > limit;
    return c.json({ data: page.map(merchantView), has_more: more, next: more ? page.at(-1)!.id : null }, 200);
  });
  app.openapi(merchants.create, async (c) =>
    c.json(merchantView(await createMerchant(services, c.req.valid('json').name)), 201),
  );
  app.openapi(merchants.keys, async (c) => {
    const { merchant: merchantId } = c.req.valid('param');
    await checkMerchant(services, merchantId);
    return c.json({ data: (await store.read.merchants.keysOf(merchantId)).map(keyView) }, 200);
  });
  app.openapi(merchants.createKey, async (c) => {
    const { mode, name, expires_at: expires } = c.req.valid('json');
    const made = await createKey(services, {
      merchantId: c.req.valid('param').merchant,
      mode,
      name,
      expiresAt: expires === undefined ? undefined : Date.parse(expires),
    });
    return c.json({ ...keyView(made.row), key: made.key }, 201);
  });
  app.openapi(merchants.revokeKey, async (c) => {
    const { merchant: merchantId, key } = c.req.valid('param');
    await revokeKey(services, merchantId, key);
    return c.body(null, 204);
  });
}

function accountRoutes(app: OpenAPIHono<Env>, services: Services): void {
  const { store, clock } = services;
  const noted = (action: string, subject: string) =>
    store.write((tx) => tx.trace.insertAudit({ at: clock.now(), actor: 'operator', action, subject }));
  app.openapi(accounts.list, async (c) => {
    const { limit = 20, cursor } = c.req.valid('query');
    const { merchant: merchantId } = c.req.valid('param');
    await checkMerchant(services, merchantId);
    const rows = await store.read.accounts.of(merchantId, cursor ?? '', limit + 1);
    const page = rows.slice(0, limit);
    const more = rows.length > limit;
    return c.json(
      {
        data: page.map((row) => viewAccount(services, row)),
        has_more: more,
        next: more ? page.at(-1)!.id : null,
      },
      200,
    );
  });
  app.openapi(accounts.create, async (c) => {
    const { merchant: merchantId } = c.req.valid('param');
    await checkMerchant(services, merchantId);
    const { connector, name, config = {}, credentials = {}, test = false } = c.req.valid('json');
    const validate = c.req.valid('query').validate !== 'false';
    const given = { merchantId, test, connector, name, config, credentials, validate };
    const row = await createAccount(services, given);
    await noted('account.created', row.id);
    return c.json(viewAccount(services, row), 201);
  });
  app.openapi(accounts.change, async (c) => {
    const { merchant: merchantId, account } = c.req.valid('param');
    const row = await changeAccount(services, merchantId, account, c.req.valid('json'));
    await noted(`account.${row.state}`, row.id);
    return c.json(viewAccount(services, row), 200);
  });
  app.openapi(accounts.remove, async (c) => {
    const { merchant: merchantId, account } = c.req.valid('param');
    await removeAccount(services, merchantId, account);
    await noted('account.removed', account);
    return c.body(null, 204);
  });
}

function watchRoutes(app: OpenAPIHono<Env>, services: Services): void {
  const { store, clock, bus } = services;
  const { read } = store;
  const depth = ({ depth: count, oldestAt }: { depth: number; oldestAt: number | null }) => ({
    depth: count,
    oldest_at: oldestAt === null ? null : time(oldestAt),
  });
  app.openapi(watch.backlog, async (c) => {
    const [events, sends, webhooks, durables] = await Promise.all([
      read.events.unsettledCount(),
      read.deliveries.backlog(),
      read.webhooks.backlog(),
      bus.depths().catch(() => ({})),
    ]);
    return c.json(
      {
        events: depth(events),
        sends: sends.map((row) => ({
          account_id: row.accountId,
          merchant_id: row.merchantId,
          ...depth(row),
        })),
        webhooks: webhooks.map((row) => ({ endpoint_id: row.endpointId, state: row.state, ...depth(row) })),
        bus: durables,
      },
      200,
    );
  });
  app.openapi(watch.dead, async (c) => {
    const [failed, webhooks] = await Promise.all([read.deliveries.failed(100), read.webhooks.backlog()]);
    return c.json(
      {
        deliveries: failed.map((row) => ({
          message_id: row.messageId,
          merchant_id: row.merchantId,
          account_id: row.accountId,
          failure: row.failure,
          attempts: row.attempts,
          at: time(row.updatedAt),
        })),
        webhooks: webhooks
          .filter((row) => row.state === 'dead')
          .map((row) => ({ endpoint_id: row.endpointId, ...depth(row) })),
      },
      200,
    );
  });
  app.openapi(watch.replay, async (c) => {
    const { endpoint_id: id, since } = c.req.valid('json');
    const endpoint = await read.webhooks.endpoint(id);
    if (!endpoint) throw new Refusal('not_found', `There is no webhook endpoint ${id}.`);
    const waiting = await recoverEndpoint(
      services,
      { merchantId: endpoint.merchantId, id },
      Date.parse(since),
    );
    await store.write((tx) =>
      tx.trace.insertAudit({ at: clock.now(), actor: 'operator', action: 'endpoint.replayed', subject: id }),
    );
    return c.json({ waiting, endpoint: endpointView((await read.webhooks.endpoint(id))!) }, 202);
  });
  app.openapi(watch.trace, async (c) => {
    const { id } = c.req.valid('param');
    const entries = await traceOf(read, id);
    if (entries.length === 0) throw new Refusal('not_found', `There is no message ${id}.`);
    return c.json({ message_id: id, entries }, 200);
  });
  app.openapi(watch.audit, async (c) =>
    c.json(
      {
        data: (await read.trace.audit(200)).map((row) => ({
          at: time(row.at),
          actor: row.actor,
          action: row.action,
          subject: row.subject,
        })),
      },
      200,
    ),
  );
}
