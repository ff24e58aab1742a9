import { expect, test } from 'vitest';
import { answered, recording } from '../../test/conformance/scripted.ts';
import { send } from '../../test/conformance/sending.ts';
import { conformance } from '../../test/conformance/suite.ts';
import { spec } from './tyntec-sms.conformance.ts';

conformance(spec);

test('a text goes out as the document has it', async () => {
  const { requests } = await send(spec, answered(spec.answers!.ok));
  expect(requests[0]).toMatchObject({
    method: 'POST',
    url: 'http://platform.test/messaging/v1/sms',
    headers: { apikey: 'example-api-key', Accept: 'application/json' },
  });
  expect(requests[0]!.json).toMatchObject({
    from: '+33639980100',
    to: '+33639980001',
    message: 'Your table for two is ready.',
    callbackUrl: `${spec.account.hookUrl}?token=example-hook-token`,
    callbackMethod: 'POST',
    partLimit: 11,
    upperCased: false,
  });
});

test('a refusal keeps the name of the problem', async () => {
  const { outcome } = await send(spec, answered(spec.answers!.rejected![1]!));
  expect(outcome).toMatchObject({ failure: { platform_code: 'DataNotParseable' } });
});

test('the probe asks with the credentials', async () => {
  const { context, requests } = recording(answered({ status: 200, body: { enabled: false, whiteList: [] } }));
  expect(await spec.connector.probe!(spec.account, context)).toEqual({ ok: true });
  expect(requests[0]).toMatchObject({
    method: 'GET',
    url: 'http://platform.test/account/v1/ip/restriction',
    headers: { apikey: 'example-api-key' },
  });
});
