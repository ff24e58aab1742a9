import type { InquiryOutcome, SendOutcome } from '../../connectors/contract/index.ts';
import { combinedState } from '../../protocol/delivery.ts';
import { failure } from '../../protocol/failures.ts';
import type { Failure, FailureCode } from '../../protocol/failures.ts';
import type { LiveAccount } from '../accounts/registry.ts';
import type { Clock } from '../clock.ts';
import type { Emit } from '../events/emit.ts';
import { moveDelivery, moveParts } from '../ingest/receipts.ts';
import type { AttemptRow, DeliveryRow, Tx } from '../store/port.ts';

/** Failed attempts at one part before a temporary failure becomes a final one. Those that cost nothing don't count. */
const maxAttempts = 12;
const firstRetryMs = 1000;
const maxRetryMs = 15 * 60_000;
/** How long a receipt may still settle an uncertain send. */
const uncertainForMs = 24 * 3600_000;
/** How long a platform that can be asked is asked, while the conversation waits; and the first time after. */
const askForMs = 3600_000;
const firstAskMs = 2000;

export interface SettleOptions {
  clock: Clock;
  emit: Emit;
}

export interface Attempt {
  live: LiveAccount;
  delivery: DeliveryRow;
  part: number;
  number: number;
  startedAtMs: number;
  outcome: SendOutcome;
  /** The account itself is in trouble and nothing goes out by it: the failure is not the message's, and costs it nothing. */
  held?: boolean;
}

/** What the lane does next: the next part, what comes behind, or nothing until its time. */
export type Next = 'next_part' | 'done' | 'later';

/** Exponential back-off with full jitter above a half. */
export const retryAfter = (attempts: number, random: number): number =>
  Math.min(firstRetryMs * 2 ** Math.min(attempts - 1, 20), maxRetryMs) * (0.5 + random / 2);

/** Writes down how an attempt ended, in one commit with everything that follows from it. */
export async function settleAttempt(tx: Tx, options: SettleOptions, attempt: Attempt): Promise<Next> {
  const { clock } = options;
  const { delivery, number, part, startedAtMs: startedAt, outcome } = attempt;
  await tx.deliveries.insertAttempt({
    messageId: delivery.messageId,
    number,
    part,
    startedAt,
    endedAt: clock.now(),
    outcome: outcome.type,
    detail: attempt.held ? { ...detailOf(outcome), held: true } : detailOf(outcome),
  });
  switch (outcome.type) {
    case 'sent':
      return settleSent(tx, options, attempt, outcome);
    case 'throttled':
      return retry(tx, options, attempt, failure('rate_limited', outcome.platformCode), outcome.retryAfterMs);
    case 'rejected':
      if (!outcome.failure.permanent || attempt.held)
        return retry(tx, options, attempt, outcome.failure, outcome.retryAfterMs);
      await end(tx, options, told(delivery, outcome.failure), outcome.failure);
      return 'done';
    case 'uncertain':
      if (attempt.live.connector.manifest.idempotentSends) {
        const doubted = { ...attempt, delivery: { ...delivery, doubtful: true } };
        return retry(tx, options, doubted, failure('outcome_unknown'));
      }
      if (attempt.live.connector.inquire && (await isQueued(tx, delivery))) {
        // still an attempt without an end: the lane asks before it does anything else
        await tx.deliveries.update(delivery.messageId, {
          inFlight: true,
          nextAttemptAt: clock.now() + firstAskMs,
        });
        return 'later';
      }
      return giveUp(tx, options, delivery);
  }
}

/** Nobody says what became of it: a receipt still may. */
export async function giveUp(tx: Tx, options: SettleOptions, delivery: DeliveryRow): Promise<Next> {
  const nextAttemptAt = options.clock.now() + uncertainForMs;
  await moveDelivery(tx, options, delivery, 'uncertain', undefined, { inFlight: false, nextAttemptAt });
  return 'done';
}

const isQueued = async (tx: Tx, { messageId }: DeliveryRow): Promise<boolean> =>
  (await tx.deliveries.byMessage(messageId))?.state === 'queued';

/** Writes down what the platform said of an attempt whose outcome was unknown. */
export async function settleInquiry(
  tx: Tx,
  options: SettleOptions,
  attempt: Omit<Attempt, 'outcome'> & { answer: InquiryOutcome },
): Promise<Next> {
  const { delivery, answer, part } = attempt;
  if (!(await isQueued(tx, delivery))) {
    // a receipt came meanwhile
    await tx.deliveries.update(delivery.messageId, { inFlight: false });
    return 'done';
  }
  const now = options.clock.now();
  await tx.trace.insert({
    messageId: delivery.messageId,
    at: now,
    step: 'inquiry',
    detail: { part, answer: answer.type },
  });
  switch (answer.type) {
    case 'sent':
      return settleSent(tx, options, attempt, answer);
    case 'absent':
      return retry(tx, options, attempt, failure('platform_unavailable'));
    case 'unknown': {
      const askedForMs = now - attempt.startedAtMs;
      if (askedForMs >= askForMs) return giveUp(tx, options, delivery);
      // as long again as it has taken so far: the gaps double
      const nextAttemptAt = now + Math.max(firstAskMs, Math.min(askedForMs, askForMs - askedForMs));
      await tx.deliveries.update(delivery.messageId, { nextAttemptAt });
      return 'later';
    }
  }
}

