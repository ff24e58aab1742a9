import type { Log } from '../../connectors/contract/index.ts';
import type { Clock } from '../clock.ts';
import type { Store } from './port.ts';

const everyMs = 10 * 60_000;
const keepIdempotencyMs = 72 * 3600_000;
const keepEarlyReceiptsMs = 7 * 86_400_000;

/** Forgets what has served its time: stored responses after 72 hours, unmatched receipts after a week. */
export function startSweeps(store: Store, clock: Clock, log: Log): NodeJS.Timeout {
  return setInterval(() => {
    const now = clock.now();
    store
      .write(async (tx) => {
        await tx.idempotency.sweep(now - keepIdempotencyMs);
        await tx.receipts.sweepEarly(now - keepEarlyReceiptsMs);
      })
      .catch((error: unknown) => log.error('store.sweep_failed', { error }));
  }, everyMs);
}
