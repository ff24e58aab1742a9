import { describe, expect, it } from 'vitest';
import { until } from '../gateway/ports.ts';
import { phoneOf } from './consumers/consumer.ts';
import { openEmail } from './consumers/email.ts';
import { openMessenger } from './consumers/messenger.ts';
import { openSandbox } from './consumers/sandbox.ts';
import { openSms } from './consumers/sms.ts';
import { openTelegram } from './consumers/telegram.ts';
import { openWhatsApp } from './consumers/whatsapp.ts';
import { useHouse } from './house.ts';
import { received } from './threads.ts';

const house = useHouse(
  {
    telegram: openTelegram,
    whatsapp: openWhatsApp,
    messenger: openMessenger,
    email: openEmail,
    sms: openSms,
    sandbox: openSandbox,
  },
  'test',
);
const ada = {
  telegram: () => house.telegram.person(1),
  whatsapp: () => house.whatsapp.meta.whatsapp.user(phoneOf(1)),
  messenger: () => house.messenger.meta.messenger.user('246801'),
};
const hello = async (channel: keyof typeof ada, text: string) => {
  await ada[channel]().writes(text);
  return received(house.merchant, channel, ({ content }) => content.text === text);
};

describe('what is about an earlier message names it by our id', () => {
  it.each(['telegram', 'whatsapp', 'messenger'] as const)(
    '%s: a reaction and a reply of the consumer’s',
    async (channel) => {
      const { conversation_id: conversationId } = await hello(channel, `About ${channel}`);
      const ours = await house.merchant.send(conversationId, { kind: 'text', text: `Ours on ${channel}` });
      await house.merchant.state(ours, 'sent', 'delivered', 'read');
      if (channel === 'telegram') {
        const { message_id: id } = await until('ours', () =>
          ada
            .telegram()
            .received()
            .find((message) => message['text'] === 'Ours on telegram'),
        );
        await ada.telegram().reacts(id, '👍');
        await ada.telegram().writes('To that', { replyTo: id });
      } else {
        const { id } = await until('ours', () =>
          ada[channel]().shown.find(({ text }) => text === `Ours on ${channel}`),
        );
        await ada[channel]().reacts('👍', id);
        await ada[channel]().replies('To that', id);
      }
      const reaction = await received(house.merchant, channel, ({ content }) => content.kind === 'reaction');
      expect(reaction.content).toMatchObject({ kind: 'reaction', message_id: ours, emoji: '👍' });
      expect(
        await received(house.merchant, channel, ({ content }) => content.text === 'To that'),
      ).toMatchObject({
        reply_to: ours,
        conversation_id: conversationId,
      });
    },
  );

  it('telegram and messenger: an edit, and on messenger a removal, of the consumer’s own', async () => {
    const typo = await hello('telegram', 'At ate');
    await ada.telegram().edits(ada.telegram().chat.messages.at(-1)!.message_id, 'At eight');
    expect(
      (await received(house.merchant, 'telegram', ({ content }) => content.kind === 'edit')).content,
    ).toMatchObject({
      message_id: typo.id,
      text: 'At eight',
    });
    const mid = await ada.messenger().writes('At nein');
    const { id } = await received(house.merchant, 'messenger', ({ content }) => content.text === 'At nein');
    await ada.messenger().edits(mid, 'At nine');
    expect(
      (await received(house.merchant, 'messenger', ({ content }) => content.kind === 'edit')).content,
    ).toMatchObject({
      message_id: id,
      text: 'At nine',
    });
    await ada.messenger().takesBack(mid);
    expect(
      (await received(house.merchant, 'messenger', ({ content }) => content.kind === 'removal')).content,
    ).toMatchObject({
      message_id: id,
    });
  });

  it('the merchant’s reaction, reply, edit and removal arrive at the message meant', async () => {
    const asked = { id: (await hello('whatsapp', 'Which one?')).id, chat: ada.whatsapp() };
    const theirs = await hello('telegram', 'React to this');
    const { chat } = ada.telegram();
    const theirNumber = chat.messages.at(-1)!.message_id;
    const to = theirs.conversation_id;
    const done = async (content: object, more: object = {}) => {
      const id = await house.merchant.send(to, content, more);
      await house.merchant.state(id, 'sent');
      return id;
    };
    await done({ kind: 'reaction', message_id: theirs.id, emoji: '👍' });
    expect(chat.reactions.get(theirNumber)).toEqual(['👍']);
    const reply = await done({ kind: 'text', text: 'A reply' }, { reply_to: theirs.id });
    const shown = chat.messages.at(-1)!;
    expect(shown).toMatchObject({ text: 'A reply', reply_to_message: { message_id: theirNumber } });
    await done({ kind: 'edit', message_id: reply, text: 'A better reply' });
    expect(shown['text']).toBe('A better reply');
    await done({ kind: 'removal', message_id: reply });
    expect(chat.messages).not.toContain(shown);
    await house.merchant.state(
      await house.merchant.send(
        `whatsapp:${phoneOf(1)}`,
        { kind: 'text', text: 'This one' },
        { reply_to: asked.id },
      ),
      'read',
    );
    expect(asked.chat.last).toMatchObject({
      text: 'This one',
      replyTo: expect.stringMatching(/^wamid\./) as string,
    });
  });
});

