import {
  AckPolicy,
  DeliverPolicy,
  DiscardPolicy,
  jetstream,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
} from '@nats-io/jetstream';
import type { ConsumerMessages, JetStreamClient, JetStreamManager } from '@nats-io/jetstream';
import { connect, headers, nanos } from '@nats-io/transport-node';
import type { NatsConnection } from '@nats-io/transport-node';
import { allEvents, eventsOf } from '../../protocol/subjects.ts';
import { NatsCalls, natsLogin } from './calls.ts';
import type { NatsLogin } from './calls.ts';
import type { Bus, BusMessage, CallAnswer, Responder } from './port.ts';
import { Publisher } from './publisher.ts';

/** Limits retention: acknowledged messages keep their ids, so de-duplication survives a restart of the server. */
const stream = { name: 'PSR_EVENTS', subject: allEvents, durable: 'webhooks' };

const placeHeader = 'Psr-Place';
/** By which the stream knows repeats (https://docs.nats.io/nats-concepts/jetstream/headers). */
const idHeader = 'Nats-Msg-Id';
/** Shorter than the shortest retention, a day; what is not settled by then is published again from the ledger. */
const keepMs = 12 * 3600_000;
const deduplicateMs = 10 * 60_000;
const maxStreamBytes = 4 * 1024 ** 3;

export interface NatsOptions extends NatsLogin {
  /** Told of what happens to the connection: an event name and fields. */
  log(event: string, fields?: Record<string, unknown>): void;
}

/** The bus on NATS JetStream (nats-server 2.9 and newer). */
export async function openNats({ log, ...login }: NatsOptions): Promise<Bus> {
  const connection = await connect({
    ...natsLogin(login),
    name: 'passerelle',
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    reconnectJitter: 100,
    pingInterval: 5000,
    maxPingOut: 2,
    timeout: 5000,
    // a stack for every request, should it fail, costs more than the request; ours say themselves where they were made
    noAsyncTraces: true,
  });
  return new NatsBus(connection, log).start();
}

class NatsBus implements Bus {
  readonly #connection: NatsConnection;
  readonly #log: NatsOptions['log'];
  readonly #calls: NatsCalls;
  readonly #returns: (() => void)[] = [];
  readonly #consuming = new Set<ConsumerMessages>();
  readonly #publisher: Publisher;
  #client!: JetStreamClient;
  #manager!: JetStreamManager;
  #up = true;
  #closed = false;

  constructor(connection: NatsConnection, log: NatsOptions['log']) {
    this.#connection = connection;
    this.#log = log;
    this.#calls = new NatsCalls(connection, () => this.connected());
    this.#publisher = new Publisher(connection);
  }

  async start(): Promise<this> {
    this.#client = jetstream(this.#connection, { timeout: 5000 });
    this.#manager = await jetstreamManager(this.#connection, { timeout: 5000 });
    await this.#ensure();
    void this.#follow();
    return this;
  }

