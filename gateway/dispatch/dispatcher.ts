import type {
  Context,
  Log,
  OutboundMedia,
  SendOutcome,
  SendRequest,
} from '../../connectors/contract/index.ts';
import { mediaIn } from '../../protocol/content-media.ts';
import { failure } from '../../protocol/failures.ts';
import type { AccountRegistry, LiveAccount } from '../accounts/registry.ts';
import type { Clock } from '../clock.ts';
import type { MediaService } from '../media/service.ts';
import { adaptFor } from '../messages/adaptation.ts';
import type { ViewOptions } from '../messages/view.ts';
import type { DeliveryRow, MessageRow, Store } from '../store/port.ts';
import type { Emit } from '../events/emit.ts';
import { AccountLimits } from './limits.ts';
import { end, settleAttempt } from './outcomes.ts';

export interface DispatchOptions {
  store: Store;
  clock: Clock;
  log: Log;
  registry: AccountRegistry;
  media: MediaService;
  view: ViewOptions;
  emit: Emit;
  context: Context;
  send(live: LiveAccount, request: SendRequest, context: Context): Promise<SendOutcome>;
}

const sweepEveryMs = 250;
const sweepLimit = 1000;
/** Lanes at work at once, over all accounts. */
const maxLanes = 512;
/** Longest a connector may take over one part. */
const sendTimeoutMs = 45_000;
/** A lane waits this long for a token by itself; longer waits go to the ledger. */
const inlineWaitMs = 200;
/** While an attempt runs, nobody else takes the delivery up. */
const leaseMs = 120_000;
/** Lanes remembered as waiting for one account. */
const maxParked = 5000;

/**
 * Takes queued deliveries to the platforms, one lane per conversation. The bus only wakes lanes: whose turn it is, is read from
 * the ledger, so order holds through redelivery, crashes and restarts.
 */
