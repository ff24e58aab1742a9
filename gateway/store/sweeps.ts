import type { Log } from '../../connectors/contract/index.ts';
import type { Clock } from '../clock.ts';
import type { Store } from './port.ts';

const everyMs = 10 * 60_000;
const keepIdempotencyMs = 72 * 3600_000;
const keepEarlyReceiptsMs = 7 * 86_400_000;
/** Rows in one unit of work: a few milliseconds of everybody's commit. */
const atOnce = 500;
const betweenMs = 20;

/** Forgets what has served its time, in small units: stored responses after 72 hours, unmatched receipts after a week. */
export async function sweepOnce(store: Store, now: number): Promise<void> {
  for (;;) {
    const swept = await store.write(async (tx) => [
      await tx.idempotency.sweep(now - keepIdempotencyMs, atOnce),
      await tx.receipts.sweepEarly(now - keepEarlyReceiptsMs, atOnce),
    ]);
    if (swept.every((count) => count < atOnce)) return;
    await new Promise((resolve) => setTimeout(resolve, betweenMs));
  }
}

export function startSweeps(store: Store, clock: Clock, log: Log): NodeJS.Timeout {
  let sweeping = false;
  return setInterval(() => {
    if (sweeping) return;
    sweeping = true;
    sweepOnce(store, clock.now())
      .catch((error: unknown) => log.error('store.sweep_failed', { error }))
      .finally(() => {
        sweeping = false;
      });
  }, everyMs);
}
