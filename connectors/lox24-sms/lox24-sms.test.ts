import { expect, test } from 'vitest';
import { answered, recording } from '../../test/conformance/scripted.ts';
import { send, sendRequest } from '../../test/conformance/sending.ts';
import { conformance } from '../../test/conformance/suite.ts';
import { spec } from './lox24-sms.conformance.ts';

conformance(spec);

test('a text goes out as the document has it', async () => {
  const { requests } = await send(spec, answered(spec.answers!.ok));
  expect(requests[0]).toMatchObject({
    method: 'POST',
    url: 'http://platform.test/sms',
    headers: { 'X-LOX24-AUTH-TOKEN': '4711:example-key', Accept: 'application/json' },
    json: {
      sender_id: '+33639980100',
      phone: '+33639980001',
      text: 'Your table for two is ready.',
      service_code: 'direct',
      is_unicode: false,
    },
  });
});

test('what GSM 7 cannot write is said to be Unicode', async () => {
  const { context, requests } = recording(answered(spec.answers!.ok));
  await spec.connector.sender!.send(sendRequest(spec, { kind: 'text', text: 'Я 💥' }), spec.account, context);
  expect(requests[0]!.json).toMatchObject({ text: 'Я 💥', is_unicode: true });
});

test('the probe asks with the credentials', async () => {
  const { context, requests } = recording(answered({ status: 200, body: { id: 4711, currency: 'EUR' } }));
  expect(await spec.connector.probe!(spec.account, context)).toEqual({ ok: true, detail: '4711' });
  expect(requests[0]).toMatchObject({ method: 'GET', url: 'http://platform.test/me' });
});
