import { expect, test } from 'vitest';
import { failure } from '../../protocol/failures.ts';
import type { FailureCode } from '../../protocol/failures.ts';
import { Breaker, verdictOf } from './breaker.ts';

const make = () => new Breaker(() => 1);
/** Failures of as many addresses, one after the other. */
const fail = (breaker: Breaker, times: number, addresses = times, nowMs = 0) =>
  Array.from({ length: times }, (_, i) =>
    breaker.record('fails', { address: `a${i % addresses}`, entered: 'pass', nowMs }),
  );

test('it opens after five failures in a row, of three addresses at least', () => {
  const breaker = make();
  expect(fail(breaker, 4)).toEqual([undefined, undefined, undefined, undefined]);
  expect(breaker.state).toBe('closed');
  expect(fail(breaker, 1)).toEqual(['opened']);
  expect(breaker.state).toBe('open');
  const single = make();
  fail(single, 50, 2);
  expect(single.state).toBe('closed');
});

test('a success, or a refusal of one recipient, begins the count anew', () => {
  const breaker = make();
  fail(breaker, 4);
  breaker.record('works', { address: 'b', entered: 'pass', nowMs: 0 });
  fail(breaker, 4);
  expect(breaker.state).toBe('closed');
});

test('open, one probe goes at a time, with twice the wait after each that fails, a minute at most', () => {
  const breaker = make();
  fail(breaker, 5);
  let now = 0;
  const waits: number[] = [];
  for (let i = 0; i < 12; i++) {
    const wait = breaker.waitMs(now)!;
    waits.push(wait);
    expect(breaker.enter(now + wait - 1)).toBe('wait');
    now += wait;
    expect(breaker.enter(now)).toBe('probe');
    expect(breaker.state).toBe('probing');
    expect(breaker.enter(now)).toBe('wait');
    breaker.record('fails', { address: 'a', entered: 'probe', nowMs: now });
    expect(breaker.state).toBe('open');
  }
  expect(waits.slice(0, 4)).toEqual([1000, 2000, 4000, 8000]);
  expect(Math.max(...waits)).toBe(60_000);
});

test('a probe that works closes it, and the next opening begins with a short wait', () => {
  const breaker = make();
  fail(breaker, 5);
  breaker.enter(1000);
  breaker.record('fails', { address: 'a', entered: 'probe', nowMs: 1000 });
  expect(breaker.enter(3000)).toBe('probe');
  expect(breaker.record('works', { address: 'a', entered: 'probe', nowMs: 3000 })).toBe('closed');
  expect([breaker.enter(3000), breaker.enter(3000)]).toEqual(['pass', 'pass']);
  fail(breaker, 5, 5, 4000);
  expect(breaker.waitMs(4000)).toBe(1000);
});

test('a probe that ended without a word of the platform leaves the place to the next', () => {
  const breaker = make();
  fail(breaker, 5);
  expect(breaker.enter(1000)).toBe('probe');
  breaker.leave('probe');
  expect(breaker.enter(1000)).toBe('probe');
  breaker.record('nothing', { address: 'a', entered: 'probe', nowMs: 1000 });
  expect(breaker.enter(1000)).toBe('probe');
});

test('those on their way when it opened don’t put the probe off', () => {
  const breaker = make();
  fail(breaker, 5);
  fail(breaker, 20, 20, 900);
  expect(breaker.waitMs(900)).toBe(100);
});

test.each<[FailureCode, string]>([
  ['platform_unavailable', 'fails'],
  ['account_disconnected', 'fails'],
  ['account_unauthorized', 'fails'],
  ['account_suspended', 'fails'],
  ['balance_exhausted', 'fails'],
  ['unreachable', 'works'],
  ['blocked', 'works'],
  ['address_invalid', 'works'],
  ['platform_refused', 'works'],
  ['content_refused', 'works'],
])('%s says that the account %s', (code, verdict) => {
  expect(verdictOf({ type: 'rejected', failure: failure(code) })).toBe(verdict);
});

test('throttling says nothing, no answer at all is a failure', () => {
  expect(verdictOf({ type: 'throttled' })).toBe('nothing');
  expect(verdictOf({ type: 'uncertain', reason: 'timeout' })).toBe('fails');
  expect(verdictOf({ type: 'sent', providerIds: [] })).toBe('works');
});

test('a clock that is set back keeps it open no longer', () => {
  const breaker = make();
  fail(breaker, 5, 5, 500_000);
  expect(breaker.enter(500_400)).toBe('wait');
  expect(breaker.waitMs(20_000)).toBe(600);
  expect(breaker.enter(20_599)).toBe('wait');
  expect(breaker.enter(20_600)).toBe('probe');
});
