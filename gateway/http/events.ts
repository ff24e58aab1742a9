import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { streamSSE } from 'hono/streaming';
import { eventsOf } from '../../protocol/subjects.ts';
import { Refusal } from '../problems.ts';
import { invalid } from './invalid.ts';
import { problems } from './schemas.ts';
import type { Env, Services } from './services.ts';

const route = createRoute({
  method: 'get',
  path: '/',
  tags: ['Events'],
  summary: 'Every event of the merchant, in order, resumable (server-sent events)',
  description:
    'Begins with what happens from now on, or after the event named by `Last-Event-ID` or `after`. `after=start` begins with the oldest event kept.',
  request: {
    headers: z.object({ 'last-event-id': z.string().max(64).optional() }),
    query: z.strictObject({ after: z.string().max(64).optional() }),
  },
  responses: {
    200: {
      content: { 'text/event-stream': { schema: z.string() } },
      description: '`id` is the cursor, `event` the type, `data` the envelope',
    },
    ...problems,
  },
});

const pageSize = 100;
const heartbeatMs = 15_000;
/** Without a word from the bus the ledger is looked at this often, so that a stream outlives a bus that is away. */
const lookMs = 1000;

export function eventRoutes({ store, bus, cursors }: Services): OpenAPIHono<Env> {
  const app = new OpenAPIHono<Env>({ defaultHook: invalid });
  app.openapi(route, async (c) => {
    const { merchantId } = c.get('caller');
    const asked = c.req.valid('query').after ?? c.req.valid('header')['last-event-id'];
    const after =
      asked === undefined
        ? await store.read.events.lastSeq(merchantId)
        : asked === 'start'
          ? Number((await store.read.retention.mark(merchantId, 'events')) || 0)
          : cursors.decode(merchantId, asked);
    if (after === undefined)
      throw new Refusal(
        'invalid_request',
        'This is no cursor of yours; leave it out to begin now, or use "start".',
        {
          errors: [{ pointer: '#header/last-event-id', detail: 'unknown cursor' }],
        },
      );
    c.header('cache-control', 'no-store');
    c.header('x-accel-buffering', 'no');
    return streamSSE(c, async (stream) => {
      let wake: (() => void) | undefined;
      /** Something was published since the last look at the ledger. */
      let behind = false;
      const unwatch = bus.watch(eventsOf(merchantId), () => {
        behind = true;
        wake?.();
      });
      stream.onAbort(() => {
        unwatch();
        wake?.();
      });
      let place = after;
      // a place to resume from, also for a line that breaks before the first event
      await stream.write(`id: ${cursors.encode(merchantId, after)}\n\n`);
      let spokeAt = 0;
      try {
        while (!stream.aborted) {
          behind = false;
          const events = await store.read.events.of(merchantId, place, pageSize);
          for (const event of events) {
            await stream.writeSSE({
              id: cursors.encode(merchantId, event.seq),
              event: event.type,
              data: event.envelope,
            });
            place = event.seq;
          }
          if (events.length > 0) spokeAt = Date.now();
          else if (Date.now() - spokeAt > heartbeatMs) {
            await stream.write(': here\n\n');
            spokeAt = Date.now();
          }
          if (events.length === pageSize || behind || stream.aborted) continue;
          await new Promise<void>((resolve) => {
            const timer = setTimeout(resolve, lookMs);
            wake = () => {
              clearTimeout(timer);
              resolve();
            };
          });
          wake = undefined;
        }
      } finally {
        unwatch();
      }
    }) as never;
  });
  return app;
}
