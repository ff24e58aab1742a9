import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { answered, recording, suiteNowMs } from '../../test/conformance/scripted.ts';
import { send, sendRequest } from '../../test/conformance/sending.ts';
import { conformance } from '../../test/conformance/suite.ts';
import { spec } from './ovh-sms.conformance.ts';
import { connector } from './index.ts';

conformance(spec);

test('a text goes out as the document has it, signed over its bytes', async () => {
  const { requests } = await send(spec, answered(spec.answers!.ok));
  const [{ url, headers, body } = requests[0]!] = requests;
  expect(url).toBe('http://platform.test/sms/sms-xx11111-1/jobs');
  expect(JSON.parse(String(body))).toEqual({
    charset: 'UTF-8',
    message: 'Your table for two is ready.',
    receivers: ['+33639980001'],
    sender: '+33639980100',
    senderForResponse: false,
    noStopClause: true,
    tag: 'msg_01KAP00000000000000000TEST.0',
  });
  const signed = `example-application-secret+example-consumer-key+POST+${url}+${String(body)}+${suiteNowMs / 1000}`;
  expect(headers).toMatchObject({
    'content-type': 'application/json',
    'X-Ovh-Application': 'example-application-key',
    'X-Ovh-Consumer': 'example-consumer-key',
    'X-Ovh-Timestamp': String(suiteNowMs / 1000),
    'X-Ovh-Signature': `$1$${createHash('sha1').update(signed).digest('hex')}`,
  });
});

test('a two-way account has no sender of its own', async () => {
  const { sender: _, ...config } = { ...spec.account.config, two_way: true } as Record<string, unknown>;
  expect(connector.manifest.config.safeParse(config).success).toBe(true);
  expect(connector.manifest.config.safeParse({ ...config, sender: 'ACME' }).success).toBe(false);
  const { context, requests } = recording(answered(spec.answers!.ok));
  await connector.sender!.send(sendRequest(spec, spec.samples[0]!), { ...spec.account, config }, context);
  const body = JSON.parse(String(requests[0]!.body)) as object;
  expect(body).toMatchObject({ senderForResponse: true });
  expect(body).not.toHaveProperty('sender');
});

test('set-up tells OVH where to call for receipts and for answers', async () => {
  const { context, requests } = recording(answered({ status: 200, body: null }));
  expect(await connector.setup!(spec.account, context)).toEqual({ ok: true });
  expect(requests).toHaveLength(1);
  expect(requests[0]).toMatchObject({ method: 'PUT', url: 'http://platform.test/sms/sms-xx11111-1' });
  const address = `${spec.account.hookUrl}?token=example-hook-token`;
  expect(JSON.parse(String(requests[0]!.body))).toEqual({
    callBack: address,
    smsResponse: { responseType: 'cgi', cgiUrl: address },
  });
  expect(requests[0]!.headers).toHaveProperty('X-Ovh-Signature');
});

test('the probe is signed over no body', async () => {
  const { context, requests } = recording(answered({ status: 200, body: { description: 'Shop' } }));
  expect(await connector.probe!(spec.account, context)).toMatchObject({ ok: true, detail: 'Shop' });
  expect(requests[0]).not.toHaveProperty('body');
  expect(requests[0]!.headers).toHaveProperty('X-Ovh-Signature');
});

test.each([
  [
    'its end',
    { status: 200, body: { expiration: '2026-12-01T09:30:00+01:00' } },
    Date.UTC(2026, 11, 1, 8, 30),
  ],
  ['that it has none', { status: 200, body: { status: 'validated', expiration: null } }, null],
  ['nothing without the right to ask', { status: 403, body: { message: 'example' } }, undefined],
  ['nothing in words that are no time', { status: 200, body: { expiration: 'soon' } }, undefined],
])('of the consumer key the probe tells %s', async (_, credential, expiresAtMs) => {
  const { context, requests } = recording(({ url }) =>
    answered(url.endsWith('/auth/currentCredential') ? credential : { status: 200, body: {} }),
  );
  expect(await connector.probe!(spec.account, context)).toEqual({
    ok: true,
    ...(expiresAtMs === undefined ? {} : { expiresAtMs }),
  });
  expect(requests[1]).toMatchObject({ method: 'GET', url: 'http://platform.test/auth/currentCredential' });
  expect(requests[1]!.headers).toHaveProperty('X-Ovh-Signature');
});
