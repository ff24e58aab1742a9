import { createRoute, z } from '@hono/zod-openapi';
import type { OpenAPIHono } from '@hono/zod-openapi';
import { idSchema } from '../../protocol/ids.ts';
import { createKey, createMerchant, revokeKey } from '../merchants/manage.ts';
import { Refusal } from '../problems.ts';
import {
  answer,
  body,
  keySchema,
  keyView,
  listOf,
  merchantSchema,
  merchantView,
  ofOperators,
  pageQuery,
  problems,
} from './schemas.ts';
import type { Env, Services } from './services.ts';

export const merchantParams = z.object({ merchant: idSchema('merchant') });

const merchants = {
  list: createRoute({
    method: 'get',
    path: '/merchants',
    ...ofOperators,
    summary: 'List merchants',
    request: { query: pageQuery },
    responses: { 200: answer(listOf(merchantSchema), 'A page'), ...problems },
  }),
  create: createRoute({
    method: 'post',
    path: '/merchants',
    ...ofOperators,
    summary: 'Create a merchant',
    request: { body: body(z.strictObject({ name: z.string().min(1).max(120) })) },
    responses: { 201: answer(merchantSchema, 'The merchant'), ...problems },
  }),
  keys: createRoute({
    method: 'get',
    path: '/merchants/{merchant}/keys',
    ...ofOperators,
    summary: 'List the keys of a merchant',
    request: { params: merchantParams },
    responses: { 200: answer(z.object({ data: z.array(keySchema) }), 'All keys'), ...problems },
  }),
  createKey: createRoute({
    method: 'post',
    path: '/merchants/{merchant}/keys',
    ...ofOperators,
    summary: 'Create a key; it is shown once',
    request: {
      params: merchantParams,
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
    ...ofOperators,
    summary: 'Revoke a key',
    request: { params: merchantParams.extend({ key: idSchema('key') }) },
    responses: { 204: { description: 'Revoked' }, ...problems },
  }),
};

export async function checkMerchant({ store }: Services, id: string): Promise<void> {
  if (!(await store.read.merchants.byId(id))) throw new Refusal('not_found', `There is no merchant ${id}.`);
}

export function merchantRoutes(app: OpenAPIHono<Env>, services: Services): void {
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
