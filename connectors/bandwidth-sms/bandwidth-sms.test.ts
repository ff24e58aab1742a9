import { expect, test } from 'vitest';
import { answered, recording } from '../../test/conformance/scripted.ts';
import { sendRequest } from '../../test/conformance/sending.ts';
import { conformance } from '../../test/conformance/suite.ts';
import { spec } from './bandwidth-sms.conformance.ts';
import { connector } from './index.ts';

conformance(spec);

const token = (expires = 3600) =>
  answered({ status: 200, body: { access_token: 'example-access', expires_in: expires } });
const steps = (other = answered(spec.answers!.ok)) =>
  recording(({ url }) => (url.endsWith('/token') ? token() : other));

test('a picture goes out with a token that is asked for once', async () => {
  const { context, requests } = steps();
  const account = { ...spec.account, credentials: { ...spec.account.credentials, client_id: 'once' } };
  for (const sample of [...spec.samples].toReversed())
    await connector.sender!.send({ ...sendRequest(spec, sample), validForSeconds: 60 }, account, context);
  expect(requests.map(({ url }) => url)).toEqual([
    'http://platform.test/token',
    'http://platform.test/api/v2/users/5500100/messages',
    'http://platform.test/api/v2/users/5500100/messages',
  ]);
  expect(requests[0]).toMatchObject({
    headers: { authorization: `Basic ${Buffer.from('once:example-client-secret').toString('base64')}` },
    body: 'grant_type=client_credentials',
  });
  expect(requests[1]).toMatchObject({
    headers: { authorization: 'Bearer example-access' },
    json: {
      applicationId: '0b1c2d3e-4f50-4a61-8b72-9c8d0e1f2a3b',
      from: '+12025550100',
      to: ['+33639980001'],
      text: 'Your table',
      media: ['https://gateway.test/media/med_1'],
      tag: 'msg_01KAP00000000000000000TEST.0',
      expiration: '2026-11-22T12:01:00.000Z',
    },
  });
});

test('after a 401 a token is asked for anew, and without one nothing is sent', async () => {
  const account = { ...spec.account, credentials: { ...spec.account.credentials, client_id: 'anew' } };
  const refused = steps(answered(spec.answers!.unauthorized));
  for (let times = 0; times < 2; times++)
    await connector.sender!.send(sendRequest(spec, spec.samples[0]!), account, refused.context);
  expect(refused.requests.filter(({ url }) => url.endsWith('/token'))).toHaveLength(2);
  const { context, requests } = recording(answered({ status: 401, body: { error: 'invalid_client' } }));
  const outcome = await connector.sender!.send(sendRequest(spec, spec.samples[0]!), account, context);
  expect(outcome).toMatchObject({ type: 'rejected', failure: { code: 'account_unauthorized' } });
  expect(requests).toHaveLength(1);
});

test('set-up writes the hook into the application', async () => {
  const { context, requests } = steps(answered({ status: 200, body: '<ok/>' }));
  expect(await connector.setup!(spec.account, context)).toEqual({ ok: true });
  const put = requests.at(-1)!;
  expect(put).toMatchObject({ method: 'PUT', headers: { authorization: 'Bearer example-access' } });
  expect(put.url).toMatch(/\/api\/accounts\/5500100\/applications\/0b1c2d3e/);
  expect(put.body).toContain(`<InboundCallbackUrl>${spec.account.hookUrl}</InboundCallbackUrl>`);
  expect(put.body).toContain('<UserId>passerelle</UserId><Password>example-hook-password</Password>');
  expect(await connector.setup!(spec.account, steps(answered({ status: 404, body: '' })).context)).toEqual({
    ok: false,
    detail: 'The hook could not be registered: status 404.',
  });
});

test('media are fetched with the token, from Bandwidth only', async () => {
  const { context, requests } = steps(answered({ status: 200, body: 'bytes' }));
  for (const url of ['http://platform.test/api/v2/users/1/media/x.png', 'https://elsewhere.test/x.png'])
    await connector.media!.fetch(url, spec.account, { ...context, maxBytes: 100 });
  const fetched = requests.filter(({ method }) => method === 'GET');
  expect(fetched.map(({ headers }) => headers)).toEqual([{ authorization: 'Bearer example-access' }, {}]);
});
