import { expect, test } from 'vitest';
import { answered, recording } from '../../test/conformance/scripted.ts';
import { send } from '../../test/conformance/sending.ts';
import { conformance } from '../../test/conformance/suite.ts';
import { readForm } from '../kit/form.ts';
import { spec } from './smsapi-sms.conformance.ts';

conformance(spec);

test('a text goes out as the document has it', async () => {
  const { requests } = await send(spec, answered(spec.answers!.ok));
  expect(requests[0]).toMatchObject({
    method: 'POST',
    url: 'http://platform.test/sms.do',
    headers: { authorization: 'Bearer example-api-token' },
  });
  expect(readForm(requests[0]!.body as string)).toEqual({
    ok: true,
    value: {
      from: '33639980100',
      to: '33639980001',
      message: 'Your table for two is ready.',
      encoding: 'utf-8',
      format: 'json',
      idx: 'msg_01KAP00000000000000000TEST.0',
      notify_url: `${spec.account.hookUrl}?token=example-hook-token`,
    },
  });
});

test('every call is answered with OK', () => {
  const fixture = { name: 'x', document: 'x', request: { form: { sms_from: '33639980001' } }, items: [] };
  const parsed = spec.connector.hook!.parse(spec.request!(fixture), spec.account);
  expect(parsed).toMatchObject({ response: { status: 200, body: 'OK' } });
});

test('the probe asks with the credentials', async () => {
  const { context, requests } = recording(answered({ status: 200, body: { username: 'acme', points: 1 } }));
  expect(await spec.connector.probe!(spec.account, context)).toEqual({ ok: true, detail: 'acme' });
  expect(requests[0]!.url).toBe('http://platform.test/profile');
});
