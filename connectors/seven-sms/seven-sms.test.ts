import { expect, test } from 'vitest';
import { answered, recording } from '../../test/conformance/scripted.ts';
import { send, sendRequest } from '../../test/conformance/sending.ts';
import { conformance } from '../../test/conformance/suite.ts';
import { spec } from './seven-sms.conformance.ts';

conformance(spec);

test('a text goes out as the document has it', async () => {
  const { requests } = await send(spec, answered(spec.answers!.ok));
  expect(requests[0]).toMatchObject({
    method: 'POST',
    url: 'http://platform.test/api/sms',
    headers: { 'X-Api-Key': 'example-api-key', Accept: 'application/json' },
    json: { from: '+33639980100', to: '+33639980001', text: 'Your table for two is ready.' },
  });
});

test('what GSM 7 cannot write is Unicode, a validity is passed on', async () => {
  const { context, requests } = recording(answered(spec.answers!.ok));
  const request = { ...sendRequest(spec, { kind: 'text', text: 'Я 💥' }), validForSeconds: 90 };
  await spec.connector.sender!.send(request, spec.account, context);
  expect(requests[0]!.json).toMatchObject({ text: 'Я 💥', ttl: 1 });
});

test('the probe asks with the credentials', async () => {
  const { context, requests } = recording(answered({ status: 200, body: { amount: 1.5, currency: 'EUR' } }));
  expect(await spec.connector.probe!(spec.account, context)).toEqual({ ok: true, detail: 'EUR' });
  expect(requests[0]!.url).toBe('http://platform.test/api/balance');
});
