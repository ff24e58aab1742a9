import type {
  InquiryOutcome,
  InquiryRequest,
  RevokeOutcome,
  RevokeRequest,
  SendOutcome,
  SendRequest,
} from '../../connectors/contract/index.ts';
import { failure } from '../../protocol/failures.ts';
import { abilityOf } from './world.ts';
import type { World } from './world.ts';

/** One part as its platform knows it, by its key. */
export interface Sent {
  messageId: string;
  accountId: string;
  address: string;
  text: string;
  /** Places in the order of all requests of the seed. */
  firstAt: number;
  lastAt: number;
  firstMs: number;
  /** Its last request is not known to have been refused. */
  open: boolean;
  /** Where it was taken: its id, and its place among the requests. */
  taken?: { providerId: string; at: number };
  /** It was taken, and the platform said later that it reached nobody. */
  undelivered: boolean;
  askedBack: number;
  revoked: boolean;
  /** When the gateway heard that it is gone. Wall clock. */
  revokedAtMs?: number;
}

interface Hooks {
  /** A request for a message came, whatever becomes of it. */
  arrived(sent: Sent): void;
  /** The platform took a message: the consumer has it. */
  taken(sent: Sent, providerId: string): void;
}

/** Whether a gateway lives that hears the answer. */
type Hearing = () => boolean;

/** All platforms: they show what they take, and answer as platforms do, which is not always. */
export class Platforms {
  readonly #world: World;
  readonly #hooks: Hooks;
  readonly byKey = new Map<string, Sent>();
  #requests = 0;

  constructor(world: World, hooks: Hooks) {
    this.#world = world;
    this.#hooks = hooks;
  }

  async send(
    accountId: string,
    request: SendRequest,
    { signal, isHeard }: { signal: AbortSignal; isHeard: Hearing },
  ): Promise<SendOutcome> {
    const { time, random, healed, refusing } = this.#world;
    const sent = this.#arrive(accountId, request);
    const luck = healed.aborted ? 1 : random();
    const refuses = !healed.aborted && refusing.accountId === accountId && refusing.untilMs > time.nowMs;
    const outcome = this.#refusalOf(sent, { luck, refuses });
    // it is there when it arrives: what a gateway that crashed had sent goes before what the next one sends
    const hasIt = outcome === undefined && (sent.taken !== undefined || luck >= 0.155);
    if (hasIt && !sent.taken) this.#take(sent);
    await time.pause(random() * 20);
    if (outcome) {
      if (isHeard()) sent.open = false;
      return outcome;
    }
    if (!hasIt && luck >= 0.15) throw new Error('a bug in a connector');
    // it hangs, and never had it
    if (!hasIt) return this.#hang(signal, { type: 'uncertain', reason: 'timeout' });
    if (luck < 0.21) return { type: 'uncertain', reason: 'timeout' };
    // it has it, and its answer never comes
    if (luck < 0.23) return this.#hang(signal, { type: 'uncertain', reason: 'timeout' });
    await time.pause(luck < 0.4 ? random() * 1500 : random() * 10);
    return { type: 'sent', providerIds: [sent.taken!.providerId] };
  }

  #refusalOf(
    { taken }: Sent,
    { luck, refuses }: { luck: number; refuses: boolean },
  ): SendOutcome | undefined {
    if (luck < 0.06 || this.#isAway()) return { type: 'rejected', failure: failure('platform_unavailable') };
    if (luck < 0.1) return { type: 'throttled', retryAfterMs: Math.round(this.#world.random() * 3000) };
    if (refuses) return { type: 'rejected', failure: failure('account_unauthorized') };
    return luck < 0.13 && !taken ? { type: 'rejected', failure: failure('unreachable') } : undefined;
  }

  async inquire(
    { idempotencyKey }: InquiryRequest,
    { signal, isHeard }: { signal: AbortSignal; isHeard: Hearing },
  ): Promise<InquiryOutcome> {
    const { time, random, healed } = this.#world;
    const luck = healed.aborted ? 1 : random();
    await time.pause(random() * 20);
    if (luck < 0.3 || this.#isAway()) return { type: 'unknown' };
    if (luck < 0.35) return this.#hang(signal, { type: 'unknown' });
    if (luck < 0.37) throw new Error('a bug in a connector');
    const sent = this.byKey.get(idempotencyKey);
    if (sent?.taken) return { type: 'sent', providerIds: [sent.taken.providerId] };
    if (sent && isHeard()) sent.open = false;
    return { type: 'absent' };
  }

  async revoke(
    accountId: string,
    { messageId }: RevokeRequest,
    { signal, isHeard }: { signal: AbortSignal; isHeard: Hearing },
  ): Promise<RevokeOutcome> {
    const { time, random, healed } = this.#world;
    const sent = this.ofMessage(messageId);
    if (sent) sent.askedBack++;
    const luck = healed.aborted ? 1 : random();
    // slow enough for a receipt to come meanwhile
    await time.pause(random() * (random() < 0.6 ? 2500 : 20));
    if (luck < 0.1 || this.#isAway() || !sent?.taken) return 'too_late';
    if (luck < 0.15) return 'unsupported';
    if (luck < 0.17) return this.#hang(signal, 'too_late');
    if (sent.revoked && !abilityOf(this.#world, accountId).saysGone) return 'too_late';
    sent.revoked = true;
    this.#world.say(`${sent.text} is taken back from the platform of ${sent.address}`);
    // it did so, and its answer never comes
    if (luck < 0.2) return this.#hang(signal, 'too_late');
    if (isHeard()) sent.revokedAtMs ??= time.wall();
    return 'revoked';
  }

  ofMessage(messageId: string): Sent | undefined {
    return this.byKey.get(`${messageId}.0`);
  }

  #arrive(accountId: string, { idempotencyKey, messageId, address, part }: SendRequest): Sent {
    const at = ++this.#requests;
    const text = part.content.text ?? '';
    const known = this.byKey.get(idempotencyKey);
    if (known?.open && !abilityOf(this.#world, accountId).idempotent)
      this.#world.broken(`${text} was repeated, though nobody knew what had become of it`);
    const sent: Sent = known ?? {
      messageId,
      accountId,
      address,
      text,
      firstAt: at,
      lastAt: at,
      firstMs: this.#world.time.nowMs,
      open: true,
      undelivered: false,
      askedBack: 0,
      revoked: false,
    };
    sent.open = true;
    sent.lastAt = at;
    this.byKey.set(idempotencyKey, sent);
    this.#hooks.arrived(sent);
    return sent;
  }

  #take(sent: Sent): void {
    const taken = { providerId: `p-${sent.firstAt}`, at: sent.lastAt };
    sent.taken = taken;
    this.#hooks.taken(sent, taken.providerId);
  }

  #isAway(): boolean {
    const { healed, awayUntilMs, time } = this.#world;
    return !healed.aborted && awayUntilMs > time.nowMs;
  }

  #hang<T>(signal: AbortSignal, cutOff: T): Promise<T> {
    const { healed } = this.#world;
    const { promise, resolve } = Promise.withResolvers<T>();
    for (const one of [signal, healed])
      if (one.aborted) resolve(cutOff);
      else one.addEventListener('abort', () => resolve(cutOff), { once: true });
    return promise;
  }
}
