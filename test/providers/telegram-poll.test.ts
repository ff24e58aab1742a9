import { afterAll, beforeAll, expect, it } from 'vitest';
import { TestGateway } from '../gateway/gateway.ts';
import type { TestMerchant } from '../gateway/gateway.ts';
import { until } from '../gateway/ports.ts';
import { startTelegramEmulator } from './telegram.ts';
import type { Person, TelegramEmulator } from './telegram.ts';

/** A whole gateway that nobody can reach from outside, and a Bot API that it asks. */
const token = '900900:polled-token-of-our-own';
let gateway: TestGateway;
let merchant: TestMerchant;
let telegram: TelegramEmulator;
let noa: Person;
let accountId: string;

beforeAll(async () => {
  telegram = await startTelegramEmulator({ token });
  gateway = await TestGateway.start();
  merchant = await gateway.merchant('Aster');
  const config = { base_url: telegram.url, receive: 'poll' };
  ({ id: accountId } = await merchant.account('telegram', config, { token }));
  noa = telegram.user(42);
}, 60_000);
afterAll(async () => {
  await gateway.stop();
  await merchant.receiver.close();
  await telegram.close();
});

const account = async () => (await merchant.call('GET', `/v1/accounts/${accountId}`)).body;
interface Said {
  direction: string;
  content: { kind: string; text?: string };
}
const thread = async (id: string): Promise<Said[]> => {
  const { body } = await merchant.call('GET', `/v1/conversations/${id}/messages?limit=100`);
  return (body['data'] as unknown as Said[]).toReversed();
};

let conversationId: string;

it('talks without a public address: nothing is called, everything is fetched', async () => {
  await noa.starts();
  const { data } = await merchant.receiver.event('message.received');
  conversationId = data.conversation_id as string;
  const question = {
    kind: 'choice',
    text: 'Tea?',
    options: [
      { id: 'y', title: 'Yes' },
      { id: 'n', title: 'No' },
    ],
  };
  const asked = await merchant.send(conversationId, question);
  await merchant.state(asked, 'sent');
  await noa.presses('Yes');
  const answer = await merchant.receiver.event('choice.answered');
  expect(answer.data).toMatchObject({ message_id: asked, options: [{ id: 'y' }] });
  expect(telegram.spinning.size).toBe(0);
  expect(telegram.webhook()).toBeUndefined();
  expect((await account())['connection']).toMatchObject({ state: 'connected' });
  expect((await account())['setup']).toMatchObject({ state: 'registered' });
});

it('killed between the fetch and the commit, again and again, it loses nothing and doubles nothing', async () => {
  const said = Array.from({ length: 30 }, (_, i) => `word ${i}`);
  const taken: Promise<unknown>[] = [];
  for (let round = 0; round < 3; round++) {
    const before = telegram.calls.length;
    taken.push(...said.slice(round * 10, round * 10 + 10).map((text) => noa.writes(text)));
    // the answer to a poll is on its way, or in hand
    await until('a poll', () =>
      telegram.calls.slice(before).some(({ path }) => path.endsWith('/getUpdates')),
    );
    await gateway.end('SIGKILL');
    await gateway.start();
  }
  await Promise.all(taken);
  await until('all of it', async () => (await thread(conversationId)).length > said.length + 2, 60_000);
  const texts = (await thread(conversationId))
    .filter(({ direction }) => direction === 'inbound')
    .map(({ content }) => content.text);
  expect(texts).toEqual(['/start', 'Yes', ...said]);
  const told = () =>
    merchant.receiver.events.flatMap((event) => (event.type === 'message.received' ? [event.data.id] : []));
  await until('all events', () => new Set(told()).size >= texts.length, 60_000);
  expect(new Set(told()).size).toBe(texts.length);
}, 300_000);

it('a webhook set elsewhere shows as a reason, and set-up takes it away', async () => {
  await fetch(`${telegram.url}/bot${token}/setWebhook?url=http://127.0.0.1:9/elsewhere`);
  const down = await until('the conflict', async () => {
    const connection = (await account())['connection'] as unknown as { state: string; reason?: string };
    return connection.state === 'down' && connection;
  });
  expect(down.reason).toMatch(/409.*webhook/);
  // it sends all the same
  await merchant.state(await merchant.send(conversationId, { kind: 'text', text: 'Still here' }), 'sent');
  const before = merchant.receiver.events.length;
  expect((await merchant.call('POST', `/v1/accounts/${accountId}/setup`)).status).toBe(200);
  expect(telegram.webhook()).toBeUndefined();
  await noa.writes('back');
  await until('the message', () =>
    merchant.receiver.events.slice(before).some(({ type }) => type === 'message.received'),
  );
}, 60_000);

it('blocked by the consumer: they are opted out, and what is sent says who said so', async () => {
  await noa.blocks();
  const out = await merchant.receiver.event('consumer.opted_out');
  expect(out.data).toMatchObject({ address: 'telegram:42', via: 'platform' });
  const id = await merchant.send('telegram:42', { kind: 'text', text: 'Are you there?' });
  await merchant.state(id, 'suppressed');
  const { body } = await merchant.call('GET', `/v1/messages/${id}/trace`);
  const steps = body['entries'] as unknown as { step: string; detail: object }[];
  expect(steps.find(({ step }) => step === 'opted_out')?.detail).toMatchObject({
    via: 'platform',
    statement: 'my_chat_member:kicked',
    stated_in: out.data.message_id,
  });
  await noa.unblocks();
  await merchant.receiver.event('consumer.opted_in');
  await merchant.state(await merchant.send('telegram:42', { kind: 'text', text: 'Welcome' }), 'sent');
});
