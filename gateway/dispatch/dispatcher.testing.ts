import { afterEach, beforeEach } from 'vitest';
import type { Connector, Context, SendOutcome, SendRequest } from '../../connectors/contract/index.ts';
import { failure } from '../../protocol/failures.ts';
import { answered, fakeHttp, startEngine } from '../../test/gateway/engine.ts';
import type { Engine } from '../../test/gateway/engine.ts';
import { until } from '../../test/gateway/ports.ts';
import type { LiveAccount } from '../accounts/registry.ts';
import { BlobStore } from '../media/blobs.ts';
import { MediaService } from '../media/service.ts';
import { createSend } from '../messages/send.ts';
import { Dispatcher } from './dispatcher.ts';

export type Send = (live: LiveAccount, request: SendRequest, context: Context) => Promise<SendOutcome>;

export let engine: Engine;
export let dispatcher: Dispatcher;
let send: Send;
export let requests: SendRequest[];
let wakes: boolean;
let counter = 0;

export const sent: Send = async (_, request) => ({
  type: 'sent',
  providerIds: [`p-${request.idempotencyKey}`],
});
export const later: SendOutcome = { type: 'rejected', failure: failure('platform_unavailable') };

async function begin(connectors?: readonly Connector[]): Promise<void> {
  engine = await startEngine(connectors);
  requests = [];
  send = sent;
  wakes = true;
  dispatcher = makeDispatcher();
  await dispatcher.start();
}

function makeDispatcher(): Dispatcher {
  const { store, clock, log, registry, view, emit, folder } = engine;
  const http = fakeHttp(() => answered(404));
  const media = new MediaService({
    store,
    clock,
    http,
    log,
    registry,
    emit,
    blobs: new BlobStore(folder),
    link: (id) => id,
  });
  const context: Context = {
    http,
    log,
    now: clock.now,
    random: clock.random,
    signal: new AbortController().signal,
  };
  return new Dispatcher({
    store,
    clock,
    log,
    registry,
    media,
    view,
    emit,
    context,
    send: async (live, request, sending) => {
      requests.push(request);
      return send(live, request, sending);
    },
  });
}

/** A dispatcher of its own for each test of the file. */
export function useDispatcher(): void {
  beforeEach(() => begin());
  afterEach(async () => {
    await dispatcher.stop(0);
    await engine.close();
  });
}

/** The same with connectors of the test's. */
export async function beginWith(connectors: readonly Connector[]): Promise<void> {
  await dispatcher.stop(0);
  await engine.close();
  await begin(connectors);
}

/** How the platform answers from now on. */
export const platform = (answer: Send): void => void (send = answer);

/** Nobody wakes lanes from now on: they are found in the ledger. */
export const noWakes = (): void => void (wakes = false);

/** Another dispatcher on the same ledger, as after a crash: the one before writes nothing down any more. `woken`: before it has started. */
export async function crash(woken: readonly string[] = []): Promise<void> {
  const { store } = engine;
  engine = { ...engine, store: { ...store } };
  store.write = () => new Promise(() => {});
  const before = dispatcher;
  dispatcher = makeDispatcher();
  for (const conversationId of woken) dispatcher.wake(conversationId);
  await dispatcher.start();
  void before.stop(0);
}

export async function post(
  live: LiveAccount,
  person: string,
  text = `t${++counter}`,
  more: object = {},
): Promise<string> {
  const accept = createSend({
    ...engine,
    onQueued: ({ conversationId }) => wakes && dispatcher.wake(conversationId),
  });
  const { body } = await accept({
    merchantId: live.row.merchantId,
    test: false,
    input: { to: `probe:${person}`, from: live.row.id, content: { kind: 'text', text }, ...more },
  });
  return (JSON.parse(body) as { id: string }).id;
}

export const delivery = async (id: string) => (await engine.store.read.deliveries.byMessage(id))!;
export const inState = (id: string, state: string) =>
  until(`${id} to be ${state}`, async () => {
    const row = await delivery(id);
    return row.state === state && row;
  });
export const attempted = (id: string, times: number) =>
  until(`attempt ${times} of ${id}`, async () => {
    const row = await delivery(id);
    return row.attempts >= times && !row.inFlight && row;
  });
export const texts = () => requests.map(({ part }) => part.content.text);
export const updates = (id: string) =>
  engine.emitted
    .map(
      ({ envelope }) =>
        JSON.parse(envelope) as {
          type: string;
          data: { message_id: string; state: string; previous: string; failure?: { code: string } };
        },
    )
    .filter(({ type, data }) => type === 'delivery.updated' && data.message_id === id)
    .map(({ data }) => data);
/** The dispatcher has looked into the ledger meanwhile. */
export const looked = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 600));
/** Moves time on until something is so. */
export const passing = (what: string, look: () => Promise<unknown> | unknown, stepMs = 1000) =>
  until(what, async () => {
    if (await look()) return true;
    engine.clock.advance(stepMs);
    return false;
  });
