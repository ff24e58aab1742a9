import { expect, test } from 'vitest';
import { answered, recording } from '../../test/conformance/scripted.ts';
import { send, sendRequest } from '../../test/conformance/sending.ts';
import { conformance } from '../../test/conformance/suite.ts';
import { spec } from './bulksms-sms.conformance.ts';

conformance(spec);

test('a text goes out as the document has it', async () => {
  const { requests } = await send(spec, answered(spec.answers!.ok));
  expect(requests[0]).toMatchObject({
    method: 'POST',
    url: 'http://platform.test/v1/messages',
    headers: { authorization: 'Basic RVhBTVBMRS0xOmV4YW1wbGUtdG9rZW4tc2VjcmV0' },
  });
  expect(requests[0]!.json).toEqual({
    from: '+33639980100',
    to: '+33639980001',
    body: 'Your table for two is ready.',
    encoding: 'TEXT',
    longMessageMaxParts: 10,
  });
});

test('what GSM 7 cannot write is Unicode', async () => {
  const { context, requests } = recording(answered(spec.answers!.ok));
  const request = sendRequest(spec, { kind: 'text', text: 'Я 💥' });
  await spec.connector.sender!.send(request, spec.account, context);
  expect(requests[0]!.json).toMatchObject({ body: 'Я 💥', encoding: 'UNICODE' });
});

test('the probe asks with the credentials', async () => {
  const { context, requests } = recording(answered({ status: 200, body: { id: '1', username: 'acme' } }));
  expect(await spec.connector.probe!(spec.account, context)).toEqual({ ok: true, detail: 'acme' });
  expect(requests[0]!.url).toBe('http://platform.test/v1/profile');
});
