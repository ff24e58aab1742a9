import { expect, test } from 'vitest';
import type { SendOutcome } from '../../connectors/contract/index.ts';
import { failure } from '../../protocol/failures.ts';
import {
  attempted,
  delivery,
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
import { retryAfter } from './outcomes.ts';

useDispatcher();

test('the waits double from a second to fifteen minutes, between half of it and all', () => {
  expect([1, 2, 3, 4].map((times) => retryAfter(times, 1))).toEqual([1000, 2000, 4000, 8000]);
  expect([1, 2, 3, 4].map((times) => retryAfter(times, 0))).toEqual([500, 1000, 2000, 4000]);
  expect(retryAfter(11, 1)).toBe(900_000);
  expect(retryAfter(1000, 1)).toBe(900_000);
});

test('each attempt waits about twice as long as the one before', async () => {
  const live = await engine.account();
  const at: number[] = [];
  platform(async () => {
    at.push(engine.clock.now());
    return later;
  });
  const id = await post(live, 'ada');
  await passing('five attempts', () => at.length === 5, 100);
  const waits = at.slice(1).map((time, i) => time - at[i]!);
  // the clock of the tests draws no jitter: half of each wait, and at most a look late
  for (const [i, wait] of waits.entries()) expect(wait).toBeGreaterThanOrEqual(500 * 2 ** i);
  expect((await delivery(id)).attempts).toBe(5);
});

test.each<[string, SendOutcome]>([
  ['throttled', { type: 'throttled', retryAfterMs: 60_000, scope: 'address' }],
  ['away for now', { type: 'rejected', failure: failure('platform_unavailable'), retryAfterMs: 60_000 }],
])('Retry-After of a platform that is %s is honoured where it is longer', async (_, answer) => {
  const live = await engine.account();
  platform(async (...all) => (requests.length === 1 ? answer : sent(...all)));
  const id = await post(live, 'ada');
  const { nextAttemptAt } = await attempted(id, 1);
  expect(nextAttemptAt).toBe(engine.clock.now() + 60_000);
  engine.clock.advance(59_999);
  await looked();
  expect(requests).toHaveLength(1);
  engine.clock.advance(1);
  await inState(id, 'sent');
});

test('invariant 1: attempts are counted for each part, and only those that failed', async () => {
  const live = await engine.account();
  const parts = Array.from({ length: 15 }, (_, i) => `part ${i} of this text`).join(' ');
  let failures = 0;
  platform(async (...all) => {
    if (!all[1].idempotencyKey.endsWith('.14') || failures++ >= 11) return sent(...all);
    return later;
  });
  const id = await post(live, 'ada', parts);
  expect((await delivery(id)).partCount).toBeGreaterThanOrEqual(15);
  await passing('it to be sent', async () => (await delivery(id)).state === 'sent', 60_000);
  expect(failures).toBeGreaterThan(11);
});

test('being throttled costs no attempt, for as long as the message is wanted', async () => {
  const live = await engine.account();
  platform(async (...all) =>
    requests.length <= 20
      ? { type: 'throttled', scope: 'address' }
      : requests.length <= 30
        ? later
        : sent(...all),
  );
  const id = await post(live, 'ada');
  await passing('it to be sent', async () => (await delivery(id)).state === 'sent', 600_000);
  expect(requests).toHaveLength(31);
});
