import { expect, test } from 'vitest';
import type { Context, OutgoingRequest } from '../contract/index.ts';
import { connector } from './index.ts';
import { spec } from './viber.conformance.ts';

const quiet = () => undefined;
const calls: OutgoingRequest[] = [];
const { account } = spec;

/** Viber as the answers to its methods, in order. */
function viber(...answers: object[]): Context {
  calls.length = 0;
  return {
    http: {
      call: async (request) => {
        calls.push(request);
        const body = Buffer.from(JSON.stringify(answers[calls.length - 1] ?? {}));
        return { type: 'answer', status: 200, headers: {}, body };
      },
    },
    log: { info: quiet, warn: quiet, error: quiet },
    now: () => 0,
    random: (size) => new Uint8Array(size),
    signal: new AbortController().signal,
  };
}

test('set-up tells Viber where to call, with everything that is read', async () => {
  expect(await connector.setup!(account, viber({ status: 0 }))).toMatchObject({ ok: true });
  expect(calls).toMatchObject([
    {
      method: 'POST',
      url: expect.stringMatching(/\/set_webhook$/) as unknown,
      json: {
        url: account.hookUrl,
        send_name: true,
        event_types: ['delivered', 'seen', 'failed', 'subscribed', 'unsubscribed', 'conversation_started'],
      },
    },
  ]);
  expect(await connector.setup!(account, viber({ status: 1, status_message: 'no' }))).toMatchObject({
    ok: false,
    detail: expect.stringContaining('status 1') as unknown,
  });
});

test('an address that is not HTTPS is refused before anything is sent', async () => {
  const outcome = await connector.setup!({ ...account, hookUrl: 'http://gateway.test/h' }, viber());
  expect(outcome).toMatchObject({
    ok: false,
    detail: expect.stringContaining('PASSERELLE_PUBLIC_URL') as unknown,
  });
  expect(calls).toEqual([]);
});

test('removal takes the webhook away, unless it leads elsewhere by now', async () => {
  const here = viber({ status: 0, webhook: account.hookUrl }, { status: 0 });
  expect(await connector.teardown!(account, here)).toEqual({ ok: true });
  expect(calls.at(-1)).toMatchObject({ json: { url: '' } });
  const elsewhere = viber({ status: 0, webhook: 'https://elsewhere.example/h' });
  expect(await connector.teardown!(account, elsewhere)).toEqual({ ok: true });
  expect(calls).toHaveLength(1);
  expect(await connector.teardown!(account, viber({ status: 2 }))).toMatchObject({ ok: false });
});
