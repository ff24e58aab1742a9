import { expect, test } from 'vitest';
import { answered, recording, suiteNowMs } from '../../test/conformance/scripted.ts';
import { fixtureRequest, loadFixtures } from '../../test/conformance/fixtures.ts';
import { send, sendRequest } from '../../test/conformance/sending.ts';
import { conformance } from '../../test/conformance/suite.ts';
import { spec } from './sinch-sms.conformance.ts';

conformance(spec);

test('a text goes out as the document has it', async () => {
  const { requests } = await send(spec, answered(spec.answers!.ok));
  expect(requests[0]).toMatchObject({
    method: 'POST',
    url: 'http://platform.test/xms/v1/plan1/batches',
    headers: { authorization: 'Bearer example-api-token' },
  });
  expect(requests[0]!.json).toEqual({
    type: 'mt_text',
    from: '+33639980100',
    to: ['+33639980001'],
    body: 'Your table for two is ready.',
    delivery_report: 'per_recipient',
    callback_url: `${spec.account.hookUrl}?token=example-hook-token`,
    client_reference: 'msg_01KAP00000000000000000TEST.0',
  });
});

test('a validity is a time', async () => {
  const { context, requests } = recording(answered(spec.answers!.ok));
  const request = { ...sendRequest(spec, spec.samples[0]!), validForSeconds: 3600 };
  await spec.connector.sender!.send(request, spec.account, context);
  expect(requests[0]!.json).toMatchObject({ expire_at: new Date(context.now() + 3_600_000).toISOString() });
});

test('where Sinch signs nothing, the token in the address is asked for', () => {
  const { webhook_secret: _, ...credentials } = spec.account.credentials as Record<string, string>;
  const account = { ...spec.account, credentials };
  const called = (query: string) => {
    const request = { ...fixtureRequest(loadFixtures(spec)[0]!, account), query: new URLSearchParams(query) };
    return spec.connector.hook!.verify(request, account, suiteNowMs).ok;
  };
  expect(called('token=example-hook-token')).toBe(true);
  expect(called('token=example-hook-tokem')).toBe(false);
  expect(called('')).toBe(false);
});
