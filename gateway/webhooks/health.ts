import type { Emit } from '../events/emit.ts';
import type { EndpointRow, Tx } from '../store/port.ts';
import type { EndpointBook, LiveEndpoint } from './endpoints.ts';
import type { PostResult } from './post.ts';
import { disableAfterMs } from './schedule.ts';

/** Keeps `failingSince`, and disables an endpoint that is gone or has failed for too long. True if it was disabled now. */
export async function noteHealth(
  tx: Tx,
  { emit, endpoints }: { emit: Emit; endpoints: EndpointBook },
  of: { endpoint: LiveEndpoint; result: PostResult; now: number },
): Promise<boolean> {
  const { result, now } = of;
  const { row } = of.endpoint;
  const keep = async (change: Partial<Pick<EndpointRow, 'failingSince' | 'state' | 'disabledAt'>>) => {
    await tx.webhooks.updateEndpoint(row.id, change);
    tx.afterCommit(() => Object.assign(row, change));
    return false;
  };
  if (result.type === 'taken') {
    if (row.failingSince === null) return false;
    return keep({ failingSince: null });
  }
  const failingSince = row.failingSince ?? now;
  const gone = result.type === 'gone';
  const disables =
    (gone || now - failingSince >= disableAfterMs) &&
    // as it is now: another call may have disabled it in the same commit
    (await tx.webhooks.endpoint(row.id))?.state === 'active';
  if (!disables) return row.failingSince === null ? keep({ failingSince }) : false;
  await keep({ failingSince, state: 'disabled', disabledAt: now });
  await tx.webhooks.setWaiting(row.id, 'dead', 0, now);
  tx.afterCommit(() => endpoints.disabled(row));
  await emit(tx, {
    type: 'webhook_endpoint.disabled',
    merchantId: row.merchantId,
    about: row.id,
    data: {
      endpoint_id: row.id,
      reason: gone ? 'gone' : 'failing',
      since: new Date(failingSince).toISOString(),
    },
  });
  return true;
}
