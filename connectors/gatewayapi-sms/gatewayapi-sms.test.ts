import { expect, test } from 'vitest';
import { answered, recording } from '../../test/conformance/scripted.ts';
import { send, sendRequest } from '../../test/conformance/sending.ts';
import { conformance } from '../../test/conformance/suite.ts';
import { spec } from './gatewayapi-sms.conformance.ts';

conformance(spec);

test('a text goes out as the document has it', async () => {
  const { requests } = await send(spec, answered(spec.answers!.ok));
  expect(requests[0]).toMatchObject({
    method: 'POST',
    url: 'http://platform.test/rest/mtsms',
    headers: { authorization: 'Basic ZXhhbXBsZS1hcGktdG9rZW46' },
  });
  expect(requests[0]!.json).toEqual({
    sender: '33639980100',
    message: 'Your table for two is ready.',
    encoding: 'UTF8',
    recipients: [{ msisdn: '33639980001' }],
    userref: 'msg_01KAP00000000000000000TEST.0',
  });
});

test('what GSM 7 cannot write is Unicode, a validity is passed on', async () => {
  const { context, requests } = recording(answered(spec.answers!.ok));
  const request = { ...sendRequest(spec, { kind: 'text', text: 'Я 💥' }), validForSeconds: 90 };
  await spec.connector.sender!.send(request, spec.account, context);
  expect(requests[0]!.json).toMatchObject({ encoding: 'UCS2', validity_period: 90 });
});

test('the probe asks with the credentials', async () => {
  const { context, requests } = recording(
    answered({ status: 200, body: { credit: 12.5, currency: 'DKK', id: 1 } }),
  );
  expect(await spec.connector.probe!(spec.account, context)).toEqual({ ok: true, detail: 'DKK' });
  expect(requests[0]!.url).toBe('http://platform.test/rest/me');
});
