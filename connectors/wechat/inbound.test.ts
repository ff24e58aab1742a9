import { expect, it } from 'vitest';
import { fixtureRequest, loadFixtures } from '../../test/conformance/fixtures.ts';
import { suiteNowMs } from '../../test/conformance/scripted.ts';
import type { Account, HookRequest } from '../contract/index.ts';
import { decrypt, signatureOf } from './envelope.ts';
import { connector } from './index.ts';
import { aesKey, encrypted, sealed, spec } from './wechat.conformance.ts';

const hook = connector.hook!;
const { encoding_aes_key: _, ...plainCredentials } = spec.account.credentials as Record<string, string>;
const plainAccount: Account = { ...spec.account, credentials: plainCredentials };
const fixture = loadFixtures(spec).find(({ name }) => name === 'text')!;

/** A request in plain mode, or the one that saves the server configuration. */
function plain(query: Record<string, string> = {}, token = plainCredentials['token']!): HookRequest {
  const [timestamp, nonce] = [String(suiteNowMs / 1000), 'n'];
  const search = { signature: signatureOf(token, timestamp, nonce), timestamp, nonce, ...query };
  return { ...fixtureRequest(fixture, plainAccount), query: new URLSearchParams(search) };
}

it('takes plain messages of an account without a key', () => {
  expect(hook.verify(plain(), plainAccount, suiteNowMs)).toEqual({ ok: true });
  expect(hook.parse(plain(), plainAccount)).toMatchObject({
    ok: true,
    items: fixture.items,
    response: { status: 200, body: 'success' },
  });
  expect(hook.verify(plain({}, 'another'), plainAccount, suiteNowMs)).toMatchObject({ ok: false });
  expect(hook.verify(plain(), plainAccount, suiteNowMs + 301_000)).toMatchObject({ ok: false });
});

it('takes no plain message of an account with a key, and reads none', () => {
  expect(hook.verify(plain(), spec.account, suiteNowMs)).toMatchObject({ ok: false });
  expect(hook.parse(plain(), spec.account)).toMatchObject({ ok: false, status: 422 });
});

it('gives the echo back to who knows the token alone', () => {
  const asked = (request: HookRequest) => hook.handshake!({ ...request, method: 'GET' }, spec.account);
  expect(asked(plain({ echostr: '5838479218127813673' }))).toMatchObject({
    status: 200,
    body: '5838479218127813673',
  });
  expect(asked(plain({ echostr: '1' }, 'another'))).toMatchObject({ status: 403 });
  expect(asked(plain({ echostr: '<script>' }))).toMatchObject({ status: 400 });
  expect(hook.handshake!(plain(), spec.account)).toBeUndefined();
});

it('opens an envelope of any length, and none whose end is wrong', () => {
  for (let length = 0; length < 70; length++) {
    const message = 'é'.repeat(length);
    const opened = decrypt(encrypted(message), aesKey, 'wx0123456789abcdef');
    expect(opened && Buffer.from(opened).toString('utf8')).toBe(message);
  }
  expect(decrypt(encrypted('x', aesKey, 'wxfedcba9876543210'), aesKey, 'wx0123456789abcdef')).toBeUndefined();
  expect(decrypt('', aesKey, 'wx0123456789abcdef')).toBeUndefined();
  expect(decrypt('AAAA', aesKey, 'wx0123456789abcdef')).toBeUndefined();
  expect(decrypt(Buffer.alloc(64).toString('base64'), aesKey, 'wx0123456789abcdef')).toBeUndefined();
});

it('reads the encrypted message where the plain one stands beside it', () => {
  const request = sealed(fixtureRequest(fixture, spec.account));
  const both = Buffer.from(
    Buffer.from(request.body)
      .toString('utf8')
      .replace('<Encrypt>', '<MsgType>text</MsgType><Content>forged</Content><Encrypt>'),
  );
  expect(hook.verify({ ...request, body: both }, spec.account, suiteNowMs)).toEqual({ ok: true });
  expect(hook.parse({ ...request, body: both }, spec.account)).toMatchObject({ items: fixture.items });
});
