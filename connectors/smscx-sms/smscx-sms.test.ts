import { expect, test } from 'vitest';
import { answered, recording } from '../../test/conformance/scripted.ts';
import { send, sendRequest } from '../../test/conformance/sending.ts';
import { conformance } from '../../test/conformance/suite.ts';
import { uuidOf } from '../kit/uuid.ts';
import { spec } from './smscx-sms.conformance.ts';

conformance(spec);

test('a text goes out as the document has it', async () => {
  const { requests } = await send(spec, answered(spec.answers!.ok));
  expect(requests[0]).toMatchObject({
    method: 'POST',
    url: 'http://platform.test/sms',
    headers: { 'X-API-KEY': 'example-api-key', Accept: 'application/json' },
  });
  expect(requests[0]!.json).toMatchObject({
    to: '+33639980001',
    from: '+33639980100',
    text: 'Your table for two is ready.',
    dlrCallbackUrl: `${spec.account.hookUrl}?token=example-hook-token`,
    noTextDetails: true,
  });
});

test('a repeat has the key of the first try, as a UUID', async () => {
  const { context, requests } = recording(answered(spec.answers!.ok));
  const request = sendRequest(spec, { kind: 'text', text: 'x' });
  for (let tries = 0; tries < 2; tries++) await spec.connector.sender!.send(request, spec.account, context);
  const keys = requests.map(({ json }) => (json as { idempotencyId: string }).idempotencyId);
  expect(keys).toEqual([uuidOf(request.idempotencyKey), uuidOf(request.idempotencyKey)]);
});

test('several reports come in one call', () => {
  const report = (msgId: string, status: string) => ({ campaignId: 'c', msgId, statusCode: 1, status });
  const items = spec.connector.hook!.parse(
    {
      method: 'POST',
      path: '',
      url: spec.account.hookUrl,
      query: new URLSearchParams(),
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(
        JSON.stringify({ event: 'dlr_update', data: [report('a', 'DELIVERED'), report('b', 'FAILED')] }),
      ),
    },
    spec.account,
  );
  expect(items).toMatchObject({
    items: [
      { type: 'receipt', providerIds: ['a'], state: 'delivered' },
      { type: 'receipt', providerIds: ['b'], state: 'failed' },
    ],
  });
});

test('the probe asks for the balance, with the key', async () => {
  const { context, requests } = recording(
    answered({ status: 200, body: { balance: 12.5, currency: 'eur' } }),
  );
  expect(await spec.connector.probe!(spec.account, context)).toMatchObject({ ok: true });
  expect(requests[0]).toMatchObject({
    method: 'GET',
    url: 'http://platform.test/account/balance',
    headers: { 'X-API-KEY': 'example-api-key' },
  });
});
