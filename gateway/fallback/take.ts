import type { RevokeOutcome } from '../../connectors/contract/index.ts';
import { failure } from '../../protocol/failures.ts';
import { moveDelivery } from '../ingest/receipts.ts';
import { writeOutgoing } from '../messages/write.ts';
import type { FallbackChainRow, Tx } from '../store/port.ts';
import type { NextWay, Passed } from './next-way.ts';
import type { FallbackOptions } from './options.ts';
import { see } from './standing.ts';
import type { Seen } from './standing.ts';

/** While what went out is being taken back, nobody else takes the chain up. */
const leaseMs = 60_000;
/** How long a receipt may still settle a send that was given up. */
const uncertainForMs = 24 * 3_600_000;

/** The chain holds content and addresses only for as long as it may need them. */
export async function endChain(
  tx: Tx,
  { clock }: Pick<FallbackOptions, 'clock'>,
  { messageId }: Pick<FallbackChainRow, 'messageId'>,
  { why, ...more }: { why: string; passed?: Passed[] },
): Promise<void> {
  await tx.fallbacks.update(messageId, { state: 'ended', reason: why, plan: { steps: [] }, dueAt: null });
  await tx.trace.insert({ messageId, at: clock.now(), step: 'fallback_ended', detail: { why, ...more } });
}

/**
 * First unit: decides by what the ledger says now. Where the next way is to be taken, the last one ends here, if nothing of it can be on
 * its way any more: from this commit on no attempt at it begins. Gives whether the chain is being taken.
 */
export async function begin(
  tx: Tx,
  o: FallbackOptions,
  { messageId, way, passed }: { messageId: string; way: NextWay | undefined; passed: Passed[] },
): Promise<boolean> {
  const chain = await tx.fallbacks.byMessage(messageId);
  if (chain?.state !== 'watching') return chain?.state === 'taking';
  const now = o.clock.now();
  const seen = await see(tx, chain, now);
  if (!seen) {
    await endChain(tx, o, chain, { why: 'removed' });
    return false;
  }
  const { verdict } = seen;
  switch (verdict.type) {
    case 'end':
      await endChain(tx, o, chain, verdict);
      return false;
    case 'wait':
      await tx.fallbacks.update(messageId, { dueAt: verdict.untilMs });
      return false;
    case 'take':
      // the last way goes on, if it can: there is nothing better
      if (!way) {
        await endChain(tx, o, chain, { why: 'no_way', passed });
        return false;
      }
      return take(tx, o, { chain, seen, way, passed });
  }
}

interface Taking {
  chain: FallbackChainRow;
  seen: Seen;
  way: NextWay;
  passed: Passed[];
}

/** A step that leads nowhere is passed over, and its terms with it: the last way has the time that the step to be taken leaves it. */
async function take(tx: Tx, o: FallbackOptions, { chain, seen, way, passed }: Taking): Promise<boolean> {
  const { messageId } = chain;
  const at = o.clock.now();
  const own = way.step > chain.step ? await see(tx, { ...chain, step: way.step }, at) : seen;
  const verdict = own?.verdict ?? seen.verdict;
  if (verdict.type !== 'take') {
    const dueAt = verdict.type === 'wait' ? verdict.untilMs : at;
    await tx.fallbacks.update(messageId, { step: way.step, dueAt });
    await tx.trace.insert({ messageId, at, step: 'fallback_passed', detail: { passed } });
    return false;
  }
  await stopLast(tx, o, seen);
  const change = { state: 'taking' as const, reason: verdict.reason, step: way.step, dueAt: at + leaseMs };
  await tx.fallbacks.update(messageId, change);
  const { message, delivery } = seen.last;
  const detail = { message_id: message.id, reason: verdict.reason, state: delivery.state };
  await tx.trace.insert({ messageId, at, step: 'fallback_due', detail });
  return true;
}

/** What waits to be sent is sent no more; what may have gone out, and would be asked about or repeated, is left to its receipts. */
async function stopLast(tx: Tx, o: FallbackOptions, { last: { delivery } }: Seen): Promise<void> {
  if (delivery.state !== 'queued' && delivery.state !== 'accepted') return;
  if (!delivery.inFlight && !delivery.doubtful) {
    await moveDelivery(tx, o, delivery, 'expired', failure('expired'));
    return;
  }
  const nextAttemptAt = o.clock.now() + uncertainForMs;
  await tx.deliveries.update(delivery.messageId, { inFlight: false, nextAttemptAt });
  await moveDelivery(tx, o, delivery, 'uncertain');
}

