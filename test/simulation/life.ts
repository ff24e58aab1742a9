import type {
  Accepted,
  CallResult,
  Connector,
  InboundItem,
  Log,
  OutgoingRequest,
  SendOutcome,
  SendRequest,
} from '../../connectors/contract/index.ts';
import { createRegistry } from '../../gateway/accounts/registry.ts';
import type { LiveAccount } from '../../gateway/accounts/registry.ts';
import type { Bus } from '../../gateway/bus/port.ts';
import type { Clock } from '../../gateway/clock.ts';
import { Dispatcher } from '../../gateway/dispatch/dispatcher.ts';
import { createEmit, emittedOf } from '../../gateway/events/emit.ts';
import { Outbox } from '../../gateway/events/outbox.ts';
import { createAccept } from '../../gateway/ingest/accept.ts';
import { BlobStore } from '../../gateway/media/blobs.ts';
import { MediaService } from '../../gateway/media/service.ts';
import { cancelMessage } from '../../gateway/messages/cancel.ts';
import { createSend } from '../../gateway/messages/send.ts';
import type { SendInput } from '../../gateway/messages/send.ts';
import { Refusal } from '../../gateway/problems.ts';
import type { createLinkSigner } from '../../gateway/security/links.ts';
import type { Vault } from '../../gateway/security/seal.ts';
import type { Store } from '../../gateway/store/port.ts';
import { EndpointBook } from '../../gateway/webhooks/endpoints.ts';
import { WebhookWorker } from '../../gateway/webhooks/worker.ts';
import { sendSubject } from '../../protocol/subjects.ts';
import { probeConnector } from '../gateway/engine.ts';
import { mortal } from './ledger.ts';

/** Everything a life of the engine gets from outside. */
export interface Surroundings {
  store: Store;
  clock: Clock;
  bus: Bus;
  vault: Vault;
  links: ReturnType<typeof createLinkSigner>;
  log: Log;
  /** What the platform makes of a send. */
  platform(request: SendRequest, signal: AbortSignal): Promise<SendOutcome>;
  /** What a merchant's endpoint answers. */
  endpoint(request: OutgoingRequest): Promise<CallResult>;
}

/** One life of the engine, from its start to its crash: accept, send, dispatch, outbox and webhooks, put together as `main.ts` does. */
export interface Life {
  accept(accountId: string, items: InboundItem[]): Promise<Accepted[]>;
  /** The id of the message. Rejects where the request is refused. */
  send(of: {
    accountId: string;
    address: string;
    text: string;
    key: string;
    more?: Partial<SendInput>;
  }): Promise<string>;
  /** Takes a message back; false where it is too late. */
  cancel(accountId: string, messageId: string): Promise<boolean>;
  /** The next units of work are rejected by the ledger. */
  failWrites(count: number): void;
  /** Throws away everything in memory. What it had asked of anybody is answered to nobody. */
  crash(): void;
}

const never = new Promise<never>(() => {});

/** Reached by a number too, and slow enough for a burst to wait: at its account, and at one address. */
const slowConnector = (): Connector => ({
  ...probeConnector({
    schemes: ['probe', 'tel'],
    rate: { perSecond: 15, concurrency: 3, perAddressMs: 100 },
  }),
  address: { normalise: (address) => (/^(probe:[a-z0-9]+|tel:\+\d+)$/.test(address) ? address : undefined) },
});

export async function begin({
  store: ledger,
  clock,
  bus,
  vault,
  links,
  log,
  platform,
  endpoint,
}: Surroundings): Promise<Life> {
  let alive = true;
  const life = mortal(ledger);
  const { store } = life;
  const publicUrl = () => 'http://gateway.test';
  const registry = createRegistry({ connectors: [slowConnector()], vault, publicUrl });
  const view = { links, publicUrl, now: clock.now };
  const http = {
    call: async (request: OutgoingRequest) =>
      alive ? endpoint(request).then((answer) => (alive ? answer : never)) : never,
  };
  const blobs = new BlobStore('/nowhere');
  const endpoints = new EndpointBook(vault);
  const stopping = new AbortController();
  const context = { http, log, now: clock.now, random: clock.random, signal: stopping.signal };
  const emit = createEmit(clock, (event) => outbox.push(event));
  const worker = new WebhookWorker({ store, clock, http, log, endpoints, emit });
  const outbox = new Outbox({ store, bus, log, clock, recovered: (event) => worker.take(event) });
  const media = new MediaService({ store, clock, http, log, blobs, registry, emit, link: (id) => id });
  const onQueued = ({
    messageId,
    conversationId,
    live: { row },
  }: {
    messageId: string;
    conversationId: string;
    live: LiveAccount;
  }) => {
    const subject = sendSubject({ merchantId: row.merchantId, channel: row.channel, accountId: row.id });
    const payload = JSON.stringify({ message_id: messageId, conversation_id: conversationId });
    bus.publish({ subject, id: messageId, payload }).catch(() => {});
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
    send: async (_live: LiveAccount, request: SendRequest, { signal }: { signal: AbortSignal }) => {
      if (!alive) return never;
      const outcome = await platform(request, signal);
      return alive ? outcome : never;
    },
  });
  const send = createSend({ store, clock, registry, emit, view, onQueued });
  for (const row of await store.read.accounts.all()) registry.put(row);
  await endpoints.load(store);
  await worker.start();
  bus.consume('webhooks', (message) => {
    const event = emittedOf(message);
    if (event) worker.take(event);
  });
  bus.consume('dispatch', ({ payload }) =>
    dispatcher.wake((JSON.parse(payload) as { conversation_id: string }).conversation_id),
  );
  await dispatcher.start();
  outbox.start();

  return {
    accept: (accountId, items) => accept(registry.get(accountId)!, items),
    cancel: async (accountId, messageId) => {
      const { merchantId } = registry.get(accountId)!.row;
      try {
        await cancelMessage({ store, clock, emit }, { merchantId, messageId });
        return true;
      } catch (error) {
        if (error instanceof Refusal && error.code === 'conflict') return false;
        throw error;
      }
    },
    send: async ({ accountId, address, text, key, more }) => {
      const answer = await send({
        merchantId: registry.get(accountId)!.row.merchantId,
        test: false,
        input: { to: address, from: accountId, content: { kind: 'text', text }, ...more },
        idempotency: { key, bodyHash: key },
      });
      return (JSON.parse(answer.body) as { id: string }).id;
    },
    failWrites: (count) => void (life.failing += count),
    crash: () => {
      life.die();
      alive = false;
      // only so that their timers end: nothing that they do reaches anybody any more
      void dispatcher.stop(0);
      void worker.stop(0);
      void outbox.stop();
      stopping.abort();
    },
  };
}
