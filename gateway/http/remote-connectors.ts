import { createRoute, z } from '@hono/zod-openapi';
import type { OpenAPIHono } from '@hono/zod-openapi';
import { answer, ofOperators, problems, time } from './schemas.ts';
import type { Env, Services } from './services.ts';

const list = createRoute({
  method: 'get',
  path: '/connectors',
  ...ofOperators,
  summary: 'Connectors in processes of their own (PASSERELLE_REMOTE_CONNECTORS), and whether they are there',
  responses: {
    200: answer(
      z.object({
        data: z.array(
          z.object({
            name: z.string(),
            title: z.string().nullable(),
            channel: z.string().nullable(),
            state: z.enum(['up', 'away', 'never_seen']),
            instances: z.int(),
            last_seen_at: z.string().nullable(),
            accounts: z.int(),
          }),
        ),
      }),
      'All of them',
    ),
    401: problems[401],
  },
});

/** Connectors in other processes, as operators see them. */
export function remoteConnectorRoutes(app: OpenAPIHono<Env>, { remote }: Services): void {
  app.openapi(list, (c) =>
    c.json(
      {
        data: remote.list().map(({ lastSeenMs, title, channel, ...one }) => ({
          ...one,
          title: title ?? null,
          channel: channel ?? null,
          last_seen_at: lastSeenMs === undefined ? null : time(lastSeenMs),
        })),
      },
      200,
    ),
  );
}
