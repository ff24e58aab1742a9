import { expect, test } from 'vitest';
import { answered, recording } from '../../test/conformance/scripted.ts';
import { send } from '../../test/conformance/sending.ts';
import { conformance } from '../../test/conformance/suite.ts';
import { spec } from './clickatell-sms.conformance.ts';

conformance(spec);

test('a text goes out as the document has it', async () => {
  const { requests } = await send(spec, answered(spec.answers!.ok));
  expect(requests[0]).toMatchObject({
    url: 'http://platform.test/v1/message',
    headers: { Authorization: 'example-api-key' },
  });
  expect(requests[0]!.json).toEqual({
    messages: [
      {
        channel: 'sms',
        to: '33639980001',
        from: '33639980100',
        content: 'Your table for two is ready.',
        clientMessageId: 'msg_01KAP00000000000000000TEST.0',
      },
    ],
  });
});

test('the probe reads the balance', async () => {
  const { context, requests } = recording(answered({ status: 200, body: { balance: 12.5 } }));
  expect(await spec.connector.probe!(spec.account, context)).toEqual({ ok: true, detail: '12.5' });
  expect(requests[0]!.url).toBe('http://platform.test/public-client/balance');
});
