import { OpenAPIHono } from '@hono/zod-openapi';
import { accountRoutes } from './admin-accounts.ts';
import { merchantRoutes } from './admin-merchants.ts';
import { watchRoutes } from './admin-watch.ts';
import { invalid } from './invalid.ts';
import { remoteConnectorRoutes } from './remote-connectors.ts';
import type { Env, Services } from './services.ts';

/** What operators may do, below `/admin`. */
export function adminRoutes(services: Services): OpenAPIHono<Env> {
  const app = new OpenAPIHono<Env>({ defaultHook: invalid });
  merchantRoutes(app, services);
  accountRoutes(app, services);
  watchRoutes(app, services);
  remoteConnectorRoutes(app, services);
  return app;
}
