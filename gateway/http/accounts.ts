import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { idSchema } from '../../protocol/ids.ts';
import {
  accountOf,
  changeAccount,
  connectorView,
  createAccount,
  maskedCredentials,
  probeAccount,
  removeAccount,
} from '../accounts/manage.ts';
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
  })
  .meta({ id: 'AccountChange' });

const connectorSchema = z
  .object({ name: z.string(), channel: z.string(), title: z.string(), schemes: z.array(z.string()) })
  .loose()
  .meta({ id: 'Connector' });

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
    description: 'A test key makes a test account.',
    request: { body: body(newAccountSchema) },
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
    request: { params, body: body(changeSchema) },
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
};

export const connectorRoutes = ({ registry }: Services): OpenAPIHono<Env> => {
  const app = new OpenAPIHono<Env>({ defaultHook: invalid });
  const route = createRoute({
    method: 'get',
    path: '/',
    tags,
    summary: 'List connectors: what each can carry and what an account of it needs',
    responses: {
      200: answer(z.object({ data: z.array(connectorSchema) }), 'All connectors'),
      401: problems[401],
    },
  });
  app.openapi(route, (c) =>
    c.json({ data: [...registry.connectors.values()].map(connectorView) } as never, 200),
  );
  return app;
};

/** An account as its merchant or the operator sees it. */
export const viewAccount = ({ vault, view, runtime }: Services, row: AccountRow) =>
  accountView(row, {
    hookUrl: `${view.publicUrl()}/hooks/${row.connector}/${row.id}`,
    credentials: maskedCredentials(vault, row),
    connection: runtime.session(row.id),
  });

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
    const row = await createAccount(services, { merchantId, test, connector, name, config, credentials });
    return c.json(viewAccount(services, row), 201);
  });
  app.openapi(routes.get, async (c) =>
    c.json(
      viewAccount(services, await accountOf(services, c.get('caller').merchantId, c.req.valid('param').id)),
      200,
    ),
  );
  app.openapi(routes.change, async (c) =>
    c.json(
      viewAccount(
        services,
        await changeAccount(
          services,
          c.get('caller').merchantId,
          c.req.valid('param').id,
          c.req.valid('json'),
        ),
      ),
      200,
    ),
  );
  app.openapi(routes.remove, async (c) => {
    await removeAccount(services, c.get('caller').merchantId, c.req.valid('param').id);
    return c.body(null, 204);
  });
  app.openapi(routes.probe, async (c) =>
    c.json(await probeAccount(services, c.get('caller').merchantId, c.req.valid('param').id), 200),
  );
  return app;
}
