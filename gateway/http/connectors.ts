import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { connectorView } from '../accounts/form.ts';
import { Refusal } from '../problems.ts';
import { invalid } from './invalid.ts';
import { answer, problems } from './schemas.ts';
import type { Env, Services } from './services.ts';

const tags = ['Accounts'];
const fieldsSchema = z
  .record(z.string(), z.unknown())
  .describe('JSON Schema; each field has its place (`x-order`), and secrets are `writeOnly`');

const connectorSchema = z
  .object({
    name: z.string(),
    channel: z.string(),
    title: z.string(),
    schemes: z.array(z.string()),
    capabilities: z.unknown().describe('What it can carry, by kind and direction, and its limits'),
    config_schema: fieldsSchema.describe(
      'JSON Schema of what an account sets; each field has its place (`x-order`)',
    ),
    credentials_schema: fieldsSchema.describe('JSON Schema of what an account keeps secret (`writeOnly`)'),
    hook_url: z
      .string()
      .nullable()
      .describe('Where the platform calls, with {account} for the account; null: nowhere'),
    checks_credentials: z.boolean().describe('They are tried with a real call before they are saved'),
    registers_hook: z.boolean().describe('The platform is told where to call; else tell it yourself'),
    documents: z.array(z.object({ title: z.string(), url: z.string(), version: z.string() })),
  })
  .loose()
  .meta({ id: 'Connector' });

const routes = {
  list: createRoute({
    method: 'get',
    path: '/',
    tags,
    summary: 'List connectors: what each can carry and what an account of it needs',
    responses: {
      200: answer(z.object({ data: z.array(connectorSchema) }), 'All connectors'),
      401: problems[401],
    },
  }),
  get: createRoute({
    method: 'get',
    path: '/{name}',
    tags,
    summary: 'Get a connector: enough to draw the form for an account of it',
    request: { params: z.object({ name: z.string().max(64) }) },
    responses: { 200: answer(connectorSchema, 'The connector'), ...problems },
  }),
};

export function connectorRoutes({ registry, view }: Services): OpenAPIHono<Env> {
  const app = new OpenAPIHono<Env>({ defaultHook: invalid });
  app.openapi(routes.list, (c) =>
    c.json(
      { data: [...registry.connectors.values()].map((one) => connectorView(one, view.publicUrl())) },
      200,
    ),
  );
  app.openapi(routes.get, (c) => {
    const { name } = c.req.valid('param');
    const connector = registry.connectors.get(name);
    if (!connector) throw new Refusal('not_found', `There is no connector "${name}".`);
    return c.json(connectorView(connector, view.publicUrl()), 200);
  });
  return app;
}
