import { expect, test } from 'vitest';
import { answered, recording } from '../../../test/conformance/scripted.ts';
import type { OutgoingRequest } from '../../contract/index.ts';
import { tokenExpiry } from './token-expiry.ts';

const config = { base_url: 'http://platform.test', api_version: 'v25.0' };
const secrets = { token: 'example+token', appSecret: 'example-app-secret' };
const endsS = 1_800_000_000;

async function asked(data: object, app?: { app_id: string }, status = 200) {
  const { context, requests } = recording(answered({ status, body: data }));
  return { outcome: await tokenExpiry({ ...config, ...app }, secrets, context), requests };
}
const authorization = ([request]: OutgoingRequest[]) => request?.headers?.['authorization'];

test('the app asks about the token, where its id is known; else the token asks about itself', async () => {
  const { outcome, requests } = await asked(
    { data: { is_valid: true, expires_at: endsS } },
    { app_id: '42' },
  );
  expect(outcome).toEqual({ expiresAtMs: endsS * 1000 });
  expect(requests[0]).toMatchObject({
    method: 'GET',
    url: 'http://platform.test/v25.0/debug_token?input_token=example%2Btoken',
  });
  expect(authorization(requests)).toBe('Bearer 42|example-app-secret');
  expect(authorization((await asked({})).requests)).toBe('Bearer example+token');
});

test.each([
  [
    'the end of what it may see comes first',
    { expires_at: endsS, data_access_expires_at: endsS - 9 },
    endsS - 9,
  ],
  ['a token that never ends may still see no more', { expires_at: 0, data_access_expires_at: endsS }, endsS],
])('%s', async (_, data, ends) => {
  expect((await asked({ data })).outcome).toEqual({ expiresAtMs: ends * 1000 });
});

test('a token that does not end is told apart from one of which nothing is known', async () => {
  expect((await asked({ data: { expires_at: 0, data_access_expires_at: 0 } })).outcome).toEqual({
    expiresAtMs: null,
  });
  expect((await asked({ data: {} })).outcome).toEqual({});
  expect((await asked({ data: { is_valid: false, expires_at: 0 } })).outcome).toEqual({});
  const refused = { error: { code: 190, message: 'refused' } };
  expect((await asked(refused, undefined, 400)).outcome).toEqual({});
  expect((await asked({ data: { expires_at: 1e300 } })).outcome).toEqual({});
});
