import { expect, test } from 'vitest';
import { answered, recording } from '../../test/conformance/scripted.ts';
import { send, sendRequest } from '../../test/conformance/sending.ts';
import { conformance } from '../../test/conformance/suite.ts';
import { spec } from './telnyx-sms.conformance.ts';

conformance(spec);

test('a text goes out as the document has it', async () => {
  const { requests } = await send(spec, answered(spec.answers!.ok));
  expect(requests[0]).toMatchObject({
    method: 'POST',
    url: 'http://platform.test/v2/messages',
    headers: { authorization: 'Bearer example-api-key' },
  });
  expect(requests[0]!.json).toEqual({
    from: '+12025550100',
    to: '+33639980001',
    text: 'Your table for two is ready.',
    webhook_url: spec.account.hookUrl,
    use_profile_webhooks: false,
  });
});

test('a picture is named by its address', async () => {
  const { context, requests } = recording(answered(spec.answers!.ok));
  await spec.connector.sender!.send(sendRequest(spec, spec.samples[1]!), spec.account, context);
  expect(requests[0]!.json).toMatchObject({
    text: 'Your table',
    media_urls: ['https://gateway.test/media/med_1'],
  });
});
