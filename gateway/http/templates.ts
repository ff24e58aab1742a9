import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { idSchema } from '../../protocol/ids.ts';
import { messageTemplateSchema, templateStateSchema } from '../../protocol/templates.ts';
import { accountOf } from '../accounts/manage.ts';
import { createTemplateBook } from '../accounts/templates.ts';
import { Refusal } from '../problems.ts';
import { invalid } from './invalid.ts';
import { answer, listOf, pageQuery, problemAnswer, problems } from './schemas.ts';
import type { Env, Services } from './services.ts';

const list = createRoute({
  method: 'get',
  path: '/{id}/templates',
  tags: ['Accounts'],
  summary: 'List the templates that the platform knows of an account, for content of kind `template`',
  description:
    'Asked of the platform, and kept for a minute; at most the first 2,000. 409 where the platform has no templates, or lets the account list none; 502 where the platform fails.',
  request: {
    params: z.object({ id: idSchema('account') }),
    query: pageQuery.extend({
      name: z.string().min(1).max(512).optional().describe('Only those of this name, in all languages'),
      state: templateStateSchema.optional().describe('Only those in this state'),
      refresh: z
        .enum(['true', 'false'])
        .optional()
        .describe('`true`: asked of the platform now, unless it was in the last 5 seconds'),
    }),
  },
  responses: {
    200: answer(listOf(messageTemplateSchema), "A page, in the platform's order"),
    ...problems,
    502: problemAnswer('The platform failed; see Retry-After, where it says when to ask again'),
  },
});

export function templateRoutes(services: Services): OpenAPIHono<Env> {
  const { registry, cursors } = services;
  const book = createTemplateBook(services);
  const app = new OpenAPIHono<Env>({ defaultHook: invalid });
  app.openapi(list, async (c) => {
    const { merchantId } = c.get('caller');
    const { id: accountId } = c.req.valid('param');
    const { limit = 20, cursor, name, state, refresh } = c.req.valid('query');
    await accountOf(services, merchantId, accountId);
    const live = registry.get(accountId);
    if (!live) throw new Refusal('conflict', 'The account is disabled.');
    // a place in one list is no place in another
    const owner = JSON.stringify([merchantId, accountId, 'templates', name, state]);
    const from = cursor === undefined ? 0 : cursors.decode(owner, cursor);
    if (from === undefined)
      throw new Refusal('invalid_request', 'This is no cursor of this list.', {
        errors: [{ pointer: '#query/cursor', detail: 'unknown cursor' }],
      });
    const all = await book.of(live, { refresh: refresh === 'true' });
    const wanted = all.filter(
      (one) => (name === undefined || one.name === name) && (state === undefined || one.state === state),
    );
    const end = from + limit;
    const more = wanted.length > end;
    return c.json(
      { data: wanted.slice(from, end), has_more: more, next: more ? cursors.encode(owner, end) : null },
      200,
    );
  });
  return app;
}
