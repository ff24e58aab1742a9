import { expect, test } from 'vitest';
import { answered } from '../../test/conformance/scripted.ts';
import { send } from '../../test/conformance/sending.ts';
import { conformance } from '../../test/conformance/suite.ts';
import { hmac } from '../kit/signature.ts';
import { spec } from './plivo-sms.conformance.ts';
import { verifyPlivo } from './signature.ts';

conformance(spec);

test('a text goes out as the document has it', async () => {
  const { requests } = await send(spec, answered(spec.answers!.ok));
  expect(requests[0]).toMatchObject({
    method: 'POST',
    url: 'http://platform.test/v1/Account/MAEXAMPLE0001/Message/',
    headers: { authorization: `Basic ${Buffer.from('MAEXAMPLE0001:example-auth-token').toString('base64')}` },
    json: {
      src: '+33639980100',
      dst: '+33639980001',
      text: 'Your table for two is ready.',
      type: 'sms',
      url: spec.account.hookUrl,
      method: 'POST',
    },
  });
});

test('the signature of the main account counts, and a query is not signed', () => {
  const url = 'https://gateway.test/hooks/x';
  const signature = hmac('sha256', 'token', `${url}12345`).toString('base64');
  const request = (headers: Record<string, string>) => ({
    method: 'POST',
    path: '',
    url: `${url}?a=1`,
    query: new URLSearchParams('a=1'),
    headers: { 'x-plivo-signature-v2-nonce': '12345', ...headers },
    body: new Uint8Array(),
  });
  expect(verifyPlivo(request({ 'x-plivo-signature-ma-v2': signature }), 'token').ok).toBe(true);
  expect(verifyPlivo(request({ 'x-plivo-signature-v2': signature }), 'token').ok).toBe(true);
  expect(verifyPlivo(request({ 'x-plivo-signature-v2': signature }), 'tokem').ok).toBe(false);
  expect(verifyPlivo(request({}), 'token').ok).toBe(false);
});
