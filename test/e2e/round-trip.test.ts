import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Envelope } from '../../protocol/envelope.ts';
import { TestGateway } from '../gateway/gateway.ts';
import type { TestMerchant } from '../gateway/gateway.ts';
import { until } from '../gateway/ports.ts';
import type { Consumer, Line, OpenLine } from './consumers/consumer.ts';
import { openEmail } from './consumers/email.ts';
import { openMessenger } from './consumers/messenger.ts';
import { openSandbox } from './consumers/sandbox.ts';
import { openSms } from './consumers/sms.ts';
import { openTelegram } from './consumers/telegram.ts';
import { openWebchat } from './consumers/webchat.ts';
import { openWhatsApp } from './consumers/whatsapp.ts';

const lines: Record<string, OpenLine> = {
  sandbox: openSandbox,
  webchat: openWebchat,
  email: openEmail,
  smpp: openSms,
  telegram: openTelegram,
  whatsapp: openWhatsApp,
  messenger: openMessenger,
};
const names = ['Aster', 'Borage', 'Clover'];
const options = [
  { id: 'slot/mon', title: 'Monday' },
  { id: 'slot/tue', title: 'Tuesday' },
  { id: 'slot/wed', title: 'Wednesday' },
];

interface House {
  merchant: TestMerchant;
  lines: Map<string, Line>;
}

let gateway: TestGateway;
const houses: House[] = [];

beforeAll(async () => {
  gateway = await TestGateway.start();
  for (const name of names) houses.push({ merchant: await gateway.merchant(name, 'test'), lines: new Map() });
  await Promise.all(
    houses.flatMap((house) =>
      Object.entries(lines).map(async ([connector, open]) =>
        house.lines.set(connector, await open(house.merchant)),
      ),
    ),
  );
});

afterAll(async () => {
  for (const { lines: own, merchant } of houses)
    await Promise.all([...[...own.values()].map((line) => line.close()), merchant.receiver.close()]);
  await gateway?.stop();
});

const sees = (consumer: Consumer, text: string) =>
  until(`"${text}" to arrive`, async () => (await consumer.texts()).some((one) => one.includes(text)));

describe.each(Object.keys(lines))('%s', (connector) => {
  // the same person writes to all three: by the same address, wherever a channel has one
  it.each(names.map((name, index) => ({ name, index })))(
    '$name: there and back, and a question answered',
    async ({ name, index }) => {
      const { merchant, lines: own } = houses[index]!;
      const line = own.get(connector)!;
      const consumer = await line.consumer(1);
      const { receiver } = merchant;

      const greeting = `Bonjour ${name}, ça va ? Łódź 🚲 <b>&amp;</b>`;
      await consumer.writes(greeting);
      const { data: inbound, ...event } = await receiver.event(
        'message.received',
        ({ data }) => data.account_id === line.accountId,
      );
      expect(inbound).toMatchObject({
        channel: line.channel,
        direction: 'inbound',
        address: consumer.address,
        sequence: 1,
        test: true,
      });
      expect(inbound.content).toEqual(line.received(greeting));
      expect(event).toMatchObject({
        merchantid: merchant.id,
        conversationid: inbound.conversation_id,
        source: `/merchants/${merchant.id}`,
      });

      const reply = `${name} answers on ${connector} – œuf`;
      const answer = await merchant.send(
        inbound.conversation_id,
        { kind: 'text', text: reply },
        { metadata: { of: name } },
      );
      await sees(consumer, reply);
      await merchant.state(answer, line.ends);
      await receiver.event(
        'delivery.updated',
        ({ data }) =>
          data.message_id === answer && data.state === line.ends && data.metadata?.['of'] === name,
      );

      const question = await merchant.send(inbound.conversation_id, {
        kind: 'choice',
        text: `${name} asks: which day?`,
        options,
      });
      await sees(consumer, `${name} asks: which day?`);
      await consumer.answers({ place: 2, title: 'Tuesday' });
      const { data: answered } = await receiver.event(
        'choice.answered',
        ({ data }) => data.message_id === question,
      );
      expect(answered).toMatchObject({
        conversation_id: inbound.conversation_id,
        options: [{ id: 'slot/tue', title: 'Tuesday' }],
        via: line.via,
      });
      const { data: said } = await receiver.event(
        'message.received',
        ({ data }) => data.id === answered.answered_by,
      );
      expect(said).toMatchObject({
        direction: 'inbound',
        account_id: line.accountId,
        sequence: 4,
        answer: { message_id: question },
      });
      await merchant.state(question, line.ends);
    },
  );
});

/** Every string in an event, at any depth. */
const strings = (value: unknown): string[] =>
  typeof value === 'string'
    ? [value]
    : typeof value === 'object' && value !== null
      ? Object.values(value).flatMap(strings)
      : [];

it('no merchant saw anything of another', async () => {
  const accounts = await Promise.all(
    houses.map(async ({ merchant }) =>
      (
        (await merchant.call('GET', '/v1/accounts?limit=100')).body['data'] as unknown as { id: string }[]
      ).map(({ id }) => id),
    ),
  );
  for (const [index, { merchant }] of houses.entries()) {
    const { events } = merchant.receiver;
    const received = events.filter(({ type }) => type === 'message.received');
    // two messages on each of seven channels, and each webhook once
    expect(received).toHaveLength(14);
    expect([...merchant.receiver.times.values()].filter((times) => times !== 1)).toEqual([]);
    expect(new Set(events.map(({ merchantid }) => merchantid))).toEqual(new Set([merchant.id]));
    const foreign = [
      ...houses.filter((other) => other.merchant !== merchant).map((other) => other.merchant.id),
      ...accounts.filter((_, i) => i !== index).flat(),
    ];
    const foreignNames = names.filter((name) => name !== names[index]);
    const leaks = events.filter((event: Envelope) =>
      strings(event).some(
        (text) => foreign.some((id) => text.includes(id)) || foreignNames.some((name) => text.includes(name)),
      ),
    );
    expect(leaks).toEqual([]);
  }
});

it('nobody can reach another merchant’s conversation, message, consumer or account', async () => {
  const [own, other] = houses as [House, House, House];
  const { data } = await other.merchant.receiver.event('message.received');
  const body = { to: data.conversation_id, content: { kind: 'text', text: 'hello' } };
  const asked = await Promise.all([
    own.merchant.call('GET', `/v1/messages/${data.id}`),
    own.merchant.call('GET', `/v1/messages/${data.id}/trace`),
    own.merchant.call('GET', `/v1/conversations/${data.conversation_id}`),
    own.merchant.call('GET', `/v1/conversations/${data.conversation_id}/messages`),
    own.merchant.call('GET', `/v1/consumers/${data.consumer_id}`),
    own.merchant.call('GET', `/v1/accounts/${data.account_id}`),
    own.merchant.call('POST', `/v1/messages`, body),
  ]);
  expect(asked.map(({ status }) => status)).toEqual(asked.map(() => 404));
  const from = await own.merchant.call('POST', '/v1/messages', {
    to: 'sandbox:person-1',
    from: data.account_id,
    content: body.content,
  });
  expect(from).toMatchObject({ status: 422, body: { code: 'no_route' } });
});
