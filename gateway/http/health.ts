import { Hono } from 'hono';
import type { Env, Services } from './services.ts';

/** Liveness, readiness with each part told apart, and Prometheus. */
export function healthRoutes({ store, bus, metrics, runtime, remote, processes }: Services): Hono<Env> {
  const app = new Hono<Env>();
  app.get('/healthz', (c) => c.json({ status: 'ok' }));
  app.get('/readyz', async (c) => {
    const storeUp = await store.check().then(
      () => true,
      () => false,
    );
    const busUp = bus.connected();
    const ready = storeUp && busUp && processes.started;
    return c.json(
      {
        status: ready ? 'ready' : 'not_ready',
        checks: {
          store: storeUp ? 'up' : 'down',
          bus: busUp ? 'up' : 'down',
          processes: processes.started ? 'up' : 'down',
        },
        listening: runtime.listening(),
        remote_connectors: remote.list().map(({ name, state }) => ({ name, state })),
      },
      ready ? 200 : 503,
    );
  });
  app.get('/metrics', async (c) =>
    c.body(await metrics.text(await processes.metrics()), 200, { 'content-type': metrics.contentType }),
  );
  return app;
}
