import { expect, test } from 'vitest';
import { answered } from '../../test/conformance/scripted.ts';
import { send } from '../../test/conformance/sending.ts';
import { conformance } from '../../test/conformance/suite.ts';
import { spec } from './kaleyra-sms.conformance.ts';

conformance(spec);

test('a text goes out as the document has it', async () => {
  const { requests } = await send(spec, answered(spec.answers!.ok));
  expect(requests[0]).toMatchObject({
    url: 'http://platform.test/v1/HXEXAMPLE1EU/sms',
    headers: { 'api-key': 'example-api-key' },
  });
  expect(requests[0]!.json).toEqual({
    to: '+33639980001',
    sender: '33639980100',
    type: 'TXN',
    unicode: 'Auto',
    body: 'Your table for two is ready.',
    callback_profile_id: 'EU_0b1c2d3e',
  });
});
