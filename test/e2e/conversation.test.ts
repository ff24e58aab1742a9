import { createHmac } from 'node:crypto';
import { createTransport } from 'nodemailer';
import { expect, it } from 'vitest';
import { until } from '../gateway/ports.ts';
import { phoneOf } from './consumers/consumer.ts';
import { openEmail } from './consumers/email.ts';
import { openSms } from './consumers/sms.ts';
import { openTelegram } from './consumers/telegram.ts';
import { openWhatsApp } from './consumers/whatsapp.ts';
import { useHouse } from './house.ts';
import { textsOf, threadOf } from './threads.ts';

const house = useHouse({ telegram: openTelegram, whatsapp: openWhatsApp, sms: openSms, email: openEmail });

const receivedFrom = (address: string) =>
  house.merchant.receiver.events.flatMap((event) =>
    event.type === 'message.received' && event.data.address === address ? [event.data] : [],
  );
const openedBy = (conversationId: string) =>
  house.merchant.receiver.events.filter(
    (event) => event.type === 'conversation.opened' && event.data.conversation_id === conversationId,
  );
const numbered = (n: number, word: string) => Array.from({ length: n }, (_, i) => `${word} ${i + 1}`);

const post = async (url: string, body: string, headers: Record<string, string>): Promise<number> =>
  (await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body }))
    .status;

const update = (userId: number, id: number, text: string) =>
  JSON.stringify({
    update_id: 900_000 + id,
    message: {
      message_id: id,
      date: 1_795_312_800,
      chat: { id: userId, type: 'private' },
      from: { id: userId, is_bot: false, first_name: 'Noa' },
      text,
    },
  });

it('opens one conversation when first messages come in parallel, by many hook requests', async () => {
  const userId = 8_100_001;
  const wanted = numbered(20, 'first');
  const statuses = await Promise.all(
    wanted.map((text, i) =>
      post(house.telegram.hookUrl, update(userId, 5000 + i, text), house.telegram.hookHeaders),
    ),
  );
  expect(statuses).toEqual(wanted.map(() => 200));
  const messages = await until(
    '20 messages',
    () => receivedFrom(`telegram:${userId}`).length === 20 && receivedFrom(`telegram:${userId}`),
  );
  const [conversationId, ...others] = new Set(messages.map((message) => message.conversation_id));
  expect(others).toEqual([]);
  expect(openedBy(conversationId!)).toHaveLength(1);
  expect(new Set(messages.map((message) => message.consumer_id)).size).toBe(1);
  expect(messages.map(({ sequence }) => sequence)).toEqual(wanted.map((_, i) => i + 1));
  expect(textsOf(messages).toSorted()).toEqual(wanted.toSorted());
  expect(await threadOf(house.merchant, conversationId!)).toHaveLength(20);
});

/** Five times the same of a platform at once, and what the platform is told each time. */
const repeats: Record<
  string,
  (text: string) => Promise<{ address: string; answers: unknown[]; accepted: unknown }>
