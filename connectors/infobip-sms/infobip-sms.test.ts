import { expect, test } from 'vitest';
import { answered, recording } from '../../test/conformance/scripted.ts';
import { send, sendRequest } from '../../test/conformance/sending.ts';
import { conformance } from '../../test/conformance/suite.ts';
import { spec } from './infobip-sms.conformance.ts';

conformance(spec);

test('a text goes out as the document has it', async () => {
  const { requests } = await send(spec, answered(spec.answers!.ok));
  expect(requests[0]).toMatchObject({
    method: 'POST',
    url: 'http://platform.test/sms/3/messages',
    headers: { Authorization: 'App example-api-key' },
  });
  expect(requests[0]!.json).toEqual({
    messages: [
      {
        sender: 'ACME',
        destinations: [{ to: '33639980001' }],
        content: { text: 'Your table for two is ready.' },
        webhooks: {
          delivery: { url: `${spec.account.hookUrl}?token=example-hook-token`, intermediateReport: true },
          callbackData: 'msg_01KAP00000000000000000TEST.0',
        },
      },
    ],
  });
});

test('a validity is in seconds, and at most two days', async () => {
  const { context, requests } = recording(answered(spec.answers!.ok));
  const request = { ...sendRequest(spec, spec.samples[0]!), validForSeconds: 999_999 };
  await spec.connector.sender!.send(request, spec.account, context);
  expect(requests[0]!.json).toMatchObject({
    messages: [{ options: { validityPeriod: { amount: 172_800, timeUnit: 'SECONDS' } } }],
  });
});
