import type { SendOutcome } from '../../connectors/contract/index.ts';
import { combinedState } from '../../protocol/delivery.ts';
import { failure } from '../../protocol/failures.ts';
import type { Failure } from '../../protocol/failures.ts';
import type { LiveAccount } from '../accounts/registry.ts';
import type { Clock } from '../clock.ts';
import type { Emit } from '../events/emit.ts';
import { moveDelivery, moveParts } from '../ingest/receipts.ts';
import type { DeliveryRow, Tx } from '../store/port.ts';

const maxAttempts = 12;
const firstRetryMs = 1000;
const maxRetryMs = 15 * 60_000;
/** How long a receipt may still settle an uncertain send. */
const uncertainForMs = 24 * 3600_000;

export interface SettleOptions {
  clock: Clock;
  emit: Emit;
}

export interface Attempt {
  live: LiveAccount;
  delivery: DeliveryRow;
  part: number;
  number: number;
  outcome: SendOutcome;
}

/** What the lane does next: the next part, another conversation's turn, or nothing until its time. */
export type Next = 'next_part' | 'done' | 'later';

/** Exponential back-off with full jitter above a half. */
export const retryAfter = (attempts: number, random: number): number =>
  Math.min(firstRetryMs * 2 ** Math.min(attempts - 1, 20), maxRetryMs) * (0.5 + random / 2);

/** Writes down how an attempt ended, in one commit with everything that follows from it. */
export async function settleAttempt(tx: Tx, options: SettleOptions, attempt: Attempt): Promise<Next> {
  const { clock } = options;
  const { delivery, number, outcome } = attempt;
  await tx.deliveries.endAttempt(delivery.messageId, number, {
    endedAt: clock.now(),
    outcome: outcome.type,
    detail: detailOf(outcome),
  });
  switch (outcome.type) {
    case 'sent':
      return settleSent(tx, options, attempt, outcome);
    case 'throttled':
      return retry(tx, options, attempt, failure('rate_limited', outcome.platformCode), outcome.retryAfterMs);
    case 'rejected':
      if (!outcome.failure.permanent) return retry(tx, options, attempt, outcome.failure);
      await end(tx, options, delivery, outcome.failure);
      return 'done';
    case 'uncertain':
      if (attempt.live.connector.manifest.idempotentSends)
        return retry(tx, options, attempt, failure('outcome_unknown'));
      await tx.deliveries.update(delivery.messageId, {
        inFlight: false,
        nextAttemptAt: clock.now() + uncertainForMs,
      });
      await moveDelivery(tx, options, delivery, 'uncertain');
      return 'done';
  }
}

async function settleSent(
  tx: Tx,
  options: SettleOptions,
  attempt: Attempt,
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
  await tx.deliveries.update(delivery.messageId, {
    partsSent,
    inFlight: false,
    attempts: attempt.number,
    nextAttemptAt: options.clock.now(),
  });
  const early = await tx.receipts.takeEarly(delivery.accountId, providerIds);
  const current = { ...delivery, partsSent };
  if (partsSent >= delivery.partCount) {
    const parts = await tx.receipts.partsOf(delivery.messageId);
    await moveDelivery(tx, options, current, combinedState(parts.map((one) => one.state)));
  }
  for (const receipt of early) {
    const row = await tx.receipts.partByProvider(delivery.accountId, [receipt.providerId]);
    if (row) await moveParts(tx, options, row, receipt.state, receipt.failure);
  }
  return partsSent >= delivery.partCount ? 'done' : 'next_part';
}

async function retry(
  tx: Tx,
  options: SettleOptions,
  attempt: Attempt,
  why: Failure,
  retryAfterMs?: number,
): Promise<Next> {
  const { clock } = options;
  const { delivery, number } = attempt;
  const now = clock.now();
  const random = (clock.random(1)[0] ?? 0) / 255;
  const at = now + Math.max(retryAfterMs ?? 0, retryAfter(number, random));
  // a throttled send has cost nothing and is tried for as long as the message is wanted
  const spent = why.code !== 'rate_limited' && number >= maxAttempts;
  if (spent || at > delivery.expiresAt) {
    await end(
      tx,
      options,
      delivery,
      why.code === 'rate_limited' ? failure('expired') : { ...why, permanent: true },
    );
    return 'done';
  }
  await tx.deliveries.update(delivery.messageId, { inFlight: false, nextAttemptAt: at, updatedAt: now });
  return 'later';
}

/** The terminal failure that invariant 1 asks for. */
export async function end(
  tx: Tx,
  options: SettleOptions,
  delivery: DeliveryRow,
  why: Failure,
): Promise<void> {
  const state = why.code === 'expired' ? 'expired' : why.code === 'opted_out' ? 'suppressed' : 'failed';
  await tx.deliveries.update(delivery.messageId, { inFlight: false });
  await moveDelivery(tx, options, delivery, state, why);
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
