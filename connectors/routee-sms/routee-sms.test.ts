import { expect, test } from 'vitest';
import { answered, recording } from '../../test/conformance/scripted.ts';
import { send, sendRequest } from '../../test/conformance/sending.ts';
import { conformance } from '../../test/conformance/suite.ts';
import { connector } from './index.ts';
import { spec } from './routee-sms.conformance.ts';

conformance(spec);

test('a text goes out as the document has it, with a validity in minutes', async () => {
  const { context, requests } = recording(answered(spec.answers!.ok));
  const request = {
    ...sendRequest(spec, { kind: 'text', text: 'Your table for two is ready.' }),
    validForSeconds: 600,
  };
  await spec.connector.sender!.send(request, spec.account, context);
  expect(requests.at(-1)).toMatchObject({
    method: 'POST',
    url: 'http://platform.test/sms',
    headers: { authorization: 'Bearer example-access' },
    json: {
      from: '+33639980100',
      to: '+33639980001',
      body: 'Your table for two is ready.',
      ttl: 10,
      callback: { url: `${spec.account.hookUrl}?token=example-hook-token`, strategy: 'OnChange' },
    },
  });
});

test('a token is asked for with the application’s own name and secret', async () => {
  const { context, requests } = recording(answered({ status: 401, body: {} }));
  const sample = sendRequest(spec, { kind: 'text', text: 'x' });
  const credentials = { application_secret: 'example-new-secret', hook_token: 'example-hook-token' };
  const account = { ...spec.account, credentials };
  expect(await connector.sender!.send(sample, account, context)).toMatchObject({
    failure: { code: 'account_unauthorized' },
  });
  expect(requests).toHaveLength(1);
  expect(requests[0]).toMatchObject({
    url: 'http://platform.test/oauth/token',
    headers: {
      authorization: `Basic ${Buffer.from('example-application:example-new-secret').toString('base64')}`,
    },
  });
});

test('a refusal keeps its code', async () => {
  const { outcome } = await send(spec, answered(spec.answers!.rejected![1]!));
  expect(outcome).toMatchObject({ failure: { platform_code: '400005000' } });
});
