import type { Connector, Log } from '../../connectors/contract/index.ts';
import { createRegistry } from '../../gateway/accounts/registry.ts';
import type { LiveAccount } from '../../gateway/accounts/registry.ts';
import type { Bus } from '../../gateway/bus/port.ts';
import { ClockWatch } from '../../gateway/clock-watch.ts';
import type { Clock } from '../../gateway/clock.ts';
import { Dispatcher } from '../../gateway/dispatch/dispatcher.ts';
import { createEmit } from '../../gateway/events/emit.ts';
import { Outbox } from '../../gateway/events/outbox.ts';
import { Fallbacks } from '../../gateway/fallback/fallbacks.ts';
import { createAccept } from '../../gateway/ingest/accept.ts';
import { BlobStore } from '../../gateway/media/blobs.ts';
import { MediaService } from '../../gateway/media/service.ts';
import { createSend } from '../../gateway/messages/send.ts';
import type { WriteOptions } from '../../gateway/messages/write.ts';
import type { createLinkSigner } from '../../gateway/security/links.ts';
import type { Vault } from '../../gateway/security/seal.ts';
import type { Store } from '../../gateway/store/port.ts';
import { EndpointBook } from '../../gateway/webhooks/endpoints.ts';
import { WebhookWorker } from '../../gateway/webhooks/worker.ts';
import { allSends, sendSubject } from '../../protocol/subjects.ts';
import { cancels, sends } from './calls.ts';
import type { Ability, ChannelName } from './channels.ts';
import { connectorsOf } from './channels.ts';
import type { endpointOf } from './endpoint.ts';
import type { Life } from './gateway.ts';
import { mortal } from './mortal.ts';
import type { Platforms } from './platform.ts';

/** Everything a life of the engine gets from outside. */
export interface Surroundings {
  store: Store;
  clock: Clock;
  /** Milliseconds that no jump of the clock changes. */
  passed: () => number;
  bus: Bus;
  vault: Vault;
  links: ReturnType<typeof createLinkSigner>;
  log: Log;
  abilities: Readonly<Record<ChannelName, Ability>>;
  platforms: Platforms;
  /** What a merchant's endpoint answers. */
  endpoint: ReturnType<typeof endpointOf>;
}

const publicUrl = () => 'http://gateway.test';

export async function begin(of: Surroundings): Promise<Life> {
  const { clock, passed, bus, vault, links, log, platforms } = of;
  const life = mortal(of.store);
  const { store, isAlive: isHeard, guarded } = life;
  const connectors: Connector[] = connectorsOf(of.abilities, {
    inquire: (_, request, signal) => guarded(() => platforms.inquire(request, { signal, isHeard })),
    revoke: (id, request, signal) => guarded(() => platforms.revoke(id, request, { signal, isHeard })),
  });
  const registry = createRegistry({ connectors, vault, publicUrl });
  const view = { links, publicUrl, now: clock.now };
  const http = { call: (request: Parameters<typeof of.endpoint>[0]) => guarded(() => of.endpoint(request)) };
  const blobs = new BlobStore('/nowhere');
  const endpoints = new EndpointBook(vault);
  const stopping = new AbortController();
  const context = { http, log, now: clock.now, random: clock.random, signal: stopping.signal };
  const emit = createEmit(clock, (event) => outbox.push(event));
  const worker = new WebhookWorker({ store, clock, http, log, endpoints, emit });
  const outbox = new Outbox({ store, bus, log, clock, recovered: (event) => worker.take(event) });
  const media = new MediaService({ store, clock, http, log, blobs, registry, emit, link: (id) => id });
  const onQueued: WriteOptions['onQueued'] = ({ messageId, conversationId, live: { row } }) => {
    const subject = sendSubject({ merchantId: row.merchantId, channel: row.channel, accountId: row.id });
    bus.tell(subject, JSON.stringify({ message_id: messageId, conversation_id: conversationId }));
  };
  const accept = createAccept({ store, clock, emit, blobs, view, onQueued, onPendingMedia: () => {} });
  const dispatcher = new Dispatcher({
    store,
    clock,
    log,
    registry,
    media,
    view,
    emit,
    context,
    send: ({ row }, request, { signal }) =>
      guarded(() => platforms.send(row.id, request, { signal, isHeard })),
  });
  const health = ({ row }: LiveAccount) => (dispatcher.isBroken(row.id) ? 'breaker_open' : 'up');
  const writing = { store, clock, registry, emit, view, onQueued, health };
  const fallbacks = new Fallbacks({ ...writing, log, context, now: clock.now });
  for (const row of await store.read.accounts.all()) registry.put(row);
  await endpoints.load(store);
  await worker.start();
  bus.consume((message) => worker.hear(message));
  bus.watch(allSends, ({ payload }) =>
    dispatcher.wake((JSON.parse(payload) as { conversation_id: string }).conversation_id),
  );
  const clockWatch = new ClockWatch({ store, clock, log, passed });
  clockWatch.start();
  await dispatcher.start();
  await fallbacks.start();
  outbox.start();

  return {
    accept: (accountId, items) => accept(registry.get(accountId)!, items),
    cancel: cancels({ store, clock, emit }),
    send: sends(createSend(writing)),
    failWrites: (count) => void (life.failing += count),
    endAt: life.endAt,
    crash: () => {
      life.die();
      // only so that their timers end: nothing that they do reaches anybody any more
      void clockWatch.stop();
      void dispatcher.stop(0);
      void fallbacks.stop();
      void worker.stop(0);
      void outbox.stop();
      stopping.abort();
    },
  };
}