export class Dispatcher {
  readonly #o: DispatchOptions;
  readonly #limits = new Map<string, AccountLimits>();
  /** Lanes at work; true if woken meanwhile. */
  readonly #lanes = new Map<string, boolean>();
  readonly #waiting = new Set<string>();
  /** Lanes that wait for a place at their account, by account. */
  readonly #parked = new Map<string, Set<string>>();
  readonly #stop = new AbortController();
  #stopping = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: DispatchOptions) {
    this.#o = options;
  }

  /** Settles what a crash cut short, then works. */
  async start(): Promise<void> {
    for (const delivery of await this.#o.store.read.deliveries.inFlight())
      await this.#lost(delivery, 'crash');
    this.#timer = setInterval(() => void this.#sweep(), sweepEveryMs);
  }

  /** An attempt was begun and how it ended is not written down: nobody will know any more. */
  async #lost(delivery: DeliveryRow, reason: string): Promise<void> {
    const { store, registry, clock, emit } = this.#o;
    const live = registry.get(delivery.accountId);
    await store.write(async (tx) => {
      if (live) {
        const attempt = {
          live,
          delivery,
          part: delivery.partsSent,
          number: delivery.attempts,
          outcome: { type: 'uncertain' as const, reason },
        };
        await settleAttempt(tx, { clock, emit }, attempt);
      } else await end(tx, { clock, emit }, delivery, failure('outcome_unknown'));
    });
  }

  /** A conversation has something to send. Safe to call at any time and any number of times. */
  wake(conversationId: string): void {
    if (this.#stopping) return;
    if (this.#lanes.has(conversationId)) this.#lanes.set(conversationId, true);
    else if (this.#lanes.size >= maxLanes) {
      if (this.#waiting.size < 10_000) this.#waiting.add(conversationId);
    } else {
      this.#lanes.set(conversationId, false);
      void this.#run(conversationId);
    }
  }

  /** Lanes at work. */
  get busy(): number {
    return this.#lanes.size;
  }

  /** Lets sends in hand finish for at most `graceMs`; those cut off then are uncertain. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true;
    clearInterval(this.#timer);
    const deadline = Date.now() + graceMs;
    while (this.#lanes.size > 0 && Date.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 20));
    this.#stop.abort();
    while (this.#lanes.size > 0 && Date.now() < deadline + 1000)
      await new Promise((resolve) => setTimeout(resolve, 20));
  }

  async #sweep(): Promise<void> {
    try {
      const { store, clock, emit } = this.#o;
      // accounts without a free place wake their own lanes, and must not fill the list that others are found by
      const full = [...this.#limits]
        .filter(([, limits]) => limits.inFlight >= limits.concurrency)
        .map(([id]) => id);
      for (const delivery of await store.read.deliveries.due(clock.now(), sweepLimit, full)) {
        if (delivery.state === 'uncertain')
          await store.write((tx) => end(tx, { clock, emit }, delivery, failure('outcome_unknown')));
        else if (!this.#lanes.has(delivery.conversationId)) {
          this.#parked.get(delivery.accountId)?.delete(delivery.conversationId);
          this.wake(delivery.conversationId);
        }
      }
    } catch (error) {
      this.#o.log.error('dispatch.sweep_failed', { error });
    }
  }

  async #run(conversationId: string): Promise<void> {
    try {
      while (!this.#stopping && (await this.#step(conversationId))) this.#lanes.set(conversationId, false);
    } catch (error) {
      this.#o.log.error('dispatch.lane_failed', { error, conversationId });
    }
    const again = this.#lanes.get(conversationId) === true;
    this.#lanes.delete(conversationId);
    if (again) this.wake(conversationId);
    const [next] = this.#waiting;
    if (next !== undefined && this.#waiting.delete(next)) this.wake(next);
  }

  /** One turn of a lane; true if there may be more to do now. */
  async #step(conversationId: string): Promise<boolean> {
    const { store, clock, registry } = this.#o;
    const delivery = await store.read.deliveries.head(conversationId);
    if (!delivery || delivery.nextAttemptAt > clock.now()) return false;
    if (delivery.inFlight) {
      await this.#lost(delivery, 'not_recorded');
      return true;
    }
    const message = await store.read.messages.byId(delivery.messageId);
    const live = registry.get(delivery.accountId);
    const obstacle = await this.#obstacle(delivery, message, live);
    if (obstacle || !message || !live) return this.#endNow(delivery, obstacle ?? failure('internal'));
    const limits = this.#limitsOf(live);
    if (limits.inFlight >= limits.concurrency) return this.#park(live.row.id, conversationId);
    const waitMs = limits.take(message.address, clock.now());
    if (waitMs > inlineWaitMs) return this.#defer(delivery, waitMs);
    limits.inFlight++;
    try {
      if (waitMs > 0) {
        await new Promise((resolve) => setTimeout(resolve, waitMs));
        return true;
      }
      return await this.#attempt(delivery, message, live, limits);
    } finally {
      limits.inFlight--;
      this.#unpark(live.row.id);
    }
  }

  /** No place at the account: the lane gives its own up and comes back when one is free. Too many are left to the sweep. */
  #park(accountId: string, conversationId: string): false {
    const parked = this.#parked.get(accountId) ?? new Set<string>();
    if (parked.size < maxParked) parked.add(conversationId);
    this.#parked.set(accountId, parked);
    return false;
  }

  #unpark(accountId: string): void {
    const parked = this.#parked.get(accountId);
    const [next] = parked ?? [];
    if (next !== undefined && parked?.delete(next)) this.wake(next);
  }

  async #obstacle(delivery: DeliveryRow, message: MessageRow | undefined, live: LiveAccount | undefined) {
    const now = this.#o.clock.now();
    if (now >= delivery.expiresAt) return failure('expired');
    if (!live) return failure('no_route');
    const address =
      message && (await this.#o.store.read.directory.address(delivery.merchantId, message.address));
    return address?.optedOutAt ? failure('opted_out') : undefined;
  }

  async #endNow(delivery: DeliveryRow, why: ReturnType<typeof failure>): Promise<boolean> {
    const { store, clock, emit } = this.#o;
    await store.write((tx) => end(tx, { clock, emit }, delivery, why));
    return true;
  }

  async #defer(delivery: DeliveryRow, waitMs: number): Promise<boolean> {
    const { store, clock } = this.#o;
    await store.write((tx) =>
      tx.deliveries.update(delivery.messageId, { nextAttemptAt: clock.now() + waitMs }),
    );
    return false;
  }

  #limitsOf(live: LiveAccount): AccountLimits {
    let limits = this.#limits.get(live.row.id);
    if (!limits)
      this.#limits.set(
        live.row.id,
        (limits = new AccountLimits(live.connector.manifest.rate, this.#o.clock.now())),
      );
    return limits;
  }

  async #attempt(
    delivery: DeliveryRow,
    message: MessageRow,
    live: LiveAccount,
    limits: AccountLimits,
  ): Promise<boolean> {
    const { store, clock, emit, view } = this.#o;
    const { parts, refused } = adaptFor(live, message.content, { messageId: message.id, view });
    const part = parts[delivery.partsSent];
    if (refused) return this.#endNow(delivery, failure(refused));
    if (!part) return this.#dropped(delivery);
    const media = await this.#mediaOf(part.content);
    if (!media) return this.#endNow(delivery, failure('media_unavailable'));
    const request = await this.#request(live, delivery, message, { part, media });
    const number = delivery.attempts + 1;
    // the attempt is written down before it is made: a crash from here on leaves it uncertain, not forgotten
    const begun = await store.write(async (tx) => {
      // the merchant may have taken it back, or a receipt settled it, since the lane looked
      if ((await tx.deliveries.byMessage(message.id))?.state !== 'queued') return false;
      const startedAt = clock.now();
      const attempt = { messageId: message.id, number, part: delivery.partsSent, startedAt };
      await tx.deliveries.insertAttempt({ ...attempt, endedAt: null, outcome: null, detail: null });
      const lease = { attempts: number, inFlight: true, nextAttemptAt: startedAt + leaseMs };
      await tx.deliveries.update(message.id, lease);
      return true;
    });
    if (!begun) return true;
    limits.sending(message.address, clock.now());
    const outcome = await this.#send(live, request);
    if (outcome.type === 'throttled' && outcome.scope !== 'address')
      limits.pause(clock.now() + (outcome.retryAfterMs ?? 1000));
    const next = await store.write((tx) =>
      settleAttempt(tx, { clock, emit }, { live, delivery, part: delivery.partsSent, number, outcome }),
    );
    return next !== 'later';
  }

  /** Content that this channel shows nothing of: done, and the trace says so. */
  async #dropped(delivery: DeliveryRow): Promise<boolean> {
    const { store, clock, emit } = this.#o;
    await store.write((tx) => end(tx, { clock, emit }, delivery, failure('content_unsupported')));
    return true;
  }

  async #mediaOf(content: MessageRow['content']): Promise<Map<string, OutboundMedia> | undefined> {
    const media = new Map<string, OutboundMedia>();
    for (const { id } of mediaIn(content)) {
      const ready = id === undefined ? undefined : await this.#o.media.outbound(id);
      if (id === undefined || !ready) return undefined;
      media.set(id, ready);
    }
    return media;
  }

  async #request(
    live: LiveAccount,
    delivery: DeliveryRow,
    message: MessageRow,
    { part, media }: Pick<SendRequest, 'part' | 'media'>,
  ): Promise<SendRequest> {
    const { read } = this.#o.store;
    const target =
      message.extras?.replyTo ?? ('message_id' in message.content ? message.content.message_id : undefined);
    const replyTo = target === undefined ? undefined : await this.#providerIdOf(target, message.accountId);
    // threads by subject and ids are a matter of channels that have subjects; the others needn't pay for the look
    const subjects = live.connector.manifest.capabilities.text.subject === true;
    const conversation = subjects ? await read.conversations.byId(message.conversationId) : undefined;
    return {
      messageId: message.id,
      idempotencyKey: `${message.id}.${delivery.partsSent}`,
      address: message.address,
      part,
      media,
      ...(replyTo === undefined ? {} : { replyTo }),
      thread: subjects ? await read.receipts.threadIds(message, 20) : [],
      ...(conversation?.subject ? { subject: conversation.subject } : {}),
      validForSeconds: Math.max(1, Math.floor((delivery.expiresAt - this.#o.clock.now()) / 1000)),
    };
  }

  async #providerIdOf(messageId: string, accountId: string): Promise<string | undefined> {
    const { read } = this.#o.store;
    const message = await read.messages.byId(messageId);
    if (!message || message.accountId !== accountId) return undefined;
    return message.providerId ?? (await read.receipts.partsOf(messageId))[0]?.providerId;
  }

  async #send(live: LiveAccount, request: SendRequest): Promise<SendOutcome> {
    const signal = AbortSignal.any([this.#stop.signal, AbortSignal.timeout(sendTimeoutMs)]);
    try {
      return await this.#o.send(live, request, { ...this.#o.context, signal });
    } catch (error) {
      this.#o.log.error('connector.send_threw', {
        error,
        connector: live.row.connector,
        accountId: live.row.id,
      });
      return { type: 'uncertain', reason: 'connector_error' };
    }
  }
}
