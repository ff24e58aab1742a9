import { beforeAll, expect, it } from 'vitest';
import { until } from '../gateway/ports.ts';
import type { Json } from '../gateway/gateway.ts';
import { openSms } from './consumers/sms.ts';
import { openTelegram } from './consumers/telegram.ts';
import { somebody, useHouse } from './house.ts';

const house = useHouse({ telegram: openTelegram, sms: openSms });

/** Somebody who writes on both channels, on Telegram last. */
async function knownOnBoth() {
  const { merchant, telegram, sms } = house;
  const byPhone = await somebody(merchant, sms);
  const byBot = await somebody(merchant, telegram);
  const phone = await sms.consumer(byPhone.n);
  const { body } = await merchant.call('GET', `/v1/conversations/${byBot.conversationId}`);
  const consumer = String(body['consumer_id']);
  const linked = await merchant.call('POST', `/v1/consumers/${consumer}/link`, { address: phone.address });
  expect(linked.status).toBe(200);
  return { consumer, phone, bot: byBot.consumer, person: telegram.person(byBot.n) };
}

interface Chained {
  outcome: string;
  state: string;
  failure?: { code: string };
  fallbacks: { message_id: string; channel: string; state: string }[];
}
const message = async (id: string) =>
  (await house.merchant.call('GET', `/v1/messages/${id}`)).body as unknown as Chained;
const stepsOf = ({ body }: Json) =>
  (body['entries'] as unknown as { step: string; detail: Record<string, unknown> }[]).filter(({ step }) =>
    /^(routed|fallback|rerouted|attempt)/.test(step),
  );
const outcome = (id: string, wanted: string) =>
  until(`the outcome ${wanted}`, async () => {
    const found = await message(id);
    return found.outcome === wanted && found;
  });

let both: Awaited<ReturnType<typeof knownOnBoth>>;
beforeAll(async () => {
  both = await knownOnBoth();
}, 60_000);

it('takes back what Telegram only took, and goes by SMS where it is delivered', async () => {
  const { consumer, phone, bot } = both;
  const content = { kind: 'text', text: 'Your table is ready' };
  const fallback = [{ channel: 'sms', after: 1, until: 'delivered' }];
  const id = await house.merchant.send(consumer, content, { fallback });
  const found = await outcome(id, 'delivered');
  expect(found).toMatchObject({ state: 'failed', failure: { code: 'revoked' } });
  expect(found.fallbacks).toMatchObject([{ channel: 'sms', state: 'delivered' }]);
  expect(await bot.texts()).not.toContain('Your table is ready');
  expect((await phone.texts()).filter((text) => text === 'Your table is ready')).toHaveLength(1);
  const { data } = await house.merchant.receiver.event(
    'message.rerouted',
    (event) => event.data.message_id === id,
  );
  expect(data).toMatchObject({
    from_account_id: house.telegram.accountId,
    to_account_id: house.sms.accountId,
    to_message_id: found.fallbacks[0]!.message_id,
    reason: 'not_delivered',
    revoked: 'revoked',
  });
});

it('goes by SMS where Telegram refuses, and the trace of the first tells it all', async () => {
  const { consumer, phone, person } = both;
  // Telegram has not said so yet
  person.chat.blocked = true;
  const id = await house.merchant.send(consumer, { kind: 'text', text: 'It left' }, { fallback: true });
  const found = await outcome(id, 'delivered');
  expect(found).toMatchObject({ state: 'failed', failure: { code: 'blocked' } });
  expect((await phone.texts()).filter((text) => text === 'It left')).toHaveLength(1);
  const steps = await until('the end of the chain', async () => {
    const told = stepsOf(await house.merchant.call('GET', `/v1/messages/${id}/trace`));
    return told.at(-1)?.step === 'fallback_ended' && told;
  });
  const second = found.fallbacks[0]!.message_id;
  expect(steps.map(({ step }) => step)).toEqual([
    'routed',
    'fallback_planned',
    'attempt',
    'fallback_due',
    'rerouted',
    'routed',
    'attempt',
    'fallback_ended',
  ]);
  expect(steps.at(-2)!.detail['message_id']).toBe(second);
  expect(steps[4]!.detail).toMatchObject({ reason: 'blocked', to_message_id: second, channel: 'sms' });
  expect(JSON.stringify(steps)).not.toContain('It left');
  const child = await house.merchant.call('GET', `/v1/messages/${second}`);
  expect(child.body).toMatchObject({ fallback_of: id, channel: 'sms', state: 'delivered' });
  person.chat.blocked = false;
});

