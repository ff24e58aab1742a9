import { expect, test } from 'vitest';
import { answered, recording } from '../../test/conformance/scripted.ts';
import { send, sendRequest } from '../../test/conformance/sending.ts';
import { conformance } from '../../test/conformance/suite.ts';
import { spec } from './jasmin-sms.conformance.ts';

conformance(spec);

const fieldsOf = (body: unknown): Record<string, string> =>
  Object.fromEntries(new URLSearchParams(String(body)));

test('a text goes out as the document has it', async () => {
  const { requests } = await send(spec, answered(spec.answers!.ok));
  expect(requests[0]).toMatchObject({ method: 'POST', url: 'http://platform.test/send' });
  expect(fieldsOf(requests[0]!.body)).toEqual({
    username: 'example',
    password: 'example-password',
    to: '33639980001',
    from: '33639980100',
    coding: '0',
    content: 'Your table for two is ready.',
    dlr: 'yes',
    'dlr-url': `${spec.account.hookUrl}?token=example-hook-token`,
    'dlr-level': '3',
    'dlr-method': 'POST',
  });
});

test('what GSM 7 cannot write goes out in hexadecimal digits, a validity in minutes', async () => {
  const { context, requests } = recording(answered(spec.answers!.ok));
  const request = { ...sendRequest(spec, { kind: 'text', text: 'Я' }), validForSeconds: 3600 };
  await spec.connector.sender!.send(request, spec.account, context);
  const fields = fieldsOf(requests[0]!.body);
  expect(fields).toMatchObject({ coding: '8', 'hex-content': '042F', 'validity-period': '60' });
  expect(fields).not.toHaveProperty('content');
});

test('the probe asks for the balance', async () => {
  const { context, requests } = recording(
    answered({ status: 200, body: { balance: 10.5, sms_count: 'ND' } }),
  );
  expect(await spec.connector.probe!(spec.account, context)).toEqual({ ok: true, detail: '10.5' });
  expect(requests[0]!.url).toBe('http://platform.test/balance?username=example&password=example-password');
});
