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

/** A certificate of our own, for nobody; its key was thrown away. */
const certificate = [
  '-----BEGIN CERTIFICATE-----',
  'MIIDGTCCAgGgAwIBAgIUY/hFPYKdMUDd1B1W7qAxE2Ov4hgwDQYJKoZIhvcNAQEL',
  'BQAwGzEZMBcGA1UEAwwQc25zLmV4YW1wbGUudGVzdDAgFw0yNjExMjIwOTQ5MTVa',
  'GA8yMTI2MTAyOTA5NDkxNVowGzEZMBcGA1UEAwwQc25zLmV4YW1wbGUudGVzdDCC',
  'ASIwDQYJKoZIhvcNAQEBBQADggEPADCCAQoCggEBALKs5lCMdOL+BtbEUdVBFgaB',
  'IvXaA2rIT7AlsjTOKZc+Hi4QLCoUF96bbhZYTTaI0nTz1Wdew6UhdsN19Pih+Y06',
  'D1DpmbPpHIdNlBhGvrNUUBtd+xKo+/ez2lhbWlq3CkVASQwVHDGoVLnfCJ3caHHV',
  'C+TejYwhLao2cIykXUZc8ZL/GI/sqxg+eFLHNIK5yvwtTWeptYbvWSVwrBg9fX+N',
  'FkLhHEP5xUaNSt2zHc9e4m5RSxGsRNPoa8cOx5J4fHiQO5OD9yspMG+ny7jDn8eN',
  'SS/Kg31k1TgkPb5Jus0VlnfTEA44yp6pPLhlko3L7yztfHjf39+z8czhS38ELTUC',
  'AwEAAaNTMFEwHQYDVR0OBBYEFA2PyLPUf6URzsNDM/j1rGtFphrOMB8GA1UdIwQY',
  'MBaAFA2PyLPUf6URzsNDM/j1rGtFphrOMA8GA1UdEwEB/wQFMAMBAf8wDQYJKoZI',
  'hvcNAQELBQADggEBADN9BmjC/6kH2YGg7jAESDP35Y+hCdNgNdSP1PqUi9ErnMEa',
  'B47cBZUJDCPKEbqMc2JJav8VwK5kBKrsJ46MCTdIujUZyIXpdxuIf6ssTsBY9bI8',
  '17fW8ry2urNCGDbvnLh+d6i+pycQM++nGM2qeEfzv6MOq4tzVcFpTFyVL8jIOkgG',
  '5Ms4n4sZsS8FI545umh4ybTMY9hbmsJFx/rA3rgUw2XZnZBZSduxExOMCi4Add2w',
  'v5I+87pXOAlGOBuBvD3lVnbOU7tC1J8hRuXSQGJfp6F8MY1I1YtxdarNIXdsXLXu',
  'WsjVVRbrSca04fVovffG3lYUDIZxQbPI1bXizS4=',
  '-----END CERTIFICATE-----',
].join('\n');

it('takes a certificate for the one key in it, while it is in force, from an address in the request', async () => {
  const asked: string[] = [];
  const sets = (nowMs: number, body: string) =>
    new KeySets({
      http: {
        call: ({ url }) => {
          asked.push(url);
          return Promise.resolve({ type: 'answer', status: 200, headers: {}, body: Buffer.from(body) });
        },
      },
      log: { info: quiet, warn: quiet, error: quiet },
      now: () => nowMs,
      signal: new AbortController().signal,
    });
  const byCertificate: typeof hook = {
    ...hook,
    keySet: (_, given) => `https://platform.test/${given?.headers['kid']}.pem`,
    verify: (_request, _account, _nowMs, keys: PublicKeys = []) =>
      keys.some(({ kty, n, e }) => kty === 'RSA' && typeof n === 'string' && e === 'AQAB')
        ? { ok: true }
        : { ok: false, reason: 'an unknown key', unknownKey: true },
  };
  const verdict = (nowMs: number, body = certificate) =>
    sets(nowMs, body).verify(byCertificate, request('k1'), account, nowMs);
  expect(await verdict(Date.UTC(2027, 0, 1))).toEqual({ ok: true });
  expect(asked).toEqual(['https://platform.test/k1.pem']);
  expect(await verdict(Date.UTC(2020, 0, 1))).toMatchObject({ ok: false, unavailable: true });
  expect(await verdict(Date.UTC(2027, 0, 1), 'no certificate')).toMatchObject({
    ok: false,
    unavailable: true,
  });
});