it('goes by SMS at once where Telegram said that the consumer blocked the bot, and says why', async () => {
  const { consumer, phone, bot, person } = both;
  const { merchant } = house;
  await person.blocks();
  const { data } = await merchant.receiver.event('consumer.opted_out');
  expect(data).toMatchObject({ address: bot.address, via: 'platform' });
  const id = await merchant.send(consumer, { kind: 'text', text: 'By the other way' });
  await merchant.state(id, 'delivered');
  expect(await phone.texts()).toContain('By the other way');
  const [routed] = stepsOf(await merchant.call('GET', `/v1/messages/${id}/trace`));
  expect(routed!.detail['considered']).toMatchObject([
    { channel: 'sms', verdict: 'chosen' },
    { channel: 'telegram', verdict: 'refused', refused: 'opted_out' },
  ]);
  await person.unblocks();
  const back = await merchant.receiver.event('consumer.opted_in');
  expect(back.data).toMatchObject({ address: bot.address, via: 'platform' });
});

it('an account that is removed in mid-conversation hands over', async () => {
  const { merchant, telegram } = house;
  const { consumer, phone } = both;
  const send_at = new Date(Date.now() + 1500).toISOString();
  const put = await merchant.call('PUT', '/v1/routing', { fallback: true });
  expect(put).toMatchObject({ status: 200, body: { fallback: true } });
  const id = await merchant.send(consumer, { kind: 'text', text: 'Still there?' }, { send_at });
  await merchant.call('PATCH', `/v1/accounts/${telegram.accountId}`, { state: 'disabled' });
  const found = await outcome(id, 'delivered');
  expect(found).toMatchObject({ state: 'failed', failure: { code: 'no_route' } });
  expect(await phone.texts()).toContain('Still there?');
  await merchant.call('PATCH', `/v1/accounts/${telegram.accountId}`, { state: 'active' });
  await merchant.call('PUT', '/v1/routing', {});
});

