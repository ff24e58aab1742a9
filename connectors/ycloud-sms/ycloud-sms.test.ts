import { expect, test } from 'vitest';
import { answered, recording } from '../../test/conformance/scripted.ts';
import { send, sendRequest } from '../../test/conformance/sending.ts';
import { conformance } from '../../test/conformance/suite.ts';
import { spec } from './ycloud-sms.conformance.ts';

conformance(spec);

test('a text goes out as the document has it', async () => {
  const { requests } = await send(spec, answered(spec.answers!.ok));
  expect(requests[0]).toMatchObject({
    method: 'POST',
    url: 'http://platform.test/v2/sms',
    headers: { 'X-API-Key': 'example-api-key', Accept: 'application/json' },
  });
  expect(requests[0]!.json).toEqual({
    to: '+33639980001',
    text: 'Your table for two is ready.',
    senderId: '+33639980100',
    externalId: expect.any(String),
  });
});

test('to mainland China the signature of the account goes along', async () => {
  const { context, requests } = recording(answered(spec.answers!.ok));
  const account = { ...spec.account, config: { ...(spec.account.config as object), signature: 'Example' } };
  await spec.connector.sender!.send(sendRequest(spec, { kind: 'text', text: 'x' }), account, context);
  expect(requests[0]!.json).toMatchObject({ signature: 'Example' });
});

test('the probe asks for the balance, with the key', async () => {
  const { context, requests } = recording(answered({ status: 200, body: { amount: 12.5, currency: 'USD' } }));
  expect(await spec.connector.probe!(spec.account, context)).toMatchObject({ ok: true });
  expect(requests[0]).toMatchObject({
    method: 'GET',
    url: 'http://platform.test/v2/balance',
    headers: { 'X-API-Key': 'example-api-key' },
  });
});