/**
 * Second unit: a receipt that came meanwhile, and the next way, meet here. If the last way got there, and is still there, nothing is
 * sent; else the next way is written, and what comes of the last one changes nothing any more.
 */
export async function finish(
  tx: Tx,
  o: FallbackOptions,
  of: { messageId: string; way: NextWay | undefined; passed: Passed[]; revoked: RevokeOutcome | undefined },
): Promise<void> {
  const { messageId, way, passed, revoked } = of;
  const chain = await tx.fallbacks.byMessage(messageId);
  // the merchant took it back meanwhile
  if (chain?.state !== 'taking') return;
  const now = o.clock.now();
  const seen = await see(tx, chain, now);
  if (!seen) return endChain(tx, o, chain, { why: 'removed' });
  const { state } = seen.last.delivery;
  const isGone = revoked === 'revoked' && state !== 'read' && state !== 'cancelled';
  if (seen.verdict.type !== 'take' && !(isGone && now < chain.expiresAt)) {
    await tx.fallbacks.update(messageId, { state: 'watching', reason: null, dueAt: now });
    const detail = { state, ...(revoked ? { revoked } : {}) };
    await tx.trace.insert({ messageId, at: now, step: 'fallback_not_needed', detail });
    return;
  }
  if (!way) return endChain(tx, o, chain, { why: 'no_way', passed });
  await writeWay(tx, o, { chain, seen, way, passed, revoked });
}

interface Writing {
  chain: FallbackChainRow;
  seen: Seen;
  way: NextWay;
  passed: Passed[];
  revoked: RevokeOutcome | undefined;
}

async function writeWay(tx: Tx, o: FallbackOptions, writing: Writing): Promise<void> {
  const { chain, seen, way, revoked } = writing;
  const now = o.clock.now();
  const { first, last } = seen;
  await explain(tx, writing, now);
  await writeOutgoing(tx, o, {
    messageId: way.messageId,
    merchantId: chain.merchantId,
    route: way.route,
    content: way.content,
    media: [],
    adaptation: way.adaptation,
    extras: way.extras,
    bulk: last.delivery.bulk,
    validForSeconds: (chain.expiresAt - now) / 1000,
    traceparent: first.traceparent ?? undefined,
  });
  if (revoked === 'revoked') await moveDelivery(tx, o, last.delivery, 'failed', failure('revoked'));
  await tx.fallbacks.update(chain.messageId, {
    state: 'watching',
    reason: null,
    ways: [...chain.ways, way.messageId],
    step: way.step + 1,
    since: now,
    dueAt: now,
  });
  const { row: account } = way.route.live;
  const { messageId } = chain;
  await o.emit(tx, {
    type: 'message.rerouted',
    merchantId: chain.merchantId,
    conversationId: first.conversationId,
    messageId,
    channel: account.channel,
    accountId: account.id,
    direction: 'outbound',
    about: messageId,
    traceparent: first.traceparent ?? undefined,
    data: { message_id: messageId, conversation_id: first.conversationId, ...factsOf(writing) },
  });
}

/** Before anything that the new way says of itself. */
async function explain(tx: Tx, writing: Writing, at: number): Promise<void> {
  const { chain, way, passed } = writing;
  const { step, route } = way;
  const more = { step, considered: route.considered, ...(passed.length > 0 ? { passed } : {}) };
  const detail = { ...factsOf(writing), ...more };
  await tx.trace.insert({ messageId: chain.messageId, at, step: 'rerouted', detail });
}

const factsOf = ({ chain, seen, way, revoked }: Writing) => ({
  from_message_id: seen.last.message.id,
  from_account_id: seen.last.message.accountId,
  to_message_id: way.messageId,
  to_account_id: way.route.live.row.id,
  channel: way.route.live.row.channel,
  reason: chain.reason ?? '',
  ...(revoked ? { revoked } : {}),
});
