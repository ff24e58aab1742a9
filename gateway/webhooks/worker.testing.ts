import { afterEach, beforeEach } from 'vitest';
import type { CallResult, OutgoingRequest } from '../../connectors/contract/index.ts';
import { answered, fakeHttp, startEngine } from '../../test/gateway/engine.ts';
import type { Engine } from '../../test/gateway/engine.ts';
import { until } from '../../test/gateway/ports.ts';
import type { Emitted } from '../events/emit.ts';
import { EndpointBook } from './endpoints.ts';
import { createEndpoint } from './manage.ts';
import { WebhookWorker } from './worker.ts';

export type Respond = (request: OutgoingRequest) => CallResult | Promise<CallResult>;

export let engine: Engine;
export let endpoints: EndpointBook;
export let worker: WebhookWorker;
export let http: ReturnType<typeof fakeHttp>;
/** What each address answers; 200 where it is not said. */
export let answers: Map<string, Respond>;

const makeWorker = () => new WebhookWorker({ ...engine, http, endpoints });

/** A worker of its own for each test of the file. */
export function useWorker(): void {
  beforeEach(async () => {
    engine = await startEngine();
    endpoints = new EndpointBook(engine.vault);
    answers = new Map();
    http = fakeHttp((request) => (answers.get(request.url) ?? (() => answered(200)))(request));
    worker = makeWorker();
    await worker.start();
  });
  afterEach(async () => {
    await worker.stop(0);
    await engine.close();
  });
}

/** Stops the worker and starts another one on the same ledger. */
export async function restart(graceMs: number): Promise<void> {
  await worker.stop(graceMs);
  answers.clear();
  http.calls.length = 0;
  worker = makeWorker();
  await worker.start();
}

export const endpoint = (url: string, of: { merchantId?: string; types?: string[] | null } = {}) =>
  createEndpoint({ ...engine, endpoints, worker }, { merchantId: 'mer_1', types: null, ...of, url });

export const write = (conversationId: string | undefined, merchantId = 'mer_1') =>
  engine.store.write((tx) =>
    engine.emit(tx, {
      type: 'consumer.typing',
      merchantId,
      ...(conversationId ? { conversationId } : {}),
      data: { conversation_id: conversationId ?? 'cnv_0', consumer_id: 'csm_1', on: true },
    }),
  );

export async function say(conversationId?: string, merchantId?: string): Promise<Emitted> {
  const event = await write(conversationId, merchantId);
  worker.take(event);
  return event;
}

/** Webhook ids that an address was called with, in order, repeats included. */
export const calls = (url: string) =>
  http.calls.filter((call) => call.url === url).map((call) => call.headers?.['webhook-id'] ?? '');
export const called = (url: string, times: number) =>
  until(`${times} calls of ${url}`, () => calls(url).length >= times);
export const settled = () =>
  until(
    'everything to be settled',
    async () => (await engine.store.read.events.unsettledCount()).depth === 0,
  );
export const rowOf = (id: string, event: Emitted) => engine.store.read.webhooks.one(id, event.seq);
export const delivered = (id: string, events: Emitted[]) =>
  until('everything to be delivered', async () => {
    for (const event of events) if ((await rowOf(id, event))?.state !== 'delivered') return false;
    return true;
  });
export const ids = (events: Emitted[]) => events.map(({ id }) => id);
