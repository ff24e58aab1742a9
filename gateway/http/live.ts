import { upgradeWebSocket } from '@hono/node-server';
import { Hono } from 'hono';
import type { LiveHandler } from '../../connectors/contract/index.ts';
import { problem } from './problem.ts';
import type { Env, Services } from './services.ts';

const policyViolation = 1008;

/** Live clients of connectors: `/hooks/{connector}/{accountId}/socket`, text frames of at most 64 KiB. */
export function liveRoutes({ registry, runtime, log }: Services): Hono<Env> {
  const app = new Hono<Env>();
  app.get(
    '/:connector/:account/socket',
    async (c, next) => {
      const live = registry.get(c.req.param('account'));
      const connects =
        live &&
        live.row.connector === c.req.param('connector') &&
        runtime.server(live.row.connector)?.connect;
      if (!connects)
        return problem(c, 'not_found', { detail: 'There is no such account, or it takes no live clients.' });
      return next();
    },
    upgradeWebSocket((c) => {
      const live = registry.get(c.req.param('account') ?? '');
      const server = live && runtime.server(live.row.connector);
      let handler: LiveHandler | undefined;
      return {
        onOpen(_, socket) {
          if (!live || !server?.connect) return socket.close(policyViolation);
          handler = server.connect(
            {
              headers: Object.fromEntries(c.req.raw.headers),
              query: new URL(c.req.url).searchParams,
              send: (text) => {
                if (socket.readyState === 1) socket.send(text);
              },
              close: (code, reason) => socket.close(code, reason),
            },
            live.account,
          );
        },
        onMessage(event, socket) {
          if (typeof event.data === 'string') handler?.message(event.data);
          else socket.close(1003, 'text only');
        },
        onClose: () => handler?.closed(),
        onError: () => log.info('live.error', { connector: live?.row.connector }),
      };
    }),
  );
  return app;
}
