import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { answered, recording } from '../../test/conformance/scripted.ts';
import { BearerCalls } from './bearer.ts';
import { serviceAccountRequest } from './google-account.ts';

const url = 'http://platform.test/thing';

function calls(usable = true) {
  const bearer = new BearerCalls<string>({
    basis: (account) => [account],
    request: (account) => (usable ? { url: `http://login.test/${account}`, form: {} } : undefined),
  });
  let issued = 0;
  let status = 200;
  const { context, requests } = recording((of) =>
    of.url.startsWith('http://login.test/')
      ? answered({ status: 200, body: { access_token: `token-${++issued}`, expires_in: 3600 } })
      : answered({ status, body: {} }),
  );
  return {
    requests,
    answers: (next: number) => (status = next),
    call: (account = 'one') =>
      bearer.call(account, { method: 'GET', url, headers: { accept: 'x' } }, context),
  };
}

describe('calls with a token', () => {
  it('ask for it once for each account, and keep the headers of the call', async () => {
    const { call, requests } = calls();
    await call();
    await call();
    await call('two');
    expect(requests.map(({ url: to }) => to)).toEqual([
      'http://login.test/one',
      url,
      url,
      'http://login.test/two',
      url,
    ]);
    expect(requests[2]!.headers).toEqual({ accept: 'x', authorization: 'Bearer token-1' });
    expect(requests[4]!.headers).toMatchObject({ authorization: 'Bearer token-2' });
  });
  it('ask anew after a 401', async () => {
    const { call, requests, answers } = calls();
    answers(401);
    expect(await call()).toMatchObject({ ok: true, result: { status: 401 } });
    answers(200);
    await call();
    expect(requests.at(-1)!.headers).toMatchObject({ authorization: 'Bearer token-2' });
  });
  it('send nothing with credentials that are none', async () => {
    const { call, requests } = calls(false);
    expect(await call()).toMatchObject({
      ok: false,
      outcome: { type: 'rejected', failure: { code: 'account_unauthorized' } },
    });
    expect(requests).toEqual([]);
  });
});

it('a service account without an RSA key is none', () => {
  const of = (privateKey: string) =>
    serviceAccountRequest({ email: 'a@example.com', privateKey, tokenUrl: 'http://t.test/', scope: 's' }, 0);
  const pem = (type: 'rsa' | 'ec') =>
    (type === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ec', { namedCurve: 'P-256' })
    ).privateKey.export({ format: 'pem', type: 'pkcs8' }) as string;
  expect(of('no key')).toBeUndefined();
  expect(of(pem('ec'))).toBeUndefined();
  expect(of(pem('rsa'))).toMatchObject({ url: 'http://t.test/' });
});
