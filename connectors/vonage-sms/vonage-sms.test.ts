import { expect, test } from 'vitest';
import { answered, recording } from '../../test/conformance/scripted.ts';
import { send, sendRequest } from '../../test/conformance/sending.ts';
import { conformance } from '../../test/conformance/suite.ts';
import { spec } from './vonage-sms.conformance.ts';

conformance(spec);

test('a text goes out as the document has it', async () => {
  const { requests } = await send(spec, answered(spec.answers!.ok));
  expect(requests[0]).toMatchObject({
    method: 'POST',
    url: 'http://platform.test/v1/messages',
    headers: { authorization: `Basic ${Buffer.from('abcd1234:example-api-secret').toString('base64')}` },
    json: {
      message_type: 'text',
      channel: 'sms',
      to: '33639980001',
      from: '33639980100',
      text: 'Your table for two is ready.',
      client_ref: 'msg_01KAP00000000000000000TEST.0',
      webhook_url: spec.account.hookUrl,
      sms: { encoding_type: 'text' },
    },
  });
  expect(requests[0]!.json).not.toHaveProperty('ttl');
});

test('what GSM 7 cannot write is unicode, and a validity is a number', async () => {
  const { context, requests } = recording(answered(spec.answers!.ok));
  const request = sendRequest(spec, { kind: 'text', text: 'Привет "💥"\n' });
  await spec.connector.sender!.send({ ...request, validForSeconds: 3600 }, spec.account, context);
  expect(requests[0]!.json).toMatchObject({
    text: 'Привет "💥"\n',
    ttl: 3600,
    sms: { encoding_type: 'unicode' },
  });
});
