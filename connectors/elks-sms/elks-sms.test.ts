import { expect, test } from 'vitest';
import { answered, recording } from '../../test/conformance/scripted.ts';
import { send } from '../../test/conformance/sending.ts';
import { conformance } from '../../test/conformance/suite.ts';
import { readForm } from '../kit/form.ts';
import { spec } from './elks-sms.conformance.ts';

conformance(spec);

test('a text goes out as the document has it', async () => {
  const { requests } = await send(spec, answered(spec.answers!.ok));
  expect(requests[0]).toMatchObject({
    method: 'POST',
    url: 'http://platform.test/a1/sms',
    headers: { authorization: 'Basic dWV4YW1wbGU6ZXhhbXBsZS1wYXNzd29yZA==' },
  });
  expect(readForm(requests[0]!.body as string)).toEqual({
    ok: true,
    value: {
      from: '+33639980100',
      to: '+33639980001',
      message: 'Your table for two is ready.',
      whendelivered: `${spec.account.hookUrl}?token=example-hook-token`,
    },
  });
});

test('nothing is answered, for it would go back as an SMS', () => {
  const request = spec.request!({ name: 'x', document: 'x', request: { form: { id: 's1' } }, items: [] });
  expect(spec.connector.hook!.parse(request, spec.account)).toMatchObject({ response: { body: '' } });
});

test('the probe asks with the credentials', async () => {
  const { context, requests } = recording(
    answered({ status: 200, body: { displayname: 'ACME', balance: 1 } }),
  );
  expect(await spec.connector.probe!(spec.account, context)).toEqual({ ok: true, detail: 'ACME' });
  expect(requests[0]!.url).toBe('http://platform.test/a1/me');
});
