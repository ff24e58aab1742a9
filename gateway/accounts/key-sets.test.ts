import { expect, it } from 'vitest';
import type { CallResult, Connector, HookRequest, PublicKeys } from '../../connectors/contract/index.ts';
import { KeySets } from './key-sets.ts';

const minuteMs = 60_000;
const quiet = () => undefined;
const request = (kid: string): HookRequest => ({
  method: 'POST',
  path: '',
  url: 'https://gateway.test/hooks/x/y',
  query: new URLSearchParams(),
  headers: { kid },
  body: new Uint8Array(),
});
const account = {
  id: 'acc_1',
  merchantId: 'mer_1',
  test: true,
  config: {},
  credentials: {},
  hookUrl: 'https://gateway.test/hooks/x/y',
};

/** Believes whoever names a key that is published, and nobody called `forger`. */
const hook: NonNullable<Connector['hook']> = {
  keySet: () => 'https://platform.test/keys',
  verify: ({ headers }, _account, _nowMs, keys: PublicKeys = []) => {
    if (headers['kid'] === 'forger') return { ok: false, reason: 'a forger' };
    return keys.some(({ kid }) => kid === headers['kid'])
      ? { ok: true }
      : { ok: false, reason: 'an unknown key', unknownKey: true };
  },
  parse: () => ({ ok: true, items: [] }),
};

function platform(...published: string[]) {
  const state = { nowMs: 0, calls: 0, published, down: false };
  const sets = new KeySets({
    http: {
      call: (): Promise<CallResult> => {
        state.calls++;
        if (state.down) return Promise.resolve({ type: 'unknown', reason: 'timeout' });
        const keys = state.published.map((kid) => ({ kty: 'RSA', kid }));
        return Promise.resolve({
          type: 'answer',
          status: 200,
          headers: {},
          body: Buffer.from(JSON.stringify({ keys })),
        });
      },
    },
    log: { info: quiet, warn: quiet, error: quiet },
    now: () => state.nowMs,
    signal: new AbortController().signal,
  });
  return {
    state,
    ok: async (kid: string) => (await sets.verify(hook, request(kid), account, state.nowMs)).ok,
    sets,
  };
}

it('fetches keys once, however many calls come at once', async () => {
  const { state, ok } = platform('a');
  expect(await Promise.all(['a', 'a', 'a'].map(ok))).toEqual([true, true, true]);
  expect([await ok('a'), state.calls]).toEqual([true, 1]);
});

it('a call that no key could make good costs no fetch', async () => {
  const { state, ok } = platform('a');
  expect([await ok('forger'), state.calls]).toEqual([false, 0]);
});

it('an unknown key is looked up again, at most every five minutes', async () => {
  const { state, ok } = platform('a');
  await ok('a');
  state.published = ['b'];
  state.nowMs = 4 * minuteMs;
  expect([await ok('b'), await ok('b'), state.calls]).toEqual([false, false, 1]);
  state.nowMs = 6 * minuteMs;
  expect([await ok('b'), await ok('a'), state.calls]).toEqual([true, false, 2]);
});

it('a key that was withdrawn is believed for a day at most', async () => {
  const { state, ok } = platform('a');
  await ok('a');
  state.published = ['b'];
  state.nowMs = 23 * 60 * minuteMs;
  expect(await ok('a')).toBe(true);
  state.nowMs = 25 * 60 * minuteMs;
  expect(await ok('a')).toBe(false);
});

it('what was fetched stays while the platform is down', async () => {
  const { state, ok } = platform('a');
  await ok('a');
  state.down = true;
  state.nowMs = 25 * 60 * minuteMs;
  expect(await ok('a')).toBe(true);
});

it('without any keys nobody knows, and the next call tries again soon', async () => {
  const { state, ok, sets } = platform('a');
  state.down = true;
  expect(await sets.verify(hook, request('a'), account, 0)).toMatchObject({ ok: false, unavailable: true });
  state.down = false;
  expect(await ok('a')).toBe(false);
  state.nowMs = 6000;
  expect(await ok('a')).toBe(true);
});

it('a hook without published keys is asked as ever', async () => {
  const { state, sets } = platform();
  const { keySet: _, ...plain } = hook;
  expect(await sets.verify({ ...plain, verify: () => ({ ok: true }) }, request('x'), account, 0)).toEqual({
    ok: true,
  });
  expect(state.calls).toBe(0);
});
