import { expect, test } from 'vitest';
import { answered, recording } from '../../test/conformance/scripted.ts';
import { send } from '../../test/conformance/sending.ts';
import { conformance } from '../../test/conformance/suite.ts';
import { spec } from './africastalking-sms.conformance.ts';

conformance(spec);

test('a text goes out as the document has it', async () => {
  const { requests } = await send(spec, answered(spec.answers!.ok));
  expect(requests[0]).toMatchObject({
    method: 'POST',
    url: 'http://platform.test/version1/messaging',
    headers: { apiKey: 'example-api-key', Accept: 'application/json' },
  });
  expect(Object.fromEntries(new URLSearchParams(String(requests[0]!.body)))).toEqual({
    username: 'example',
    to: '+33639980001',
    message: 'Your table for two is ready.',
    from: '38064',
  });
});

test('an answer without recipients is uncertain, never sent again by itself', async () => {
  const body = { SMSMessageData: { Message: 'Sent to 0/1', Recipients: [] } };
  const { outcome } = await send(spec, answered({ status: 201, body }));
  expect(outcome).toMatchObject({ type: 'uncertain' });
});

test('the probe asks for the balance', async () => {
  const body = { UserData: { balance: 'KES 1250.0000' } };
  const { context, requests } = recording(answered({ status: 200, body }));
  expect(await spec.connector.probe!(spec.account, context)).toEqual({ ok: true, detail: 'KES 1250.0000' });
  expect(requests[0]).toMatchObject({
    url: 'http://platform.test/version1/user?username=example',
    headers: { apiKey: 'example-api-key', Accept: 'application/json' },
  });
});
