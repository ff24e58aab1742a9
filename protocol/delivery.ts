import { z } from 'zod';

/**
 * The states of a delivery, in the order in which they may follow one another. `uncertain` is a send whose outcome is
 * unknown: a later receipt may settle it, otherwise it ends as failed with `outcome_unknown`.
 */
export const deliveryStates = [
  'accepted',
  'queued',
  'uncertain',
  'sent',
  'delivered',
  'read',
  'failed',
  'expired',
  'suppressed',
  'cancelled',
] as const;
export const deliveryStateSchema = z.enum(deliveryStates).meta({ id: 'DeliveryState' });
export type DeliveryState = z.infer<typeof deliveryStateSchema>;

const after: Record<DeliveryState, readonly DeliveryState[]> = {
  accepted: [
    'queued',
    'uncertain',
    'sent',
    'delivered',
    'read',
    'failed',
    'expired',
    'suppressed',
    'cancelled',
  ],
  queued: ['uncertain', 'sent', 'delivered', 'read', 'failed', 'expired', 'suppressed', 'cancelled'],
  uncertain: ['sent', 'delivered', 'read', 'failed'],
  sent: ['delivered', 'read', 'failed'],
  delivered: ['read'],
  read: [],
  failed: [],
  expired: [],
  suppressed: [],
  cancelled: [],
};

/** Whether a delivery may go from one state to another. State only moves forward (invariant 5). */
export const mayFollow = (from: DeliveryState, to: DeliveryState): boolean => after[from].includes(to);

/** States from which the gateway itself does nothing more. A receipt may still move `sent` and `delivered` forward. */
export const isSettled = (state: DeliveryState): boolean =>
  state !== 'accepted' && state !== 'queued' && state !== 'uncertain';

/** States that nothing can follow. */
export const isFinal = (state: DeliveryState): boolean => after[state].length === 0;

const rank: Partial<Record<DeliveryState, number>> = {
  queued: 0,
  uncertain: 1,
  sent: 2,
  delivered: 3,
  read: 4,
};

/**
 * The state of a message out of the states of its parts: it is delivered when all its parts are, and failed as soon as one is.
 * An empty list is `queued`.
 */
export function combinedState(parts: readonly DeliveryState[]): DeliveryState {
  const broken = parts.find((state) => rank[state] === undefined);
  if (broken) return broken;
  return parts.reduce<DeliveryState>(
    (least, state) => (rank[state]! < rank[least]! ? state : least),
    parts.length ? 'read' : 'queued',
  );
}
