import { expect, it } from 'vitest';
import type { HookRequest } from '../contract/index.ts';
import { parse } from './inbound.ts';

const update = (fields: object): HookRequest => ({
  method: 'POST',
  path: '',
  url: 'https://gateway.test/hooks/telegram/acc_1',
  query: new URLSearchParams(),
  headers: {},
  body: new TextEncoder().encode(JSON.stringify({ update_id: 1, ...fields })),
});

const from = { id: 700100200, is_bot: false, first_name: 'Noa' };

it('lets a payment through that the consumer confirms: Telegram waits for the answer', () => {
  const parsed = parse(
    update({
      pre_checkout_query: {
        id: 'q1',
        from,
        currency: 'EUR',
        total_amount: 4800,
        invoice_payload: 'ORDER-42',
      },
    }),
  );
  expect(parsed).toMatchObject({ ok: true, items: [{ type: 'ignored' }] });
  expect(parsed.ok && JSON.parse(parsed.response?.body ?? '{}')).toEqual({
    method: 'answerPreCheckoutQuery',
    pre_checkout_query_id: 'q1',
    ok: true,
  });
});

it('takes no payment from a group', () => {
  const payment = {
    currency: 'EUR',
    total_amount: 4800,
    invoice_payload: 'ORDER-42',
    telegram_payment_charge_id: 'charge-1',
  };
  const chat = { id: -100, type: 'supergroup' };
  const parsed = parse(
    update({ message: { message_id: 1, date: 1, chat, from, successful_payment: payment } }),
  );
  expect(parsed).toMatchObject({ ok: true, items: [{ type: 'ignored', reason: 'not a private chat' }] });
});
