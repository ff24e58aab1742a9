import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Connector, Context, ReachOutcome } from '../../connectors/contract/index.ts';
import { failure } from '../../protocol/failures.ts';
import { fakeClock, fakeHttp, answered, keptLog, probeConnector } from '../../test/gateway/engine.ts';
import type { LiveAccount } from '../accounts/registry.ts';
import { Reachability, reachTimes } from './reachability.ts';

const no: ReachOutcome = { type: 'no', failure: failure('unreachable') };
const yes: ReachOutcome = { type: 'yes' };
const unknown: ReachOutcome = { type: 'unknown' };

let clock: ReturnType<typeof fakeClock>;
let log: ReturnType<typeof keptLog>;
let stop: AbortController;
let reachability: Reachability;
let asked: string[];

beforeEach(() => {
  vi.useFakeTimers();
  clock = fakeClock();
  log = keptLog();
  stop = new AbortController();
  asked = [];
  const http = fakeHttp(() => answered(200));
  const context: Context = { http, log, now: clock.now, random: clock.random, signal: stop.signal };
  reachability = new Reachability({ context });
});
afterEach(() => void vi.useRealTimers());

const account = (id: string, reach: NonNullable<Connector['reach']>): LiveAccount =>
  ({
    row: { id, merchantId: `mer_${id}`, connector: 'probe' },
    account: { id },
    connector: {
      ...probeConnector(),
      reach: (address: string, ...rest: [LiveAccount['account'], Context]) => {
        asked.push(`${id} ${address}`);
        return reach(address, ...rest);
      },
    },
  }) as unknown as LiveAccount;
const says = (id: string, outcome: ReachOutcome) => account(id, async () => outcome);
const silent = (id: string) => account(id, () => new Promise(() => {}));
const ask = (live: LiveAccount, address = 'probe:ada', lastActiveAt: number | null = null) => {
  const questions = reachability.begin();
  return questions.ask({ live, address, lastActiveAt }).finally(() => questions.end());
};
/** Where a promise is when the clock of the machine has moved. */
const after = async (ms: number, promise: Promise<ReachOutcome>) => {
  let seen: ReachOutcome | 'waits' = 'waits';
  void promise.then((outcome) => (seen = outcome));
  await vi.advanceTimersByTimeAsync(ms);
  return seen as ReachOutcome | 'waits';
};

test('an answer holds for an hour, one that says nothing for a minute', async () => {
  const [sure, unsure] = [says('acc_1', no), says('acc_2', unknown)];
  expect([await ask(sure), await ask(sure), await ask(unsure), await ask(unsure)]).toEqual([
    no,
    no,
    unknown,
    unknown,
  ]);
  expect(asked).toHaveLength(2);
  clock.advance(reachTimes.unknownMs);
  await Promise.all([ask(sure), ask(unsure)]);
  expect(asked.slice(2)).toEqual(['acc_2 probe:ada']);
  clock.advance(reachTimes.keptMs);
  await ask(sure);
  expect(asked.slice(3)).toEqual(['acc_1 probe:ada']);
});

test('no account learns what another was told', async () => {
  expect(await ask(says('acc_1', no))).toEqual(no);
  expect(await ask(says('acc_2', yes))).toEqual(yes);
  expect(asked).toEqual(['acc_1 probe:ada', 'acc_2 probe:ada']);
});

test('a platform that does not answer holds up nobody beyond the limit, and then nobody at all for a while', async () => {
  const slow = silent('acc_1');
  const first = ask(slow);
  expect(await after(reachTimes.waitMs - 1, first)).toBe('waits');
  expect(await after(1, first)).toEqual(unknown);
  expect(await ask(slow, 'probe:bob')).toEqual(unknown);
  expect(asked).toHaveLength(1);
  clock.advance(reachTimes.slowMs);
  const again = ask(slow, 'probe:bob');
  expect(await after(0, again)).toBe('waits');
  expect(asked).toHaveLength(2);
  expect(await after(reachTimes.waitMs, again)).toEqual(unknown);
});

