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