  async publish({ subject, id, payload, place }: BusMessage): Promise<void> {
    if (!this.connected()) throw new Error('the bus is away');
    const carried = headers();
    carried.set(idHeader, id);
    if (place !== undefined) carried.set(placeHeader, String(place));
    try {
      await this.#publisher.publish(subject, payload, carried);
    } catch (error) {
      // no stream answered: the store may have been wiped while the server kept its address
      if (this.#up && !this.#closed) void this.#restore();
      throw error;
    }
  }

  consume(handler: (message: Omit<BusMessage, 'id'>) => void): void {
    void this.#pull(handler);
  }

  request(...call: Parameters<Bus['request']>): Promise<CallAnswer> {
    return this.#calls.request(...call);
  }

  respond(...call: Parameters<Bus['respond']>): Responder {
    return this.#calls.respond(...call);
  }

  tell(subject: string, payload: string): void {
    this.#calls.tell(subject, payload);
  }

  watch(...call: Parameters<Bus['watch']>): () => void {
    return this.#calls.watch(...call);
  }

  connected(): boolean {
    return this.#up && !this.#closed;
  }

  onReturn(listener: () => void): void {
    this.#returns.push(listener);
  }

  async erase(merchantId: string, isGone: (place: number) => Promise<boolean>): Promise<void> {
    if (!this.connected()) throw new Error('the bus is away');
    const consumer = await this.#client.consumers.get(stream.name, {
      filter_subjects: eventsOf(merchantId),
    });
    const { num_pending: count } = await consumer.info();
    for (let left = count; left > 0;) {
      const messages = await consumer.fetch({ max_messages: Math.min(left, 500), expires: 5000 });
      let read = 0;
      for await (const message of messages) {
        read++;
        const place = message.headers?.get(placeHeader);
        // with `erase` the server writes random bytes over it
        if (place && (await isGone(Number(place))))
          await this.#manager.streams.deleteMessage(stream.name, message.seq, true);
      }
      // fewer than there were: the oldest ran out of time meanwhile
      left = read === 0 ? 0 : left - read;
    }
  }

  async depths(): Promise<Record<string, number>> {
    if (!this.connected()) return {};
    const info = await this.#manager.consumers.info(stream.name, stream.durable);
    return { [stream.durable]: info.num_pending + info.num_ack_pending };
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const messages of this.#consuming) messages.stop();
    this.#publisher.close();
    await this.#connection.close();
  }

  async #pull(handler: (message: Omit<BusMessage, 'id'>) => void): Promise<void> {
    while (!this.#closed) {
      try {
        const consumer = await this.#client.consumers.get(stream.name, stream.durable);
        const messages = await consumer.consume({
          max_messages: 500,
          idle_heartbeat: 2000,
          abort_on_missing_resource: true,
        });
        this.#consuming.add(messages);
        try {
          for await (const message of messages) {
            const place = message.headers?.get(placeHeader);
            handler({
              subject: message.subject,
              payload: message.string(),
              place: place ? Number(place) : undefined,
            });
          }
        } finally {
          this.#consuming.delete(messages);
        }
      } catch (error) {
        if (!this.#closed)
          this.#log('bus.consume_interrupted', { stream: stream.name, error: (error as Error).name });
      }
      if (this.#closed) return;
      await new Promise((resolve) => setTimeout(resolve, 250));
      await this.#restore();
    }
  }

  #restoring: Promise<void> | undefined;

  /** Makes streams and durables that are missing, and tells whoever must publish again. */
  #restore(): Promise<void> {
    this.#restoring ??= this.#ensure()
      .then(
        (made) => {
          if (made) for (const listener of this.#returns) listener();
        },
        () => {},
      )
      .finally(() => {
        this.#restoring = undefined;
      });
    return this.#restoring;
  }

  /** True if something had to be made. */
  async #ensure(): Promise<boolean> {
    const { name, subject, durable } = stream;
    let isThere = false;
    for await (const each of this.#manager.streams.names()) isThere ||= each === name;
    let made = !isThere;
    if (isThere) await this.#manager.streams.update(name, { max_age: nanos(keepMs) });
    else
      await this.#manager.streams.add({
        name,
        subjects: [subject],
        retention: RetentionPolicy.Limits,
        storage: StorageType.File,
        discard: DiscardPolicy.Old,
        max_age: nanos(keepMs),
        max_bytes: maxStreamBytes,
        duplicate_window: nanos(deduplicateMs),
      });
    let isRead = false;
    for await (const info of this.#manager.consumers.list(name)) {
      if (info.name !== durable) continue;
      isRead = info.config.ack_policy === AckPolicy.None;
      if (!isRead) await this.#manager.consumers.delete(name, durable);
    }
    if (!isRead) {
      made = true;
      await this.#manager.consumers.add(name, {
        durable_name: durable,
        // what is done with a message is told by the ledger alone: whatever gets lost on its way is published again from there
        ack_policy: AckPolicy.None,
        deliver_policy: DeliverPolicy.All,
      });
    }
    return made;
  }

  async #follow(): Promise<void> {
    for await (const status of this.#connection.status()) {
      if (status.type === 'disconnect') {
        this.#up = false;
        this.#log('bus.disconnected');
        this.#publisher.lost();
        this.#calls.lost();
      } else if (status.type === 'reconnect') {
        this.#up = true;
        this.#log('bus.reconnected');
        await this.#restore();
        for (const listener of this.#returns) listener();
      }
    }
  }
}
