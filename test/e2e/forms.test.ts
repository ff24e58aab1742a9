import { describe, expect, it } from 'vitest';
import { until } from '../gateway/ports.ts';
import { openEmail } from './consumers/email.ts';
import { openMessenger } from './consumers/messenger.ts';
import { openSms } from './consumers/sms.ts';
import { openTelegram } from './consumers/telegram.ts';
import { openWhatsApp } from './consumers/whatsapp.ts';
import { somebody, useHouse } from './house.ts';

/** A form where the platform has none: its questions come one by one, over the real wire, and one answer comes back. */
const house = useHouse({
  email: openEmail,
  smpp: openSms,
  telegram: openTelegram,
  whatsapp: openWhatsApp,
  messenger: openMessenger,
});

const form = {
  kind: 'form',
  title: 'Your table',
  fields: [
    { id: 'name', label: 'Under which name?', type: 'text', required: true },
    {
      id: 'where',
      label: 'Where would you sit?',
      type: 'choice',
      required: true,
      options: [
        { id: 'seat/in', title: 'Inside' },
        { id: 'seat/out', title: 'Outside' },
      ],
    },
    {
      id: 'diets',
      label: 'Anything to mind?',
      type: 'choice',
      max_choices: 3,
      options: [
        { id: 'veg', title: 'Vegetarian' },
        { id: 'nuts', title: 'No nuts' },
        { id: 'milk', title: 'No milk' },
      ],
    },
    { id: 'guests', label: 'How many are you?', type: 'number', required: true },
  ],
} as const;

describe.each(['email', 'smpp', 'telegram', 'whatsapp', 'messenger'] as const)('%s', (name) => {
  it('asks one question at a time, by whatever the channel can show', async () => {
    const { merchant } = house;
    const line = house[name];
    const { consumer, conversationId } = await somebody(merchant, line);
    const sees = (text: string) =>
      until(`"${text}"`, async () => (await consumer.texts()).some((one) => one.includes(text)));

    const id = await merchant.send(conversationId, form);
    await sees('Under which name?');
    expect((await consumer.texts()).some((one) => one.includes('Where would you sit?'))).toBe(false);
    await consumer.writes('Ada');
    await sees('Where would you sit?');
    await consumer.answers({ place: 2, title: 'Outside' });
    await sees('Anything to mind?');
    await consumer.writes('1, 3');
    await sees('How many are you?');
    await consumer.writes('four');
    const { data } = await merchant.receiver.event('form.answered', (event) => event.data.message_id === id);
    expect(data).toMatchObject({
      conversation_id: conversationId,
      values: { name: 'Ada', where: 'seat/out', diets: ['veg', 'milk'], guests: 4 },
    });
    // every question is a message of the thread that says what it belongs to
    const { body } = await merchant.call('GET', `/v1/conversations/${conversationId}/messages`);
    const messages = body['data'] as unknown as { continues?: string; content: { text?: string } }[];
    expect(messages.filter(({ continues }) => continues === id)).toHaveLength(3);
    await merchant.state(id, line.ends);
  });
});
