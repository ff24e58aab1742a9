import { expect, test } from 'vitest';
import { answered, recording } from '../../test/conformance/scripted.ts';
import { send } from '../../test/conformance/sending.ts';
import { conformance } from '../../test/conformance/suite.ts';
import { spec } from './clicksend-sms.conformance.ts';

conformance(spec);

test('a text goes out as the document has it', async () => {
  const { requests } = await send(spec, answered(spec.answers!.ok));
  expect(requests[0]).toMatchObject({
    method: 'POST',
    url: 'http://platform.test/v3/sms/send',
    headers: { authorization: 'Basic ZXhhbXBsZTpleGFtcGxlLWFwaS1rZXk=' },
  });
  expect(requests[0]!.json).toEqual({
    messages: [
      {
        source: 'passerelle',
        from: '+33639980100',
        to: '+33639980001',
        body: 'Your table for two is ready.',
        custom_string: 'msg_01KAP00000000000000000TEST.0',
      },
    ],
  });
});

test('the probe asks with the credentials', async () => {
  const { context, requests } = recording(
    answered({ status: 200, body: { http_code: 200, data: { user_id: 1, username: 'acme' } } }),
  );
  expect(await spec.connector.probe!(spec.account, context)).toEqual({ ok: true, detail: 'acme' });
  expect(requests[0]!.url).toBe('http://platform.test/v3/account');
});
