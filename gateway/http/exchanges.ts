import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { idSchema } from '../../protocol/ids.ts';
import { accountOf } from '../accounts/manage.ts';
import { exchangeView } from '../exchanges/view.ts';
import { Refusal } from '../problems.ts';
import { invalid } from './invalid.ts';
import { answer, listOf, pageQuery, problems } from './schemas.ts';
import { exchangePurposes } from '../../protocol/connector-wire/exchanges.ts';
import type { Env, Services } from './services.ts';

const sideSchema = z.object({
  headers: z
    .record(z.string(), z.string())
    .describe('Values only of those that hold neither secrets nor content'),
  body: z.string().describe('Its structure; ‹12› stands for a value of 12 characters'),
});
const exchangeSchema = z
  .object({
    id: z.string().describe('Also a cursor: what went before it'),
    at: z.string(),
    direction: z.enum(['outbound', 'inbound']).describe('Who called: the gateway, or the platform'),
    purpose: z.enum([...exchangePurposes, 'page']),
    method: z.string(),
    url: z
      .string()
      .describe('Of what came in only the path. What could be secret is told by its length: ‹12›'),
    status: z.int().nullable().describe('What was answered'),
    ended: z.string().nullable().describe('Why there was no answer: guard, dns, connect, timeout, reset …'),
    duration_ms: z.int(),
    failed: z.boolean(),
    code: z.string().nullable().describe("The platform's code, where it gave one"),
    verdict: z
      .enum(['verified', 'refused', 'handshake'])
      .nullable()
      .describe('Of what came in: whether it was found to be the platform’s'),
    reason: z.string().nullable().describe('Why it was refused'),
    message_id: z.string().nullable(),
    sent_bytes: z.int(),
    received_bytes: z.int(),
    sent: sideSchema.optional(),
    received: sideSchema.optional(),
  })
  .meta({ id: 'Exchange' });

const list = createRoute({
  method: 'get',
  path: '/{id}/exchanges',
  tags: ['Accounts'],
  summary: 'What was said with the platform over HTTP, newest first',
  description:
    'Without secrets, content and addresses. Kept for 7 days, at most 4,000 of what went out and 1,000 of what came in; what was not written when the gateway died is lost.',
  request: {
    params: z.object({ id: idSchema('account') }),
    query: pageQuery.extend({
      failed: z.enum(['true', 'false']).optional().describe('Only what failed, or only what did not'),
      direction: z.enum(['outbound', 'inbound']).optional(),
    }),
  },
  responses: { 200: answer(listOf(exchangeSchema), 'A page'), ...problems },
});

export function exchangeRoutes(services: Services): OpenAPIHono<Env> {
  const { store, cursors, exchanges } = services;
  const app = new OpenAPIHono<Env>({ defaultHook: invalid });
  app.openapi(list, async (c) => {
    const { merchantId } = c.get('caller');
    const { id: accountId } = c.req.valid('param');
    const { limit = 20, cursor, failed, direction } = c.req.valid('query');
    await accountOf(services, merchantId, accountId);
    // a place in one account's log is no place in another's
    const owner = `${merchantId}/${accountId}`;
    const beforeId = cursor === undefined ? Number.MAX_SAFE_INTEGER : cursors.decode(owner, cursor);
    if (beforeId === undefined)
      throw new Refusal('invalid_request', 'This is no cursor of this list.', {
        errors: [{ pointer: '#query/cursor', detail: 'unknown cursor' }],
      });
    await exchanges.flush();
    const rows = await store.read.exchanges.of({
      accountId,
      beforeId,
      limit: limit + 1,
      ...(failed === undefined ? {} : { failed: failed === 'true' }),
      ...(direction === undefined ? {} : { direction }),
    });
    const data = rows
      .slice(0, limit)
      .map((row) => ({ id: cursors.encode(owner, row.id), ...exchangeView(row) }));
    const more = rows.length > limit;
    return c.json({ data, has_more: more, next: more ? data.at(-1)!.id : null }, 200);
  });
  return app;
}