describe('preview and strict', () => {
  const choice = {
    kind: 'choice',
    text: 'Which day?',
    options: [
      { id: 'a', title: 'Monday' },
      { id: 'b', title: 'Tuesday' },
    ],
  };
  type Preview = {
    account_id: string;
    channel: string;
    parts: { content: { kind: string; text?: string }; segments?: number }[];
    losses: { what: string }[];
  };
  const preview = async (body: object) =>
    (await house.merchant.call('POST', '/v1/messages/preview', body)).body['data'] as unknown as Preview[];

  it('shows what each channel would, which is what then arrives', async () => {
    const all = await preview({ content: choice });
    expect(new Set(all.map(({ channel }) => channel))).toEqual(
      new Set(['telegram', 'whatsapp', 'messenger', 'email', 'sms', 'sandbox']),
    );
    for (const { channel, parts } of all)
      expect(parts.map(({ content }) => content.kind)).toEqual([
        channel === 'sms' || channel === 'email' ? 'text' : 'choice',
      ]);
    const [onSms] = await preview({ content: choice, accounts: [house.sms.accountId] });
    const [part] = onSms!.parts;
    expect([onSms!.channel, part!.segments]).toEqual(['sms', 1]);
    const phone = await house.sms.consumer(1);
    await house.merchant.state(await house.merchant.send(phone.address, choice), 'delivered');
    expect(await phone.texts()).toEqual([part!.content.text]);
    await house.merchant.receiver.event('delivery.updated', () => true);
    expect(
      await house.merchant.call('POST', '/v1/messages/preview', {
        content: choice,
        accounts: ['acc_01KAP00000000000000000TEST'],
      }),
    ).toMatchObject({ status: 422, body: { errors: [{ pointer: '/accounts' }] } });
  });

  it('strict refuses what would lose something, with the losses of the preview, and sends nothing', async () => {
    const content = { kind: 'text', text: '**Hello** Ada', format: 'markdown', subject: 'Hi' };
    const [{ losses }] = (await preview({ content, accounts: [house.sms.accountId] })) as [Preview];
    expect(losses.length).toBeGreaterThan(0);
    const phone = await house.sms.consumer(2);
    const refused = await house.merchant.call('POST', '/v1/messages', {
      to: phone.address,
      content,
      strict: true,
    });
    expect(refused).toMatchObject({ status: 422, body: { code: 'lossy', losses } });
    await house.merchant.state(await house.merchant.send(phone.address, content), 'delivered');
    expect(await phone.texts()).toEqual(['Hello Ada']);
    expect(
      (
        await house.merchant.call('POST', '/v1/messages', {
          to: 'sandbox:strict',
          content: choice,
          strict: true,
        })
      ).status,
    ).toBe(202);
  });
});
