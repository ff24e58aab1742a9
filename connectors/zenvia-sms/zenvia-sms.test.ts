import { expect, test } from 'vitest';
import { answered, recording } from '../../test/conformance/scripted.ts';
import { send } from '../../test/conformance/sending.ts';
import { conformance } from '../../test/conformance/suite.ts';
import { spec } from './zenvia-sms.conformance.ts';

conformance(spec);

test('a text goes out as the document has it', async () => {
  const { requests } = await send(spec, answered(spec.answers!.ok));
  expect(requests[0]).toMatchObject({
    method: 'POST',
    url: 'http://platform.test/v2/channels/sms/messages',
    headers: { 'X-API-TOKEN': 'example-api-token' },
    json: {
      from: 'soft-harbor',
      to: '33639980001',
      contents: [{ type: 'text', text: 'Your table for two is ready.' }],
    },
  });
});

test('the probe lists the subscriptions', async () => {
  const { context, requests } = recording(answered({ status: 200, body: [] }));
  expect(await spec.connector.probe!(spec.account, context)).toMatchObject({ ok: true });
  expect(requests[0]!.url).toBe('http://platform.test/v2/subscriptions');
});
