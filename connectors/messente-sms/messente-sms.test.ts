import { expect, test } from 'vitest';
import { answered, recording, suiteNowMs } from '../../test/conformance/scripted.ts';
import { send, sendRequest } from '../../test/conformance/sending.ts';
import { conformance } from '../../test/conformance/suite.ts';
import type { HookRequest } from '../contract/index.ts';
import { signedWith, spec } from './messente-sms.conformance.ts';

conformance(spec);

test('a text goes out as the document has it', async () => {
  const { requests } = await send(spec, answered(spec.answers!.ok));
  expect(requests[0]).toMatchObject({
    method: 'POST',
    url: 'http://platform.test/v1/omnimessage',
    headers: {
      authorization: `Basic ${Buffer.from('example:example-api-password').toString('base64')}`,
      Accept: 'application/json',
    },
  });
  expect(requests[0]!.json).toEqual({
    to: '+33639980001',
    messages: [
      { channel: 'sms', sender: '+33639980100', text: 'Your table for two is ready.', autoconvert: 'off' },
    ],
    dlr_url: spec.account.hookUrl,
  });
});

test('a validity is passed on in minutes', async () => {
  const { context, requests } = recording(answered(spec.answers!.ok));
  const request = { ...sendRequest(spec, { kind: 'text', text: 'x' }), validForSeconds: 3600 };
  await spec.connector.sender!.send(request, spec.account, context);
  expect(requests[0]!.json).toMatchObject({ messages: [{ validity: 60 }] });
});

test('receipts are signed with the password, messages with the shared secret', () => {
  const bare: HookRequest = {
    method: 'POST',
    path: '',
    url: spec.account.hookUrl,
    query: new URLSearchParams(),
    headers: {},
    body: Buffer.from('{}'),
  };
  const verified = (key: string) => {
    const request = signedWith(key).make(bare, spec.account as never);
    return spec.connector.hook!.verify(request, spec.account, suiteNowMs).ok;
  };
  expect(verified('example-api-password')).toBe(true);
  expect(verified('example-inbound-secret')).toBe(true);
  expect(verified('example')).toBe(false);
});

test('the probe asks with the credentials', async () => {
  const { context, requests } = recording(answered({ status: 200, body: { groups: [] } }));
  expect(await spec.connector.probe!(spec.account, context)).toMatchObject({ ok: true });
  expect(requests[0]).toMatchObject({ method: 'GET', url: 'http://platform.test/v1/phonebook/groups' });
});
