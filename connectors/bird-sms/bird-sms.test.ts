import { expect, test } from 'vitest';
import { answered } from '../../test/conformance/scripted.ts';
import { send } from '../../test/conformance/sending.ts';
import { conformance } from '../../test/conformance/suite.ts';
import { spec } from './bird-sms.conformance.ts';

conformance(spec);

test('a text goes out as the document has it, with a key to repeat it by', async () => {
  const { requests } = await send(spec, answered(spec.answers!.ok));
  expect(requests[0]).toMatchObject({
    method: 'POST',
    url: 'http://platform.test/v1/sms/messages',
    headers: {
      authorization: 'Bearer bk_eu1_example',
      'Idempotency-Key': 'msg_01KAP00000000000000000TEST.0',
    },
  });
  expect(requests[0]!.json).toEqual({
    to: '+33639980001',
    from: '+33639980100',
    text: 'Your table for two is ready.',
    category: 'transactional',
  });
});

test('the same key still being worked on is no refusal', async () => {
  const body = { error: { type: 'conflict_error', code: 'E01004', name: 'request_in_progress' } };
  expect((await send(spec, answered({ status: 409, body }))).outcome).toMatchObject({ type: 'throttled' });
});