test('the limit is for all ways of a send together', async () => {
  const questions = reachability.begin();
  const [one, two] = [silent('acc_1'), silent('acc_2')];
  const of = (live: LiveAccount) => ({ live, address: 'probe:ada', lastActiveAt: null });
  expect(await after(reachTimes.waitMs, questions.ask(of(one)))).toEqual(unknown);
  expect(await questions.ask(of(two))).toEqual(unknown);
  expect(asked).toEqual(['acc_1 probe:ada']);
  // the second was not slow, there was no time left to ask
  expect(await after(0, ask(two))).toBe('waits');
});

test('who was asked with what was left of the time is not called slow', async () => {
  const questions = reachability.begin();
  const [one, two] = [
    account('acc_1', () => new Promise((resolve) => void setTimeout(() => resolve(no), 1000))),
    silent('acc_2'),
  ];
  const of = (live: LiveAccount) => ({ live, address: 'probe:ada', lastActiveAt: null });
  expect(await after(1000, questions.ask(of(one)))).toEqual(no);
  const second = questions.ask(of(two));
  expect(await after(reachTimes.waitMs - 1001, second)).toBe('waits');
  expect(await after(1, second)).toEqual(unknown);
  expect(await after(0, ask(two, 'probe:bob'))).toBe('waits');
});

test('an answer that comes late is there for the next send; one that never comes is given up', async () => {
  let answer: (outcome: ReachOutcome) => void = () => {};
  const late = account('acc_1', () => new Promise((resolve) => (answer = resolve)));
  expect(await after(reachTimes.waitMs, ask(late))).toEqual(unknown);
  answer(no);
  await vi.advanceTimersByTimeAsync(0);
  expect(await ask(late)).toEqual(no);
  const never = silent('acc_2');
  expect(await after(reachTimes.waitMs, ask(never))).toEqual(unknown);
  await vi.advanceTimersByTimeAsync(reachTimes.callMs);
  clock.advance(reachTimes.unknownMs);
  void ask(never);
  expect(asked.filter((one) => one.startsWith('acc_2'))).toHaveLength(2);
});

test('the same is asked once at a time, and an account only so much', async () => {
  const slow = silent('acc_1');
  const all = Array.from({ length: 60 }, (_, i) => ask(slow, `probe:n${i % 30}`));
  expect(asked).toHaveLength(20);
  expect(await ask(says('acc_2', yes))).toEqual(yes);
  await vi.advanceTimersByTimeAsync(reachTimes.waitMs);
  expect(await Promise.all(all)).toEqual(all.map(() => unknown));
});

test('what is kept is bounded, and the oldest goes first', async () => {
  const live = says('acc_1', no);
  for (let i = 0; i < 10_005; i++) await ask(live, `probe:n${i}`);
  expect(reachability.size).toBe(10_000);
  await ask(live, 'probe:n10004');
  expect(asked).toHaveLength(10_005);
  await ask(live, 'probe:n0');
  expect(asked).toHaveLength(10_006);
});

test('who wrote there within the hour can be reached, whatever was said before', async () => {
  const live = says('acc_1', no);
  await ask(live);
  expect(await ask(live, 'probe:ada', clock.now())).toEqual(yes);
  expect(await ask(live, 'probe:ada', clock.now() - reachTimes.keptMs)).toEqual(no);
});

test('an account that changed is asked anew, and what it was told before is not kept', async () => {
  let answer: (outcome: ReachOutcome) => void = () => {};
  const live = account('acc_1', () => new Promise((resolve) => (answer = resolve)));
  const before = ask(live);
  reachability.forget('acc_1');
  answer(no);
  expect(await before).toEqual(no);
  expect(reachability.size).toBe(0);
  await ask(says('acc_2', no));
  reachability.forget('acc_2');
  await ask(says('acc_2', yes));
  expect(asked).toHaveLength(3);
});

test('a connector that throws is unknown and told of without the address; nothing outlives the gateway', async () => {
  const broken = account('acc_1', async () => {
    throw new Error('broken');
  });
  expect(await ask(broken)).toEqual(unknown);
  expect(log.entries.map(({ event }) => event)).toEqual(['connector.reach_threw']);
  expect(JSON.stringify(log.entries)).not.toContain('ada');
  const hanging = ask(silent('acc_2'));
  stop.abort();
  expect(await hanging).toEqual(unknown);
  expect(await ask(says('acc_3', yes))).toEqual(unknown);
  expect(vi.getTimerCount()).toBe(0);
});
