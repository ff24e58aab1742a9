import { z } from 'zod';
import type { InboundItem, InboundPayment } from '../../contract/index.ts';
import { defined, timeMs, wellFormed } from '../fields.ts';
import { phoneAddress, userIdAddress } from './address.ts';
import { optionalText } from './wire.ts';

const amountSchema = z.looseObject({ value: z.number(), offset: z.number().positive() });

/** A status with `type: payment`. */
const paymentStatusSchema = z.looseObject({
  type: z.literal('payment'),
  status: z.string(),
  timestamp: z.union([z.string(), z.number()]).optional().catch(undefined),
  recipient_id: optionalText,
  recipient_user_id: optionalText,
  from: optionalText,
  payment: z.looseObject({
    reference_id: z.string().min(1).max(1024),
    amount: amountSchema.optional().catch(undefined),
    currency: optionalText,
    transaction: z
      .looseObject({
        id: z.string().min(1).max(1024).optional().catch(undefined),
        refunds: z
          .array(z.looseObject({ status: optionalText }))
          .nullish()
          .catch(undefined),
      })
      .optional()
      .catch(undefined),
  }),
});

/** "Receive payments via payment gateways on WhatsApp", as of 2025-12-12: how a transaction stands. */
const states: Readonly<Record<string, InboundPayment['state']>> = {
  pending: 'pending',
  captured: 'paid',
  failed: 'failed',
};

/** A status about a payment rather than a message; undefined for every other. */
export function paymentOf(wire: unknown): InboundItem | undefined {
  const { data } = paymentStatusSchema.safeParse(wire);
  if (!data) return undefined;
  const { payment, status } = data;
  const state = Object.hasOwn(states, status) ? states[status] : undefined;
  if (!state) return { type: 'ignored', reason: `payment status ${wellFormed(status, 64)}` };
  const phone = phoneAddress(data.recipient_id ?? data.from);
  const [address, ...aliases] = [userIdAddress(data.recipient_user_id), phone].filter(
    (each) => each !== undefined,
  );
  if (!address) return { type: 'ignored', reason: 'a payment of nobody' };
  const isRefunded = payment.transaction?.refunds?.some((refund) => refund.status === 'completed');
  return {
    type: 'payment',
    providerId: wellFormed(payment.transaction?.id ?? payment.reference_id, 1024),
    sender: { address, ...(aliases.length ? { aliases } : {}) },
    state: isRefunded ? 'refunded' : state,
    reference: wellFormed(payment.reference_id, 1024),
    ...defined({ amount: amountOf(payment), atMs: timeMs(data.timestamp, 1000) }),
  };
}

/** `value` counts in `1 / offset` of the currency; ours in its minor units. */
function amountOf({
  amount,
  currency = '',
}: {
  amount?: { value: number; offset: number } | undefined;
  currency?: string | undefined;
}): InboundPayment['amount'] {
  if (!amount || !/^[A-Z]{3}$/.test(currency)) return undefined;
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  const minor = Math.round((amount.value * 10 ** digits) / amount.offset);
  return Number.isSafeInteger(minor) ? { amount: minor, currency } : undefined;
}
