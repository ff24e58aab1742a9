import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { idSchema } from '../../protocol/ids.ts';
import {
  accountOf,
  changeAccount,
  createAccount,
  maskedCredentials,
  probeAccount,
  removeAccount,
  setUpAccount,
} from '../accounts/manage.ts';
import { maxOverlapSeconds, previousUntil } from '../accounts/rotation.ts';
import type { AccountRow } from '../store/port.ts';
import { invalid } from './invalid.ts';
import { accountSchema, accountView, answer, body, listOf, pageQuery, problems } from './schemas.ts';
import type { Env, Services } from './services.ts';

const params = z.object({ id: idSchema('account') });
const tags = ['Accounts'];
const fields = z.record(z.string(), z.unknown());

export const newAccountSchema = z
  .strictObject({
    connector: z.string().min(1).max(32).describe('See GET /v1/connectors'),
    name: z.string().min(1).max(120),
    config: fields.optional().describe("By the connector's config_schema"),
    credentials: fields
      .optional()
      .describe("By the connector's credentials_schema; sealed at rest and never shown"),
  })
  .meta({ id: 'NewAccount' });
const changeSchema = z
  .strictObject({
    name: z.string().min(1).max(120).optional(),
    state: z.enum(['active', 'disabled']).optional(),
    config: fields.optional().describe('Replaces the whole configuration'),
    credentials: fields.optional().describe('Replaces the fields given'),
    overlap_seconds: z
      .int()
      .min(0)
      .max(maxOverlapSeconds)
      .optional()
      .describe(
        'With new credentials: for how long what comes in is also verified with those before. Default a day. What goes out is sent with the new ones at once',
      ),
  })
  .meta({ id: 'AccountChange' });

export const validateQuery = z.strictObject({
  validate: z
    .enum(['true', 'false'])
    .optional()
    .describe('`false`: saved without asking the platform whether the credentials work'),
});

const routes = {
  list: createRoute({
    method: 'get',
    path: '/',
    tags,
    summary: 'List your accounts',
    request: { query: pageQuery },
    responses: { 200: answer(listOf(accountSchema), 'A page'), ...problems },
  }),
  create: createRoute({
    method: 'post',
    path: '/',
    tags,
    summary: 'Add an account',
    description:
      'A test key makes a test account. The platform is asked whether the credentials work before they are saved, where it can be, and told where to call, where it lets one.',
    request: { body: body(newAccountSchema), query: validateQuery },
    responses: { 201: answer(accountSchema, 'The account'), ...problems },
  }),
  get: createRoute({
    method: 'get',
    path: '/{id}',
    tags,
    summary: 'Get an account',
    request: { params },
    responses: { 200: answer(accountSchema, 'The account'), ...problems },
  }),
  change: createRoute({
    method: 'patch',
    path: '/{id}',
    tags,
    summary: 'Change an account',
    request: { params, body: body(changeSchema), query: validateQuery },
    responses: { 200: answer(accountSchema, 'The account'), ...problems },
  }),
  remove: createRoute({
    method: 'delete',
    path: '/{id}',
    tags,
    summary: 'Remove an account',
    request: { params },
    responses: { 204: { description: 'Removed' }, ...problems },
  }),
  probe: createRoute({
    method: 'post',
    path: '/{id}/probe',
    tags,
    summary: 'Ask the platform whether the credentials work',
    request: { params },
    responses: {
      200: answer(z.object({ ok: z.boolean(), detail: z.string() }), 'What it said'),
      ...problems,
    },
  }),
  setup: createRoute({
    method: 'post',
    path: '/{id}/setup',
    tags,
    summary: 'Tell the platform once more where to call, where it lets one',
    request: { params },
    responses: { 200: answer(accountSchema, 'The account; `setup` says how it went'), ...problems },
  }),
};

/** An account as its merchant or the operator sees it. */
export const viewAccount = (
  { vault, view, runtime, conditions, accountHealth, breakerOf, clock }: Services,
  row: AccountRow,
) => {
  const condition = conditions.get(row.id);
  return accountView(row, {
    hookUrl: `${view.publicUrl()}/hooks/${row.connector}/${row.id}`,
    credentials: maskedCredentials(vault, row),
    connection: runtime.session(row.id),
    condition,
    health: accountHealth.of(row.id),
    breaker: breakerOf(row.id),
    previousUntil: previousUntil(condition, clock.now()),
  });
};

export function accountRoutes(services: Services): OpenAPIHono<Env> {
  const { store } = services;
  const app = new OpenAPIHono<Env>({ defaultHook: invalid });
  app.openapi(routes.list, async (c) => {
    const { limit = 20, cursor } = c.req.valid('query');
    const rows = await store.read.accounts.of(c.get('caller').merchantId, cursor ?? '', limit + 1);
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
  app.openapi(routes.create, async (c) => {
    const { merchantId, test } = c.get('caller');
    const { connector, name, config = {}, credentials = {} } = c.req.valid('json');
    const validate = c.req.valid('query').validate !== 'false';
    const given = { merchantId, test, connector, name, config, credentials, validate };
    const row = await createAccount(services, given);
    return c.json(viewAccount(services, row), 201);
  });
  app.openapi(routes.get, async (c) =>
    c.json(
      viewAccount(services, await accountOf(services, c.get('caller').merchantId, c.req.valid('param').id)),
      200,
    ),
  );
  app.openapi(routes.change, async (c) => {
    const { overlap_seconds: overlapSeconds, ...change } = c.req.valid('json');
    const validate = c.req.valid('query').validate !== 'false';
    const { merchantId } = c.get('caller');
    const row = await changeAccount(services, merchantId, c.req.valid('param').id, {
      ...change,
      overlapSeconds,
      validate,
    });
    return c.json(viewAccount(services, row), 200);
  });
  app.openapi(routes.remove, async (c) => {
    await removeAccount(services, c.get('caller').merchantId, c.req.valid('param').id);
    return c.body(null, 204);
  });
  app.openapi(routes.probe, async (c) =>
    c.json(await probeAccount(services, c.get('caller').merchantId, c.req.valid('param').id), 200),
  );
  app.openapi(routes.setup, async (c) => {
    const { merchantId } = c.get('caller');
    const { id } = c.req.valid('param');
    await setUpAccount(services, merchantId, id);
    return c.json(viewAccount(services, await accountOf(services, merchantId, id)), 200);
  });
  return app;
}
