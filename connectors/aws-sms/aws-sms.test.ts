import { describe, expect, test } from 'vitest';
import { fixtureRequest, loadFixtures } from '../../test/conformance/fixtures.ts';
import { answered, recording } from '../../test/conformance/scripted.ts';
import { send } from '../../test/conformance/sending.ts';
import { conformance } from '../../test/conformance/suite.ts';
import { notified, spec } from './aws-sms.conformance.ts';
import { connector } from './index.ts';

conformance(spec);

test('a text goes out as the document has it, signed', async () => {
  const { requests } = await send(spec, answered(spec.answers!.ok));
  expect(requests[0]).toMatchObject({ method: 'POST', url: 'http://platform.test/' });
  expect(JSON.parse(String(requests[0]!.body))).toEqual({
    DestinationPhoneNumber: '+33639980001',
    OriginationIdentity: 'pool-1',
    MessageBody: 'Your table for two is ready.',
    MessageType: 'PROMOTIONAL',
  });
  const { headers } = requests[0]!;
  expect(headers).toMatchObject({
    'content-type': 'application/x-amz-json-1.0',
    'X-Amz-Target': 'PinpointSMSVoiceV2.SendTextMessage',
    'x-amz-date': '20261122T120000Z',
  });
  expect(headers!['authorization']).toMatch(
    /^AWS4-HMAC-SHA256 Credential=example-key-id\/20261122\/eu-west-1\/sms-voice\/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature=[0-9a-f]{64}$/,
  );
});

test('the probe asks for the attributes of the account', async () => {
  const body = { AccountAttributes: [{ Name: 'ACCOUNT_TIER', Value: 'PRODUCTION' }] };
  const { context, requests } = recording(answered({ status: 200, body }));
  expect(await connector.probe!(spec.account, context)).toEqual({ ok: true, detail: 'PRODUCTION' });
  expect(requests[0]).toMatchObject({
    body: '{}',
    headers: { 'X-Amz-Target': 'PinpointSMSVoiceV2.DescribeAccountAttributes' },
  });
});

test('set-up subscribes the hook to the topic', async () => {
  const { context, requests } = recording(answered({ status: 200, body: '<SubscribeResponse/>' }));
  expect(await connector.setup!(spec.account, context)).toEqual({ ok: true });
  expect(requests[0]).toMatchObject({ method: 'POST', url: 'https://sns.eu-west-1.amazonaws.com/' });
  expect(Object.fromEntries(new URLSearchParams(String(requests[0]!.body)))).toEqual({
    Action: 'Subscribe',
    Version: '2010-03-31',
    TopicArn: 'arn:aws:sns:eu-west-1:123456789012:passerelle',
    Protocol: 'https',
    Endpoint: spec.account.hookUrl,
  });
  expect(requests[0]!.headers).not.toHaveProperty('X-Amz-Target');
  expect(requests[0]!.headers!['authorization']).toContain('/eu-west-1/sns/aws4_request');
});

describe('a subscription', () => {
  const fixture = loadFixtures(spec).find(({ name }) => name === 'subscription')!;
  const request = (more: object = {}) => notified(fixtureRequest(fixture, spec.account), more);
  const confirm = connector.hook!.confirm!;

  test('is confirmed by a visit', async () => {
    const { context, requests } = recording(answered({ status: 200, body: '<ok/>' }));
    expect(await confirm(request(), spec.account, context)).toBe(true);
    expect(requests.map(({ method, url, headers }) => [method, new URL(url).host, headers])).toEqual([
      ['GET', 'sns.eu-west-1.amazonaws.com', undefined],
    ]);
  });

  test('that cannot be confirmed is to be tried again', async () => {
    expect(
      await confirm(request(), spec.account, recording(answered({ status: 500, body: '' })).context),
    ).toBe(false);
    expect(
      await confirm(request(), spec.account, recording({ type: 'unknown', reason: 'timeout' }).context),
    ).toBe(false);
  });

  test.each([
    ['an address elsewhere', { SubscribeURL: 'https://internal.test/?Action=ConfirmSubscription' }],
    ['an address that only looks right', { SubscribeURL: 'https://sns.eu-west-1.amazonaws.com.evil.test/' }],
    ['a user in it', { SubscribeURL: 'https://x@sns.eu-west-1.amazonaws.com/' }],
    ['another port', { SubscribeURL: 'https://sns.eu-west-1.amazonaws.com:8443/' }],
    ['no TLS', { SubscribeURL: 'http://sns.eu-west-1.amazonaws.com/' }],
    ['a notification', { Type: 'Notification' }],
  ])('visits nothing: %s', async (_, more) => {
    const { context, requests } = recording(answered({ status: 200, body: '' }));
    expect(await confirm(request(more), spec.account, context)).toBe(true);
    expect(requests).toEqual([]);
  });
});

test.each([
  ['https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0a1b.pem', true],
  ['https://sns.cn-north-1.amazonaws.com.cn/SimpleNotificationService-0a1b.pem', true],
  ['https://sns.eu-west-1.amazonaws.com.evil.test/SimpleNotificationService-0a1b.pem', false],
  ['https://evil.test/sns.eu-west-1.amazonaws.com/SimpleNotificationService-0a1b.pem', false],
  ['https://bucket.s3.amazonaws.com/SimpleNotificationService-0a1b.pem', false],
  ['https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0a1b.pem?x=1', false],
  ['https://sns.eu-west-1.amazonaws.com/a.pem', false],
  ['http://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0a1b.pem', false],
  ['https://sns.eu-west-1.amazonaws.com@evil.test/SimpleNotificationService-0a1b.pem', false],
  ['file:///etc/passwd.pem', false],
])('a certificate at %s: %s', (SigningCertURL, taken) => {
  const fixture = loadFixtures(spec).find(({ name }) => name === 'text')!;
  const request = notified(fixtureRequest(fixture, spec.account), { SigningCertURL });
  expect(connector.hook!.keySet!(spec.account, request) !== undefined).toBe(taken);
  expect(spec.connector.hook!.verify(request, spec.account, Date.UTC(2026, 10, 22, 12)).ok).toBe(taken);
});

test('without the certificate the gateway is asked to fetch it', () => {
  const fixture = loadFixtures(spec).find(({ name }) => name === 'text')!;
  const request = notified(fixtureRequest(fixture, spec.account));
  expect(connector.hook!.verify(request, spec.account, Date.UTC(2026, 10, 22, 12), [])).toMatchObject({
    ok: false,
    unknownKey: true,
  });
});
