import { expect, test } from 'vitest';
import {
  delivery,
  engine,
  inState,
  later,
  platform,
  post,
  requests,
  updates,
  useDispatcher,
} from '../dispatch/dispatcher.testing.ts';
import { until } from '../../test/gateway/ports.ts';
import { Conditions } from './conditions.ts';
import { ExchangeLog } from '../exchanges/log.ts';
import { removeAccount } from './manage.ts';
import type { AccountOptions } from './options.ts';

useDispatcher();

const remove = async (merchantId: string, id: string) => {
  const { store, clock, log } = engine;
  const options = {
    ...engine,
    conditions: new Conditions(),
    exchanges: new ExchangeLog({ store, clock, log }),
  };
  await removeAccount(options as unknown as AccountOptions, merchantId, id);
};

test('an account removed mid-conversation loses nothing: what waits ends with a reason, what was said stays', async () => {
  const live = await engine.account();
  const { merchantId, id: accountId } = live.row;
  const said = await post(live, 'ada', 'said');
  await inState(said, 'sent');
  platform(async () => later);
  const waiting = [
    await post(live, 'ada', 'one'),
    await post(live, 'ada', 'two'),
    await post(live, 'bob', 'three'),
  ];
  await until('a first try', () => requests.length > 2);
  await remove(merchantId, accountId);
  expect(await engine.store.read.accounts.byId(accountId)).toBeUndefined();
  engine.clock.advance(3_600_000);
  for (const id of waiting) {
    await inState(id, 'failed');
    expect((await delivery(id)).failure).toMatchObject({ code: 'no_route', permanent: true });
    expect(updates(id).at(-1)).toMatchObject({ state: 'failed', failure: { code: 'no_route' } });
  }
  const message = (await engine.store.read.messages.byId(said))!;
  expect(message.content).toEqual({ kind: 'text', text: 'said' });
  const thread = await engine.store.read.messages.ofConversation(message.conversationId, 1e9, 10);
  expect(thread.map(({ content }) => 'text' in content && content.text)).toEqual(['two', 'one', 'said']);
  expect((await delivery(said)).state).toBe('sent');
});

test('what is on its way when the account goes is settled by how it ends', async () => {
  const live = await engine.account();
  let answer: () => void = () => {};
  platform(async () => {
    await new Promise<void>((resolve) => (answer = resolve));
    return { type: 'sent', providerIds: ['p-1'] };
  });
  const id = await post(live, 'ada');
  await until('the send', () => requests.length === 1);
  await remove(live.row.merchantId, live.row.id);
  answer();
  await inState(id, 'sent');
});
