import type { Emit } from '../events/emit.ts';
import type { Tx } from '../store/port.ts';
import type { LiveEndpoint } from './endpoints.ts';
import type { PostResult } from './post.ts';
import { disableAfterMs } from './schedule.ts';

/** Keeps `failingSince`, and disables an endpoint that is gone or has failed for too long. True if it was disabled now. */
export async function noteHealth(
  tx: Tx,
  emit: Emit,
  of: { endpoint: LiveEndpoint; result: PostResult; now: number },
): Promise<boolean> {
  const { result, now } = of;
  const { row } = of.endpoint;
  if (result.type === 'taken') {
    if (row.failingSince === null) return false;
    row.failingSince = null;
    await tx.webhooks.updateEndpoint(row.id, { failingSince: null });
    return false;
  }
  if (row.failingSince === null) {
    row.failingSince = now;
    await tx.webhooks.updateEndpoint(row.id, { failingSince: now });
  }
  const gone = result.type === 'gone';
  if (row.state === 'disabled' || (!gone && now - row.failingSince < disableAfterMs)) return false;
  row.state = 'disabled';
  row.disabledAt = now;
  await tx.webhooks.updateEndpoint(row.id, { state: 'disabled', disabledAt: now });
  await tx.webhooks.setWaiting(row.id, 'dead', 0, now);
  await emit(tx, {
    type: 'webhook_endpoint.disabled',
    merchantId: row.merchantId,
    about: row.id,
    data: {
      endpoint_id: row.id,
      reason: gone ? 'gone' : 'failing',
      since: new Date(row.failingSince).toISOString(),
    },
  });
  return true;
}
