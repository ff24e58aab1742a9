import { failure } from '../../protocol/failures.ts';
import type { Failure } from '../../protocol/failures.ts';
import type { LiveAccount } from '../accounts/registry.ts';
import { optOutOf } from '../directory/opt-out.ts';
import { allowedAt } from '../quiet/allowed.ts';
import type { DeliveryRow, MessageRow, Repositories } from '../store/port.ts';
import { attempt, startOf } from './attempt.ts';
import type { Turn } from './attempt.ts';
import type { Pass } from './gates.ts';
import { ask } from './inquiry.ts';
import type { DispatchOptions } from './options.ts';
import { end, giveUp, settleAttempt } from './outcomes.ts';
import type { Next } from './outcomes.ts';
import type { Lane } from './turns.ts';

/** One turn of a lane: whose it is, is read from the ledger; it is ended, put off, asked about, or sent. */
export async function takeTurn(
  o: DispatchOptions,
  lane: Lane,
  { head, pass, stop }: { head: DeliveryRow | undefined; pass: Pass | undefined; stop: AbortSignal },
): Promise<Next> {
  const { store, clock, registry } = o;
  const delivery = head ?? (await store.read.deliveries.head(lane.conversationId));
  if (!delivery || delivery.nextAttemptAt > clock.now()) return 'later';
  // another account's turn by now: it stands in line there
  if (delivery.accountId !== lane.accountId) return 'done';
  const message = await store.read.messages.byId(delivery.messageId);
  const live = registry.get(delivery.accountId);
  if (delivery.inFlight && !(live?.connector.inquire && (await isEnded(store.read, delivery)))) {
    await settleLost(o, delivery, 'not_recorded');
    return 'done';
  }
  if (live && message && pass && delivery.inFlight) return ask(o, { delivery, message, live, pass }, stop);
  const obstacle = message ? await obstacleOf(o, delivery, message, live) : { why: failure('internal') };
  if (obstacle) return endNow(o, delivery, obstacle);
  if (!live || !message || !pass) return 'done';
  return go(o, { delivery, message, live, pass }, stop);
}

async function go(o: DispatchOptions, turn: Turn, stop: AbortSignal): Promise<Next> {
  const { delivery, message, pass } = turn;
  const now = o.clock.now();
  const quietUntil = allowedAt(message.address, message.extras?.purpose ?? 'transactional', now);
  // what has begun is finished
  if (quietUntil > now && delivery.partsSent === 0) return waitForHours(o, delivery, quietUntil);
  const waitMs = pass.gate.limits.addressWaitMs(message.address, now);
  if (waitMs > 0) return putOff(o, delivery, now + waitMs);
  const attempted = await attempt(o, turn, stop);
  if (attempted.made) return attempted.next;
  return attempted.why ? endNow(o, delivery, { why: attempted.why }) : 'done';
}

/** Why a message is not tried, and what the trace says of it beyond the code. */
interface Obstacle {
  why: Failure;
  detail?: Record<string, unknown>;
}

async function obstacleOf(
  { store, clock }: DispatchOptions,
  delivery: DeliveryRow,
  message: MessageRow,
  live: LiveAccount | undefined,
): Promise<Obstacle | undefined> {
  if (clock.now() >= delivery.expiresAt) return { why: failure('expired') };
  if (!live) return { why: failure('no_route') };
  const address = await store.read.directory.address(delivery.merchantId, message.address);
  const out = address && optOutOf(address, message.extras?.purpose);
  if (!out) return undefined;
  const { at, via, statement, scope, messageId } = out;
  const since = new Date(at).toISOString();
  return {
    why: failure('opted_out'),
    detail: { since, via, statement, scope, stated_in: messageId },
  };
}

async function endNow(
  { store, clock, emit }: DispatchOptions,
  delivery: DeliveryRow,
  { why, detail }: Obstacle,
): Promise<Next> {
  await store.write(async (tx) => {
    const { messageId } = delivery;
    if (detail) await tx.trace.insert({ messageId, at: clock.now(), step: why.code, detail });
    await end(tx, { clock, emit }, delivery, why);
  });
  return 'done';
}

async function putOff({ store }: DispatchOptions, delivery: DeliveryRow, untilMs: number): Promise<Next> {
  await store.write((tx) => tx.deliveries.update(delivery.messageId, { nextAttemptAt: untilMs }));
  return 'later';
}

/** It leaves its lane until the quiet is over, so that it holds up nothing, and takes a new place then. */
async function waitForHours(
  { store, clock }: DispatchOptions,
  { messageId, expiresAt }: DeliveryRow,
  untilMs: number,
): Promise<Next> {
  await store.write(async (tx) => {
    const current = await tx.deliveries.byMessage(messageId);
    if (current?.state !== 'queued' || current.inFlight) return;
    const nextAttemptAt = Math.min(untilMs, expiresAt);
    await tx.deliveries.update(messageId, { scheduled: true, nextAttemptAt });
    const detail = { until: new Date(untilMs).toISOString() };
    await tx.trace.insert({ messageId, at: clock.now(), step: 'quiet_hours', detail });
  });
  return 'done';
}

/** Whether how the last attempt ended is written down. */
const isEnded = async (
  { deliveries }: Pick<Repositories, 'deliveries'>,
  { messageId, attempts }: DeliveryRow,
): Promise<boolean> => (await deliveries.attemptsOf(messageId)).at(-1)?.number === attempts;

/** An attempt was begun and how it ended is not written down: nobody here will know any more. */
async function settleLost(
  o: DispatchOptions,
  { messageId, attempts }: DeliveryRow,
  reason: string,
): Promise<void> {
  const { store, registry, clock, emit } = o;
  await store.write(async (tx) => {
    const delivery = await tx.deliveries.byMessage(messageId);
    // somebody has settled it meanwhile, and perhaps begun the next
    if (!delivery?.inFlight || delivery.attempts !== attempts) return;
    const live = registry.get(delivery.accountId);
    if (!live) return end(tx, { clock, emit }, delivery, failure('outcome_unknown'));
    // it was being asked about, and its connector can't be asked any more
    if (await isEnded(tx, delivery)) return void (await giveUp(tx, { clock, emit }, delivery));
    const outcome = { type: 'uncertain' as const, reason };
    const { partsSent: part, attempts: number } = delivery;
    const lost = { live, delivery, part, number, startedAtMs: startOf(delivery), outcome };
    await settleAttempt(tx, { clock, emit }, lost);
  });
}

/** Settles what a crash cut short. One that cannot be settled holds up its own conversation, and not the start. */
export async function settleCrash(o: DispatchOptions): Promise<void> {
  const { store, registry, log } = o;
  const settle = async (delivery: DeliveryRow): Promise<void> => {
    const { accountId, messageId } = delivery;
    try {
      if (!(registry.get(accountId)?.connector.inquire && (await isEnded(store.read, delivery))))
        await settleLost(o, delivery, 'crash');
    } catch (error) {
      log.error('dispatch.crash_unsettled', { error, messageId });
    }
  };
  const cutShort = await store.read.deliveries.inFlight();
  await Promise.all(cutShort.filter(({ accountId }) => o.serves?.(accountId) !== false).map(settle));
}