> = {
  telegram: async (text) => {
    const body = update(8_100_002, 6000, text);
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => post(house.telegram.hookUrl, body, house.telegram.hookHeaders)),
    );
    return { address: 'telegram:8100002', answers, accepted: 200 };
  },
  whatsapp: async (text) => {
    const { config, credentials } = house.whatsapp.meta.accounts.whatsapp;
    const from = {
      from: '33639980077',
      from_user_id: 'FR.7700',
      id: 'wamid.repeated',
      timestamp: '1795312800',
      type: 'text',
      text: { body: text },
    };
    const value = {
      messaging_product: 'whatsapp',
      metadata: { phone_number_id: config['phone_number_id'] },
      contacts: [{ wa_id: '33639980077', user_id: 'FR.7700' }],
      messages: [from],
    };
    const body = JSON.stringify({
      object: 'whatsapp_business_account',
      entry: [{ id: config['waba_id'], changes: [{ field: 'messages', value }] }],
    });
    const signature = createHmac('sha256', credentials['app_secret']!).update(body).digest('hex');
    const answers = await Promise.all(
      Array.from({ length: 5 }, () =>
        post(house.whatsapp.meta.whatsapp.hooks.url!, body, { 'x-hub-signature-256': `sha256=${signature}` }),
      ),
    );
    return { address: 'whatsapp:FR.7700', answers, accepted: 200 };
  },
  email: async (text) => {
    const mailer = createTransport({ host: '127.0.0.1', port: house.gateway.smtpPort, ignoreTLS: true });
    const mail = {
      from: 'repeats@example.com',
      to: house.email.mailbox,
      subject: 'Again',
      text,
      messageId: '<repeated@example.com>',
    };
    const sent = await Promise.all(Array.from({ length: 5 }, () => mailer.sendMail(mail)));
    mailer.close();
    return {
      address: 'mailto:repeats@example.com',
      answers: sent.map(({ response }) => response.slice(0, 3)),
      accepted: '250',
    };
  },
};

it.each(Object.keys(repeats))('takes five repeats of %s at once for one message', async (connector) => {
  const { address, answers, accepted } = await repeats[connector]!(`once on ${connector}`);
  expect(answers).toEqual(answers.map(() => accepted));
  await until('the message', () => receivedFrom(address).length > 0);
  // whatever came after it has been there long since, once a later message is
  await (await house.sms.consumer(9)).writes(`after ${connector}`);
  await house.merchant.receiver.event(
    'message.received',
    ({ data }) => data.content.text === `after ${connector}`,
  );
  expect(textsOf(receivedFrom(address))).toEqual([`once on ${connector}`]);
  expect(textsOf(await threadOf(house.merchant, receivedFrom(address)[0]!.conversation_id))).toEqual([
    `once on ${connector}`,
  ]);
});

it(
  'keeps 200 messages in and 40 out in order, through the platform’s trouble',
  { timeout: 60_000 },
  async () => {
    const { meta } = house.whatsapp;
    const user = meta.whatsapp.user(phoneOf(4));
    user.reads = false;
    await user.writes('in 0');
    const { data } = await house.merchant.receiver.event(
      'message.received',
      ({ data: { content } }) => content.text === 'in 0',
    );
    // WhatsApp takes a burst of 45 to one person, then one in 6 s
    const [inbound, outbound] = [numbered(200, 'in'), numbered(40, 'out')];
    meta.callbacks = 'none';
    const sending = (async () => {
      for (const [i, text] of outbound.entries()) {
        if (i === 10) meta.fault('throttle');
        if (i === 25) meta.fault('fail', 2);
        await house.merchant.send(data.conversation_id, { kind: 'text', text });
      }
    })();
    const writing = (async () => {
      for (const [i, text] of inbound.entries()) {
        // one refusal of the merchant's own: what comes behind it in this conversation waits
        if (i === 50) house.merchant.receiver.answers.push(503);
        await user.writes(text);
      }
    })();
    await Promise.all([sending, writing]);
    await until('the last one out', () => user.shown.length >= outbound.length, 40_000);
    const received = () =>
      house.merchant.receiver.events.flatMap((event) =>
        event.type === 'message.received' && event.data.conversation_id === data.conversation_id
          ? [event.data]
          : [],
      );
    await until('the last one in', () => received().length >= 201, 40_000);
    meta.callbacks = 'normal';
    expect(user.shown.map(({ text }) => text)).toEqual(outbound);
    expect(textsOf(received())).toEqual(['in 0', ...inbound]);
    const all = await threadOf(house.merchant, data.conversation_id);
    expect(all.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 241 }, (_, i) => i + 1));
    for (const [direction, texts] of [
      ['inbound', ['in 0', ...inbound]],
      ['outbound', outbound],
    ] as const)
      expect(textsOf(all.filter((message) => message.direction === direction))).toEqual(texts);
  },
);
