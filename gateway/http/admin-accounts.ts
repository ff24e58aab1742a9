import { createRoute, z } from '@hono/zod-openapi';
import type { OpenAPIHono } from '@hono/zod-openapi';
import { idSchema } from '../../protocol/ids.ts';
import { changeAccount, createAccount, removeAccount } from '../accounts/manage.ts';
import { newAccountSchema, validateQuery, viewAccount } from './accounts.ts';
import { checkMerchant, merchantParams } from './admin-merchants.ts';
import { accountSchema, answer, body, listOf, ofOperators, pageQuery, problems } from './schemas.ts';
import type { Env, Services } from './services.ts';

const accountParams = merchantParams.extend({ account: idSchema('account') });
const accounts = {
  list: createRoute({
    method: 'get',
    path: '/merchants/{merchant}/accounts',
    ...ofOperators,
    summary: 'List the accounts of a merchant',
    request: { params: merchantParams, query: pageQuery },
    responses: { 200: answer(listOf(accountSchema), 'A page'), ...problems },
  }),
  create: createRoute({
    method: 'post',
    path: '/merchants/{merchant}/accounts',
    ...ofOperators,
    summary: 'Add an account for a merchant',
    request: {
      params: merchantParams,
      query: validateQuery,
      body: body(newAccountSchema.extend({ test: z.boolean().optional() })),
    },
    responses: { 201: answer(accountSchema, 'The account'), ...problems },
  }),
  change: createRoute({
    method: 'patch',
    path: '/merchants/{merchant}/accounts/{account}',
    ...ofOperators,
    summary: 'Enable or disable an account',
    request: { params: accountParams, body: body(z.strictObject({ state: z.enum(['active', 'disabled']) })) },
    responses: { 200: answer(accountSchema, 'The account'), ...problems },
  }),
  remove: createRoute({
    method: 'delete',
    path: '/merchants/{merchant}/accounts/{account}',
    ...ofOperators,
    summary: 'Remove an account',
    request: { params: accountParams },
    responses: { 204: { description: 'Removed' }, ...problems },
  }),
};

export function accountRoutes(app: OpenAPIHono<Env>, services: Services): void {
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
