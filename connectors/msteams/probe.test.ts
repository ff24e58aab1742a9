import { expect, test } from 'vitest';
import { answered, recording, suiteNowMs } from '../../test/conformance/scripted.ts';
import type { CannedAnswer } from '../../test/conformance/spec.ts';
import { connector } from './index.ts';
import { spec } from './msteams.conformance.ts';

const endsMs = suiteNowMs + 5 * 86_400_000;
const secretAt = (hint: string, atMs: number) => ({ hint, endDateTime: new Date(atMs).toISOString() });
let accounts = 0;

async function probe(registered: CannedAnswer, config: object = {}) {
  const account = {
    ...spec.account,
    config: { ...(spec.account.config as object), graph_url: 'http://graph.test/v1.0', ...config },
    credentials: { client_secret: `sec-of-our-own-${accounts++}` },
  };
  const { context, requests } = recording(({ url }) => {
    if (url.startsWith('http://graph.test')) return answered(registered);
    return answered({ status: 200, body: { access_token: 'example-access', expires_in: 3599 } });
  });
  return { outcome: await connector.probe!(account, context), requests };
}

test('the probe tells when the secret ends by which it asks, and of no other', async () => {
  const passwordCredentials = [
    secretAt('oth', suiteNowMs + 1000),
    secretAt('sec', suiteNowMs - 1000),
    secretAt('sec', endsMs),
    { hint: null, endDateTime: '2299-12-31T00:00:00Z' },
  ];
  const { outcome, requests } = await probe({ status: 200, body: { passwordCredentials } });
  expect(outcome).toMatchObject({ ok: true, expiresAtMs: endsMs });
  expect(requests[1]!.body).toContain('scope=http%3A%2F%2Fgraph.test%2F.default');
  expect(requests[2]).toMatchObject({
    url: expect.stringMatching(
      /^http:\/\/graph\.test\/v1\.0\/applications\(appId='[\da-f-]{36}'\)\?\$select=passwordCredentials$/,
    ) as unknown,
    headers: { authorization: 'Bearer example-access' },
  });
});

test('a bot that may not read its registration, or is in none of its own, works and tells nothing', async () => {
  const forbidden = { status: 403, body: { error: { code: 'Authorization_RequestDenied' } } };
  expect((await probe(forbidden)).outcome).not.toHaveProperty('expiresAtMs');
  expect((await probe(forbidden)).outcome).toMatchObject({ ok: true });
  const shared = await probe(forbidden, { token_tenant: 'botframework.com' });
  expect(shared.outcome).toMatchObject({ ok: true });
  expect(shared.requests).toHaveLength(1);
});