async function settleSent(
  tx: Tx,
  options: SettleOptions,
  attempt: Omit<Attempt, 'outcome'>,
  outcome: Extract<SendOutcome, { type: 'sent' }>,
): Promise<Next> {
  const { delivery, part } = attempt;
  const state = outcome.state ?? 'sent';
  // a platform that gives no id is asked for nothing later: the part is named by itself
  const providerIds = outcome.providerIds.length ? outcome.providerIds : [`${delivery.messageId}.${part}`];
  for (const providerId of providerIds)
    await tx.receipts.insertPart({
      accountId: delivery.accountId,
      providerId,
      messageId: delivery.messageId,
      part,
      state,
    });
  const partsSent = part + 1;
  const change = {
    partsSent,
    inFlight: false,
    doubtful: false,
    attempts: attempt.number,
    nextAttemptAt: options.clock.now(),
  };
  const early = await tx.receipts.takeEarly(delivery.accountId, providerIds);
  if (partsSent >= delivery.partCount) {
    const parts = delivery.partCount === 1 ? [] : await tx.receipts.partsOf(delivery.messageId);
    // none also where the platform gave ids that it had given before
    const states = parts.length > 0 ? parts.map((one) => one.state) : [state];
    await moveDelivery(tx, options, { ...delivery, partsSent }, combinedState(states), undefined, change);
  } else await tx.deliveries.update(delivery.messageId, change);
  for (const receipt of early) {
    const row = await tx.receipts.partByProvider(delivery.accountId, [receipt.providerId]);
    if (row) await moveParts(tx, options, row, receipt.state, receipt.failure);
  }
  return partsSent >= delivery.partCount ? 'done' : 'next_part';
}

async function retry(
  tx: Tx,
  options: SettleOptions,
  attempt: Omit<Attempt, 'outcome'>,
  why: Failure,
  retryAfterMs?: number,
): Promise<Next> {
  const { clock } = options;
  const { delivery, part } = attempt;
  const now = clock.now();
  const random = (clock.random(1)[0] ?? 0) / 255;
  const ofPart = (await tx.deliveries.attemptsOf(delivery.messageId)).filter((one) => one.part === part);
  const at = now + Math.max(retryAfterMs ?? 0, retryAfter(ofPart.length, random));
  // a throttled send has cost nothing and is tried for as long as the message is wanted
  const free = why.code === 'rate_limited' || attempt.held === true;
  const spent = !free && ofPart.filter(costs).length >= maxAttempts;
  if (spent || at > delivery.expiresAt) {
    await end(
      tx,
      options,
      delivery,
      why.code === 'rate_limited' ? failure('expired') : { ...why, permanent: true },
    );
    return 'done';
  }
  const { messageId, doubtful } = delivery;
  await tx.deliveries.update(messageId, { inFlight: false, doubtful, nextAttemptAt: at, updatedAt: now });
  return 'later';
}

const costs = ({ outcome, detail }: AttemptRow): boolean =>
  outcome !== 'throttled' && outcome !== 'sent' && detail?.['held'] !== true;

/** Refused for its account: the platform has not looked at the message. */
const unread: ReadonlySet<FailureCode> = new Set([
  'account_unauthorized',
  'account_suspended',
  'balance_exhausted',
]);

/** A platform that takes a repeat for the same, and refuses the message, has not taken it before. */
const told = (delivery: DeliveryRow, { code }: Failure): DeliveryRow =>
  unread.has(code) ? delivery : { ...delivery, doubtful: false };

/** The terminal failure that invariant 1 asks for; of what may have gone out nobody says that it did not, and a receipt still may. */
export async function end(
  tx: Tx,
  options: SettleOptions,
  delivery: DeliveryRow,
  why: Failure,
): Promise<void> {
  if (delivery.doubtful && delivery.state !== 'uncertain') {
    await giveUp(tx, options, delivery);
    return;
  }
  const state = why.code === 'expired' ? 'expired' : why.code === 'opted_out' ? 'suppressed' : 'failed';
  await moveDelivery(tx, options, delivery, state, why, { inFlight: false });
}

function detailOf(outcome: SendOutcome): Record<string, unknown> {
  switch (outcome.type) {
    case 'sent':
      return { provider_ids: outcome.providerIds };
    case 'rejected':
      return { failure: outcome.failure };
    case 'throttled':
      return { retry_after_ms: outcome.retryAfterMs, platform_code: outcome.platformCode };
    case 'uncertain':
      return { reason: outcome.reason };
  }
}
