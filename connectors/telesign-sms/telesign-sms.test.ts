import { expect, test } from 'vitest';
import { answered } from '../../test/conformance/scripted.ts';
import { send } from '../../test/conformance/sending.ts';
import { conformance } from '../../test/conformance/suite.ts';
import { readForm } from '../kit/form.ts';
import { spec } from './telesign-sms.conformance.ts';

conformance(spec);

test('a text goes out as the document has it', async () => {
  const { requests } = await send(spec, answered(spec.answers!.ok));
  expect(requests[0]).toMatchObject({ method: 'POST', url: 'http://platform.test/v1/messaging' });
  expect(requests[0]!.headers!['authorization']).toBe(
    `Basic ${Buffer.from('FFFFFFFF-0000-4000-8000-000000000001:ZXhhbXBsZS1hcGkta2V5').toString('base64')}`,
  );
  expect(readForm(requests[0]!.body as string)).toEqual({
    ok: true,
    value: {
      phone_number: '33639980001',
      message: 'Your table for two is ready.',
      message_type: 'ARN',
      sender_id: '33639980100',
      external_id: 'msg_01KAP00000000000000000TEST.0',
      callback_url: spec.account.hookUrl,
    },
  });
});
