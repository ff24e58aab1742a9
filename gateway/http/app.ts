import { OpenAPIHono } from '@hono/zod-openapi';
import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { Refusal } from '../problems.ts';
import { accountRoutes } from './accounts.ts';
import { adminRoutes } from './admin.ts';
import { assetRoutes } from './assets.ts';
import { connectorRoutes } from './connectors.ts';
import { consumerRoutes, conversationRoutes } from './conversations.ts';
import { docsRoutes, registerComponents } from './docs.ts';
import { endpointRoutes } from './endpoints.ts';
import { erasureRoutes } from './erasure.ts';
import { eventRoutes } from './events.ts';
import { exchangeRoutes } from './exchanges.ts';
import { healthRoutes } from './health.ts';
import { hookRoutes } from './hooks.ts';
import { liveRoutes } from './live.ts';
import { mediaRoutes, uploadRoutes } from './media.ts';
import { messageRoutes } from './messages.ts';
import { jsonOnly, merchantOnly, operatorOnly, traced } from './middleware.ts';
import { problem, refused } from './problem.ts';
import { deadLetterRoutes, operatorReplayRoutes, replayRoutes } from './replay.ts';
import { retentionRoutes } from './retention.ts';
import { routingRoutes } from './routing.ts';
import type { Env, Services } from './services.ts';
import { templateRoutes } from './templates.ts';
import { unsubscribeRoutes } from './unsubscribe.ts';

/** All routes. `api` holds those that the OpenAPI document describes. */
export function createApp(services: Services): { app: Hono<Env>; api: OpenAPIHono<Env> } {
  const api = new OpenAPIHono<Env>();
  registerComponents(api);
  // an upload is bytes, not JSON: it goes before the check
  api.use('/v1/*', merchantOnly(services));
  api.route('/v1/media', uploadRoutes(services));
  api.use('/v1/*', jsonOnly);
  api.use('/admin/*', operatorOnly(services), jsonOnly);
  api.route('/v1/messages', messageRoutes(services));
  api.route('/v1/routing', routingRoutes(services));
  api.route('/v1/events', eventRoutes(services));
  api.route('/v1/webhook-endpoints', endpointRoutes(services));
  api.route('/v1/accounts', accountRoutes(services));
  api.route('/v1/accounts', exchangeRoutes(services));
  api.route('/v1/accounts', templateRoutes(services));
  api.route('/v1/connectors', connectorRoutes(services));
  api.route('/v1/dead-letters', deadLetterRoutes(services));
  api.route('/v1/replays', replayRoutes(services));
  api.route('/v1/consumers', consumerRoutes(services));
  api.route('/v1/consumers', erasureRoutes(services));
  api.route('/v1/conversations', conversationRoutes(services));
  api.route('/admin', adminRoutes(services));
  api.route('/admin', operatorReplayRoutes(services));
  api.route('/admin', retentionRoutes(services));

  const app = new Hono<Env>();
  app.use(traced(services));
  app.get('/', (c) => c.redirect('/docs'));
  app.route('/', healthRoutes(services));
  app.route('/', docsRoutes(api, services.view.publicUrl));
  app.route('/hooks', liveRoutes(services));
  app.route('/hooks', hookRoutes(services));
  app.route('/assets', assetRoutes(services.registry));
  app.route('/media', mediaRoutes(services));
  app.route('/unsubscribe', unsubscribeRoutes(services));
  app.route('/', api);
  app.notFound((c) => problem(c, 'not_found', { detail: `There is nothing at ${c.req.path}; see /docs.` }));
  app.onError((error, c) => {
    if (error instanceof Refusal) return refused(c, error);
    if (error instanceof HTTPException)
      return problem(c, error.status === 400 ? 'malformed_body' : 'internal', {});
    services.log.error('http.threw', { error, requestId: c.get('requestId') });
    return problem(c, 'internal', { detail: 'Give the request_id to whoever runs this gateway.' });
  });
  return { app, api };
}