it('an account that is removed in mid-conversation loses no conversation: the next channel takes over, and says why', async () => {
  const { merchant } = house;
  const own = await openTelegram(merchant);
  const { consumer: phone } = await somebody(merchant, house.sms);
  const { consumer: bot, conversationId } = await somebody(merchant, own);
  const { body: conversation } = await merchant.call('GET', `/v1/conversations/${conversationId}`);
  const linked = await merchant.call('POST', `/v1/consumers/${String(conversation['consumer_id'])}/link`, {
    address: phone.address,
  });
  expect(linked.status).toBe(200);
  const said = await merchant.send(conversationId, { kind: 'text', text: 'One moment' });
  await merchant.state(said, 'sent');
  // one more is on its way, at a platform that answers no more
  own.telegram.fault('fail', 1000);
  const waits = await merchant.send(
    conversationId,
    { kind: 'text', text: 'It is ready' },
    { fallback: true },
  );
  await until('an attempt', async () => {
    const { body } = await merchant.call('GET', `/v1/messages/${waits}/trace`);
    return (body['entries'] as unknown as { step: string }[]).some(({ step }) => step === 'attempt');
  });
  expect((await merchant.call('DELETE', `/v1/accounts/${own.accountId}`)).status).toBe(204);

  const found = await outcome(waits, 'delivered');
  expect(found).toMatchObject({ state: 'failed', failure: { code: 'no_route' } });
  expect(found.fallbacks).toMatchObject([{ channel: 'sms', state: 'delivered' }]);
  const rerouted = await merchant.receiver.event('message.rerouted', ({ data }) => data.message_id === waits);
  expect(rerouted.data).toMatchObject({
    from_account_id: own.accountId,
    to_account_id: house.sms.accountId,
    reason: 'no_route',
    conversation_id: conversationId,
  });
  const steps = stepsOf(await merchant.call('GET', `/v1/messages/${waits}/trace`));
  const again = steps.filter(({ step }) => step === 'routed').at(-1)!;
  expect(again.detail).toMatchObject({ message_id: found.fallbacks[0]!.message_id });
  expect(again.detail['considered']).toContainEqual(
    expect.objectContaining({ channel: 'telegram', verdict: 'refused', refused: 'account_removed' }),
  );

  // the conversation goes on there, in both directions, and nothing of before is lost
  const next = await merchant.send(conversationId, { kind: 'text', text: 'Shall we bring it?' });
  await merchant.state(next, 'delivered');
  await phone.writes('Yes please');
  const { data } = await merchant.receiver.event(
    'message.received',
    (event) =>
      event.data.address === phone.address &&
      event.data.content.kind === 'text' &&
      event.data.content.text === 'Yes please',
  );
  expect(data.conversation_id).toBe(conversationId);
  const { body } = await merchant.call('GET', `/v1/conversations/${conversationId}/messages`);
  const thread = body['data'] as unknown as { channel: string; content: { text: string } }[];
  expect(thread.toReversed().map(({ channel, content }) => [channel, content.text])).toEqual([
    ['telegram', 'Hello'],
    ['sms', 'Hello'],
    ['telegram', 'One moment'],
    ['telegram', 'It is ready'],
    ['sms', 'It is ready'],
    ['sms', 'Shall we bring it?'],
    ['sms', 'Yes please'],
  ]);
  expect(await phone.texts()).toEqual(['It is ready', 'Shall we bring it?']);
  expect(await bot.texts()).toEqual(['One moment']);
  await own.close();
});

it('the preview says which channel is chosen and why; the merchant’s and the consumer’s preference count', async () => {
  const { merchant, telegram, sms } = house;
  const asked = { to: both.consumer, content: { kind: 'text', text: 'Hello' } };
  const preview = async (more: object = {}) =>
    (await merchant.call('POST', '/v1/messages/preview', { ...asked, ...more })).body['route'] as unknown as {
      account_id: string;
      considered: object[];
    };
  expect(await preview()).toMatchObject({
    account_id: telegram.accountId,
    considered: [
      { account_id: telegram.accountId, verdict: 'chosen', place: 1 },
      { account_id: sms.accountId, verdict: 'next', place: 2, behind_by: 'last_active' },
    ],
  });
  expect((await preview({ route: { exclude: ['telegram'] } })).considered).toMatchObject([
    { account_id: sms.accountId, verdict: 'chosen' },
    { account_id: telegram.accountId, refused: 'excluded' },
  ]);
  const change = { preferred_channel: 'sms' };
  const changed = await merchant.call('PATCH', `/v1/consumers/${both.consumer}`, change);
  expect(changed).toMatchObject({ status: 200, body: change });
  expect((await preview()).account_id).toBe(sms.accountId);
  expect((await preview({ route: { channels: ['telegram', 'sms'] } })).account_id).toBe(telegram.accountId);
  await merchant.call('PATCH', `/v1/consumers/${both.consumer}`, { preferred_channel: null });
  await merchant.call('PUT', '/v1/routing', { policy: ['cost'], costs: { sms: 1, [telegram.accountId]: 2 } });
  expect((await preview()).account_id).toBe(sms.accountId);
  await merchant.call('PUT', '/v1/routing', {});
});
