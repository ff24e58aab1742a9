import { expect, test } from 'vitest';
import type { SendOutcome } from '../../connectors/contract/index.ts';
import { failure } from '../../protocol/failures.ts';
import { until } from '../../test/gateway/ports.ts';
import { traceOf } from '../messages/trace.ts';
import {
  delivery,
  dispatcher,
  engine,
  inState,
  later,
  looked,
  passing,
  platform,
  post,
  requests,
  sent,
  useDispatcher,
} from './dispatcher.testing.ts';

useDispatcher();

const open = async (answer: SendOutcome, live = engine.account()) => {
  const account = await live;
  platform(async (...all) => (all[0] === account ? answer : sent(...all)));
  const ids: string[] = [];
  for (let i = 0; i < 5; i++) ids.push(await post(account, `f${i}`));
  await until('it to open', () => dispatcher.broken.length === 1);
  return { account, ids };
};
const said = async (id: string) =>
  (await traceOf(engine.store.read, id)).filter(({ step }) => step === 'breaker_open');

test('open, nothing is sent and no attempt is spent; the trace says so once; the log says which account', async () => {
  const { account } = await open(later);
  const before = requests.length;
  const id = await post(account, 'ada');
  await until('the trace', async () => (await said(id)).length > 0);
  for (let i = 0; i < 3; i++) await looked();
  expect(await said(id)).toHaveLength(1);
  expect((await said(id))[0]!.detail['until']).toMatch(/^\d{4}-/);
  expect(await delivery(id)).toMatchObject({ state: 'queued', attempts: 0 });
  expect(requests).toHaveLength(before);
  expect(engine.log.entries).toContainEqual({
    event: 'breaker.opened',
    fields: { accountId: account.row.id, connector: 'probe', code: 'platform_unavailable' },
  });
});

test('invariant 7: another account goes on', async () => {
  await open(later);
  const other = await engine.account({ merchantId: 'mer_2' });
  await inState(await post(other, 'ada'), 'sent');
});

test('one probe at a time finds out whether it works again, and all that waited goes out', async () => {
  const { account, ids } = await open(later);
  const waiting = await Promise.all(['a', 'b', 'c'].map((one) => post(account, one)));
  const gate = Promise.withResolvers<void>();
  platform(async (...all) => {
    await gate.promise;
    return sent(...all);
  });
  const before = requests.length;
  await passing('the probe', () => requests.length > before, 500);
  for (let i = 0; i < 3; i++) await looked();
  expect(requests).toHaveLength(before + 1);
  gate.resolve();
  await passing('all', async () => {
    for (const id of [...ids, ...waiting]) if ((await delivery(id)).state !== 'sent') return false;
    return true;
  });
  expect(dispatcher.broken).toEqual([]);
  expect(engine.log.entries.map(({ event }) => event)).toContain('breaker.closed');
});

test('invariant 1: an outage costs no message its attempts, however long, until its time is over', async () => {
  const { account } = await open(later);
  const id = await post(account, 'ada');
  const brief = await post(account, 'bob', 'brief', { valid_for: 3600 });
  await passing('an hour', async () => (await delivery(brief)).state === 'expired', 20_000);
  await passing('two days', () => engine.clock.now() > 1_790_000_000_000 + 2 * 86_400_000, 3600_000);
  expect((await delivery(id)).state).toBe('queued');
  platform(sent);
  await passing('it to be sent', async () => (await delivery(id)).state === 'sent', 20_000);
});

test('credentials that are refused cost no more than what opened it, and renewed they work at once', async () => {
  const { account, ids } = await open({ type: 'rejected', failure: failure('account_unauthorized') });
  const id = await post(account, 'ada');
  const before = requests.length;
  await passing('probes', () => requests.length >= before + 3, 5000);
  expect((await delivery(id)).state).toBe('queued');
  // the first four failed; the one that opened it waits with the others
  expect((await Promise.all(ids.map(delivery))).map(({ state }) => state).toSorted()).toEqual([
    'failed',
    'failed',
    'failed',
    'failed',
    'queued',
  ]);
  platform(sent);
  engine.registry.put(account.row);
  expect(dispatcher.broken).toEqual([]);
  await passing('it to be sent', async () => (await delivery(id)).state === 'sent');
});

test('refusals of single recipients never open it, nor one recipient’s trouble', async () => {
  const live = await engine.account();
  platform(async () => ({ type: 'rejected', failure: failure('unreachable') }));
  for (let i = 0; i < 20; i++) await inState(await post(live, `p${i}`), 'failed');
  platform(async () => later);
  const id = await post(live, 'ada');
  await passing('its end', async () => (await delivery(id)).state === 'failed', 60_000);
  expect(dispatcher.broken).toEqual([]);
});

test('a clock that is set back while it is open: a probe goes in its time', async () => {
  const { account, ids } = await open(later);
  const waiting = await post(account, 'ada');
  await looked();
  engine.clock.advance(-600_000);
  platform(sent);
  // as the gateway's watch over the clock does it
  await engine.store.write(async (tx) => {
    for (const id of [...ids, waiting]) await tx.deliveries.update(id, { nextAttemptAt: engine.clock.now() });
  });
  await passing('the probe', async () => (await delivery(waiting)).state === 'sent', 100);
  expect(dispatcher.broken).toEqual([]);
});
