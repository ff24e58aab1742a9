import { describe, expect, it } from 'vitest';
import { until } from '../gateway/ports.ts';
import type { CallbackMode } from '../providers/emulator.ts';
import { openMessenger } from './consumers/messenger.ts';
import { openSms } from './consumers/sms.ts';
import { openTelegram } from './consumers/telegram.ts';
import { openWhatsApp } from './consumers/whatsapp.ts';
import { somebody, useHouse } from './house.ts';
import { failureOf, statesTold } from './states.ts';

const house = useHouse({
  telegram: openTelegram,
  whatsapp: openWhatsApp,
  messenger: openMessenger,
  smpp: openSms,
});
const say = (conversationId: string, text: string) =>
  house.merchant.send(conversationId, { kind: 'text', text });

describe('receipts move a delivery forward and never back', () => {
  it.each<['whatsapp' | 'messenger', CallbackMode, string[]]>([
    ['whatsapp', 'normal', ['sent', 'delivered', 'read']],
    ['whatsapp', 'early', ['sent', 'delivered', 'read']],
    ['whatsapp', 'twice', ['sent', 'delivered', 'read']],
    ['whatsapp', 'reordered', ['sent', 'read']],
    ['messenger', 'normal', ['sent', 'delivered', 'read']],
    // a read that only says until when cannot be about what is not known to be sent
    ['messenger', 'early', ['sent', 'delivered']],
    ['messenger', 'twice', ['sent', 'delivered', 'read']],
    ['messenger', 'reordered', ['sent', 'read']],
  ])('%s, %s', async (connector, mode, states) => {
    const { meta } = house[connector];
    const { conversationId } = await somebody(house.merchant, house[connector]);
    meta.callbacks = mode;
    const messageId = await say(conversationId, `receipts ${mode}`);
    await until('the last receipt', () => statesTold(house.merchant, messageId).length >= states.length);
    await Promise.all([house.whatsapp.meta.settled(), house.messenger.meta.settled()]);
    expect(await house.merchant.state(messageId, states.at(-1)!)).toBe(states.at(-1));
    expect(statesTold(house.merchant, messageId)).toEqual(states);
    meta.callbacks = 'normal';
  });

  it.each([
    ['early', 'DELIVRD', ['sent', 'delivered'], undefined],
    ['after', 'DELIVRD', ['sent', 'delivered'], undefined],
    ['early', 'UNDELIV', ['sent', 'failed'], 'undelivered'],
  ] as const)('smpp, %s, %s', async (receiptTime, stat, states, code) => {
    const { conversationId, consumer } = await somebody(house.merchant, house.smpp);
    await house.smpp.smsc.set({ receiptTime, stat });
    const messageId = await say(conversationId, `receipts ${receiptTime} ${stat}`);
    await house.merchant.receiver.event(
      'delivery.updated',
      ({ data }) => data.message_id === messageId && data.state === states.at(-1),
    );
    // one more of the same, and one of the contrary: neither counts
    const { messageId: id } = (await house.smpp.smsc.state()).segments.find(
      ({ text }) => text === `receipts ${receiptTime} ${stat}`,
    )!;
    for (const late of ['DELIVRD', 'UNDELIV'])
      await house.smpp.smsc.command({ do: 'receipt', messageId: id, stat: late });
    await house.smpp.smsc.until(({ unacknowledged }) => unacknowledged === 0);
    await consumer.writes('later');
    await house.merchant.receiver.event(
      'message.received',
      ({ data }) => data.address === consumer.address && data.content.text === 'later',
    );
    expect(statesTold(house.merchant, messageId)).toEqual(states);
    expect(await failureOf(house.merchant, messageId)).toBe(code);
    await house.smpp.smsc.set({ receiptTime: 'after', stat: 'DELIVRD' });
  });

  it('a person who presses before the platform has answered the send is heard', async () => {
    const { n, conversationId } = await somebody(house.merchant, house.telegram);
    house.telegram.telegram.callbacks = 'early';
    const person = house.telegram.person(n);
    person.whenSent = () => person.presses('Yes');
    const question = await house.merchant.send(conversationId, {
      kind: 'choice',
      text: 'Ready?',
      options: [
        { id: 'y', title: 'Yes' },
        { id: 'n', title: 'No' },
      ],
    });
    const { data } = await house.merchant.receiver.event(
      'choice.answered',
      (event) => event.data.message_id === question,
    );
    expect(data.options).toEqual([{ id: 'y', title: 'Yes' }]);
    await house.merchant.state(question, 'sent');
    expect(house.telegram.telegram.spinning.size).toBe(0);
    house.telegram.telegram.callbacks = 'normal';
  });
});
