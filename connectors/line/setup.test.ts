import { expect, test } from 'vitest';
import type { Context, OutgoingRequest } from '../contract/index.ts';
import { connector } from './index.ts';
import { spec } from './line.conformance.ts';

const quiet = () => undefined;
const calls: OutgoingRequest[] = [];
const { account } = spec;

/** LINE as the answers to its calls, in order. */
function line(...answers: { status: number; body?: object }[]): Context {
  calls.length = 0;
  return {
    http: {
      call: async (request) => {
        calls.push(request);
        const { status, body = {} } = answers[calls.length - 1] ?? { status: 500 };
        return { type: 'answer', status, headers: {}, body: Buffer.from(JSON.stringify(body)) };
      },
    },
    log: { info: quiet, warn: quiet, error: quiet },
    now: () => 0,
    random: (size) => new Uint8Array(size),
    signal: new AbortController().signal,
  };
}

test('set-up gives LINE the address', async () => {
  const context = line({ status: 200 }, { status: 200, body: { endpoint: account.hookUrl, active: true } });
  expect(await connector.setup!(account, context)).toMatchObject({ ok: true });
  expect(calls[0]).toMatchObject({
    method: 'PUT',
    url: expect.stringMatching(/\/v2\/bot\/channel\/webhook\/endpoint$/) as unknown,
    json: { endpoint: account.hookUrl },
  });
});

test('an address that LINE has and doesn’t use is said, with what to do', async () => {
  const context = line({ status: 200 }, { status: 200, body: { endpoint: account.hookUrl, active: false } });
  expect(await connector.setup!(account, context)).toMatchObject({
    ok: false,
    detail: expect.stringContaining('Use webhook') as unknown,
  });
});

test('a refusal is said by its status; an address that is not HTTPS before anything is sent', async () => {
  expect(await connector.setup!(account, line({ status: 401 }))).toMatchObject({
    ok: false,
    detail: expect.stringContaining('401') as unknown,
  });
  const outcome = await connector.setup!({ ...account, hookUrl: 'http://gateway.test/h' }, line());
  expect(outcome).toMatchObject({
    ok: false,
    detail: expect.stringContaining('PASSERELLE_PUBLIC_URL') as unknown,
  });
  expect(calls).toEqual([]);
});

const bot = { status: 200, body: { userId: 'U1', basicId: '@example' } };
const hooked = { status: 200, body: { endpoint: account.hookUrl, active: true } };
const left = (expires_in: number) => ({ status: 200, body: { client_id: '1', expires_in } });
/** The order of the probe's calls: who it is, the token's end, the hook. */
const probe = (...ending: { status: number; body?: object }[]) =>
  connector.probe!(account, line(bot, ...ending, hooked));

test('of a short-lived token the probe tells the end', async () => {
  expect(await probe(left(86_400))).toEqual({ ok: true, detail: '@example', expiresAtMs: 86_400_000 });
  expect(calls[1]).toMatchObject({
    method: 'POST',
    url: expect.stringMatching(/\/v2\/oauth\/verify$/) as unknown,
  });
  expect(String(calls[1]!.body)).toMatch(/^access_token=.+/);
});

test('of a token v2.1, which the first call does not know, as well', async () => {
  expect(await probe({ status: 400 }, left(60))).toMatchObject({ ok: true, expiresAtMs: 60_000 });
  expect(calls[2]).toMatchObject({
    method: 'GET',
    url: expect.stringContaining('/oauth2/v2.1/verify?access_token=') as unknown,
  });
});

test('a long-lived token does not end; of one that cannot be asked about nothing is told', async () => {
  expect(await probe(left(3_000_000_000))).toMatchObject({ ok: true, expiresAtMs: null });
  expect(await probe({ status: 400 }, { status: 400 })).toEqual({ ok: true, detail: '@example' });
  expect(await probe({ status: 500 })).toEqual({ ok: true, detail: '@example' });
});
