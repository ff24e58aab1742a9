import { expect, test } from 'vitest';
import { answered, recording } from '../../test/conformance/scripted.ts';
import { send, sendRequest } from '../../test/conformance/sending.ts';
import { conformance } from '../../test/conformance/suite.ts';
import { spec } from './kannel-sms.conformance.ts';

conformance(spec);

const queryOf = (url: string): Record<string, string> => Object.fromEntries(new URL(url).searchParams);

test('a text goes out as the document has it', async () => {
  const { requests } = await send(spec, answered(spec.answers!.ok));
  expect(requests[0]!.method).toBe('GET');
  expect(requests[0]!.url).toMatch(/^http:\/\/platform\.test\/cgi-bin\/sendsms\?/);
  expect(queryOf(requests[0]!.url)).toEqual({
    username: 'example',
    password: 'example-password',
    from: '33639980100',
    to: '+33639980001',
    text: 'Your table for two is ready.',
    charset: 'UTF-8',
    coding: '0',
    'dlr-mask': '27',
    'dlr-url': `${spec.account.hookUrl}?token=example-hook-token&id=msg_01KAP00000000000000000TEST.0&report=%d`,
  });
});

test('what GSM 7 cannot write has coding 2, a validity is in minutes, a route may be named', async () => {
  const { context, requests } = recording(answered(spec.answers!.ok));
  const request = { ...sendRequest(spec, { kind: 'text', text: 'Я & 💥' }), validForSeconds: 90 };
  const account = { ...spec.account, config: { ...(spec.account.config as object), smsc: 'one' } };
  await spec.connector.sender!.send(request, account, context);
  expect(queryOf(requests[0]!.url)).toMatchObject({
    text: 'Я & 💥',
    coding: '2',
    validity: '1',
    smsc: 'one',
  });
});
