import { z } from 'zod';

/** How a payment asked for in a thread stands. */
export const paymentStates = ['pending', 'paid', 'failed', 'cancelled', 'refunded'] as const;
export const paymentStateSchema = z.enum(paymentStates).meta({ id: 'PaymentState' });
export type PaymentState = z.infer<typeof paymentStateSchema>;

const after: Record<PaymentState, readonly PaymentState[]> = {
  pending: ['paid', 'failed', 'cancelled', 'refunded'],
  // a card refused may be followed by another that is not
  failed: ['paid', 'refunded'],
  paid: ['refunded'],
  cancelled: [],
  refunded: [],
};

/** Whether a payment may go from one state to another. State only moves forward; a repeated or late notice changes nothing. */
export const paymentMayFollow = (from: PaymentState | undefined, to: PaymentState): boolean =>
  from === undefined || after[from].includes(to);
