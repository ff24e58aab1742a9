import { afterEach, beforeEach } from 'vitest';
import { connector as telegramConnector } from '../../connectors/telegram/index.ts';
import type { Connector } from '../../connectors/contract/index.ts';
import { createHttpClient } from '../../connectors/kit/http.ts';
import { startEngine } from '../../test/gateway/engine.ts';
import type { Engine } from '../../test/gateway/engine.ts';
import { startTelegramEmulator } from '../../test/providers/telegram.ts';
import type { TelegramEmulator } from '../../test/providers/telegram.ts';
import { Conditions } from '../accounts/conditions.ts';
import { HealthWatch } from '../accounts/health.ts';
import { createPreviousAccounts } from '../accounts/rotation.ts';
import { ConnectorRuntime } from '../accounts/runtime.ts';
import { ExchangeLog } from '../exchanges/log.ts';
import { recorded } from '../exchanges/recording.ts';
import { createAccept } from '../ingest/accept.ts';
import { BlobStore } from '../media/blobs.ts';
import { createKey, createMerchant } from '../merchants/manage.ts';
import { createMetrics } from '../metrics.ts';
import { createSuppression } from '../retention/suppression.ts';
import { createCursors } from '../security/cursors.ts';
import { createApp } from './app.ts';
import type { Services } from './services.ts';

export const token = '900800:account-token-of-our-own';
export const secret = 'a-hook-secret-of-our-own';
const secretHeader = 'x-telegram-bot-api-secret-token';

/** Where the gateway is reached; a test may move it. */
export const site = { url: 'https://gateway.test' };
export let engine: Engine;
export let telegram: TelegramEmulator;
export let services: Services;
let app: ReturnType<typeof createApp>['app'];
let http: ReturnType<typeof createHttpClient>;
export let key: string;
export let merchantId: string;

/** The merchant routes and the hooks over a real ledger, with Telegram's connector and a Bot API on loopback. */
export function useAccounts(
  allowed: readonly string[] = ['127.0.0.0/8'],
  more: readonly Connector[] = [],
): void {
  beforeEach(async () => {
    telegram = await startTelegramEmulator({ token });
    // what is recorded is known only with the store, which the engine makes
    let log: ExchangeLog | undefined;
    site.url = 'https://gateway.test';
    engine = await startEngine(
      [telegramConnector, ...more].map((one) => lazily(one, () => log!)),
      () => site.url,
    );
    http = createHttpClient({ allowed });
    const { store, clock, registry, vault, view, emit } = engine;
    log = new ExchangeLog(engine);
    const conditions = new Conditions();
    const context = {
      http,
      log: engine.log,
      now: clock.now,
      random: clock.random,
      signal: new AbortController().signal,
    };
    const blobs = new BlobStore(engine.folder);
    const accept = createAccept({
      store,
      clock,
      emit,
      blobs,
      view,
      suppression: createSuppression(vault.derive('suppression'), store),
      onQueued: () => {},
      onPendingMedia: () => {},
    });
    const runtime = new ConnectorRuntime({
      registry,
      store,
      accept,
      view,
      context,
      settingsOf: () => ({}),
      exchanges: log,
    });
    const accountHealth = new HealthWatch({
      ...engine,
      conditions,
      connection: (id) => runtime.session(id),
    });
    services = {
      ...engine,
      accept,
      blobs,
      context,
      conditions,
      exchanges: log,
      runtime,
      accountHealth,
      breakerOf: () => 'closed',
      previousAccounts: createPreviousAccounts(vault, conditions),
      cursors: createCursors(vault.derive('cursors')),
      metrics: createMetrics(),
      merchantRate: 1000,
    } as unknown as Services;
    app = createApp(services).app;
    ({ merchantId, key } = await newMerchant('Cups'));
  });
  afterEach(async () => {
    await telegram.close();
    await http.close();
    await services.exchanges.stop();
    await engine.close();
  });
}

/** The connector as the gateway wraps it, once there is a log. */
function lazily(connector: Connector, log: () => ExchangeLog): Connector {
  const behind = new Proxy({} as ExchangeLog, {
    get: (_, name) => {
      const value: unknown = Reflect.get(log(), name);
      return typeof value === 'function' ? (value.bind(log()) as unknown) : value;
    },
  });
  return recorded(connector, behind);
}

export async function newMerchant(name: string): Promise<{ merchantId: string; key: string }> {
  const merchant = await createMerchant(engine, name);
  const made = await createKey(engine, { merchantId: merchant.id, mode: 'live', name });
  return { merchantId: merchant.id, key: made.key };
}

export interface Answer {
  status: number;
  // the shape of an answer is what a test asserts
  body: Record<string, never> & { [name: string]: unknown };
}

export async function call(method: string, path: string, body?: unknown, as = key): Promise<Answer> {
  const answer = await app.request(path, {
    method,
    headers: {
      authorization: `Bearer ${as}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, body: (text === '' ? {} : JSON.parse(text)) as Answer['body'] };
}

export const bot = (change: { config?: object; credentials?: object } = {}) => ({
  connector: 'telegram',
  name: 'Shop',
  config: { base_url: telegram.url, ...change.config },
  credentials: { token, webhook_secret: secret, ...change.credentials },
});

export async function addBot(change?: Parameters<typeof bot>[0]): Promise<string> {
  const made = await call('POST', '/v1/accounts', bot(change));
  if (made.status !== 201) throw new Error(JSON.stringify(made.body));
  return String(made.body['id']);
}

let updates = 0;
/** Telegram says something to an account's hook. */
export async function says(
  accountId: string,
  withSecret: string | undefined,
  text = 'Hello',
): Promise<number> {
  const update = {
    update_id: ++updates,
    message: {
      message_id: updates,
      date: 1_790_000_000,
      text,
      chat: { id: 42, type: 'private' },
      from: { id: 42, is_bot: false, first_name: 'Noa' },
    },
  };
  const answer = await app.request(`/hooks/telegram/${accountId}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(withSecret ? { [secretHeader]: withSecret } : {}) },
    body: JSON.stringify(update),
  });
  return answer.status;
}
