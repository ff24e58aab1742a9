import type { Money } from '../../../protocol/content.ts';
import { lineOf, wellFormed } from '../fields.ts';
import type { Said } from './said.ts';
import { bodies } from './wire.ts';
import type { WireMessage } from './wire.ts';

/** A cart sent from the catalogue. It has no number of its own: the message's id stands for it. */
export function readOrder(message: WireMessage): Said | undefined {
  const { data } = bodies.order.safeParse(message['order']);
  const currency = data?.product_items[0]?.currency ?? '';
  if (!data || !/^[A-Z]{3}$/.test(currency) || data.product_items.some((item) => item.currency !== currency))
    return undefined;
  const digits =
    new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
  const money = (price: number): Money => ({ amount: Math.round(price * 10 ** digits), currency });
  const items = data.product_items.slice(0, 200).map((item) => ({
    id: item.product_retailer_id.replace(/[^\u0021-\u007e]/g, '_').slice(0, 128) || '_',
    title: lineOf(item.product_retailer_id) ?? '?',
    price: money(item.item_price),
    quantity: item.quantity,
  }));
  const total = data.product_items.reduce(
    (sum, item) => sum + money(item.item_price).amount * item.quantity,
    0,
  );
  if (!Number.isSafeInteger(total)) return undefined;
  return {
    content: {
      kind: 'order',
      order_id: message.id,
      items,
      total: { amount: total, currency },
      ...(data.text ? { text: wellFormed(data.text) } : {}),
    },
  };
}
