import { createPublicKey, verify as verifySignature } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Content } from '../../protocol/content.ts';
import { answered, recording, suiteNowMs } from '../../test/conformance/scripted.ts';
import { signingKey } from '../../test/conformance/signing-key.ts';
import type { HookRequest, Part } from '../contract/index.ts';
import { anyMedia, everyPart, notBlank } from '../kit/adapted.testing.ts';
import { requestOf } from '../kit/request.testing.ts';
import { claims, google, spec } from './google-chat.conformance.ts';
import { connector } from './index.ts';
import type { GoogleChatAccount } from './manifest.ts';
import { isTooLarge, render } from './render.ts';

let accounts = 0;
const fresh = (more: object = {}): GoogleChatAccount => ({
  ...(spec.account as GoogleChatAccount),
  config: {
    ...(spec.account.config as GoogleChatAccount['config']),
    service_account: `bot${accounts++}@example.com`,
    ...more,
  },
});

async function send(content: Content, replyTo?: string, account = fresh()) {
  const { context, requests } = recording(({ url }) =>
    answered({
      status: 200,
      body: url.endsWith('/token')
        ? { access_token: 'access', expires_in: 3599 }
        : { name: url.includes(':find') ? 'spaces/EXAMPLE' : 'spaces/EXAMPLE/messages/2.2' },
    }),
  );
  const outcome = await connector.sender!.send(requestOf(spec, content, { replyTo }), account, context);
  return {
    outcome,
    requests,
    calls: requests.map(({ method, url }) => `${method} ${url.replace('http://platform.test', '')}`),
  };
}

describe('a send', () => {
  it('changes a signed statement for a token, finds the conversation, and may be repeated', async () => {
    const account = fresh();
    const { calls, requests, outcome } = await send({ kind: 'text', text: 'x' }, undefined, account);
    expect(outcome).toEqual({ type: 'sent', providerIds: ['spaces/EXAMPLE/messages/2.2'] });
    expect(calls.slice(0, 2)).toEqual([
      'POST /token',
      'GET /v1/spaces:findDirectMessage?name=users%2F100200300400500',
    ]);
    expect(calls[2]).toMatch(/^POST \/v1\/spaces\/EXAMPLE\/messages\?requestId=[0-9a-f]{36}$/);
    const again = await send({ kind: 'text', text: 'x' }, undefined, account);
    expect(again.calls).toEqual([calls[2]]);
    const assertion = new URLSearchParams(requests[0]!.body as string).get('assertion')!;
    const [header, payload, signature] = assertion.split('.') as [string, string, string];
    expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toEqual({
      iss: account.config.service_account,
      scope: 'https://www.googleapis.com/auth/chat.bot',
      aud: 'http://platform.test/token',
      iat: suiteNowMs / 1000,
      exp: suiteNowMs / 1000 + 3600,
    });
    const signed = verifySignature(
      'RSA-SHA256',
      Buffer.from(`${header}.${payload}`),
      createPublicKey(google.pem),
      Buffer.from(signature, 'base64url'),
    );
    expect(signed).toBe(true);
  });
  it('with a key that is none says so', async () => {
    const pem = `-----BEGIN PRIVATE KEY-----\n${'A'.repeat(200)}\n-----END PRIVATE KEY-----`;
    const { outcome } = await send({ kind: 'text', text: 'x' }, undefined, {
      ...fresh(),
      credentials: { private_key: pem },
    });
    expect(outcome).toMatchObject({ type: 'rejected', failure: { code: 'account_unauthorized' } });
  });
  it('alarms nobody and hides no link', async () => {
    const { requests } = await send({ kind: 'text', text: '<users/all> <https://a.test|b> a < b' });
    expect(requests[2]!.json).toEqual({ text: '<\u200busers/all> <\u200bhttps://a.test|b> a < b' });
  });
  it('of a card shows what was written, not what it would mean', async () => {
    const { requests } = await send({ kind: 'card', card: { title: '<a href="x">', subtitle: 'b & c' } });
    expect(JSON.stringify(requests[2]!.json)).toContain('<b>&lt;a href=\\"x\\"&gt;</b><br>b &amp; c');
  });
  it('that is too large is not tried', async () => {
    const { outcome, calls } = await send({
      kind: 'native',
      connector: 'google-chat',
      payload: { text: 'é'.repeat(16_000) },
      text: 'x',
    });
    expect(outcome).toMatchObject({ failure: { code: 'content_too_large' } });
    expect(calls).toEqual([]);
  });
});

it('an edit and a removal are of the message', async () => {
  const target = 'spaces/EXAMPLE/messages/1.1:press:2026';
  expect((await send({ kind: 'edit', text: 'y', message_id: 'm' }, target)).calls.slice(1)).toEqual([
    'PATCH /v1/spaces/EXAMPLE/messages/1.1?updateMask=text',
  ]);
  expect((await send({ kind: 'removal', message_id: 'm' }, target)).calls.slice(1)).toEqual([
    'DELETE /v1/spaces/EXAMPLE/messages/1.1',
  ]);
  for (const replyTo of [undefined, 'spaces/../x', 'spaces/A/messages/', 'x'])
    expect((await send({ kind: 'removal', message_id: 'm' }, replyTo)).outcome).toMatchObject({
      failure: { code: 'content_refused' },
    });
});

it('a file is asked for by its name, which leads nowhere else', async () => {
  const { context, requests } = recording(
    answered({ status: 200, body: { access_token: 'access', expires_in: 3599 } }),
  );
  for (const reference of ['Q2xhc3M1==', '../spaces', 'a/../b', 'https://example.com/', ''])
    await connector.media!.fetch(reference, fresh(), { ...context, maxBytes: 1000 });
  expect(requests.map(({ url }) => url)).toEqual([
    'http://platform.test/token',
    'http://platform.test/v1/media/Q2xhc3M1==?alt=media',
  ]);
});

describe('who signs for Chat', () => {
  const hook = connector.hook!;
  const own = signingKey('chat-own');
  const bearing = (token: string): HookRequest => ({
    ...spec.request!({ name: 'x', document: 'x', request: { json: {} }, items: [] }),
    headers: { authorization: `Bearer ${token}` },
  });
  it('is Google for an address, and Chat itself for a project', () => {
    const byProject = fresh({ audience: '1234567890' });
    expect(hook.keySet!(spec.account)).toBe('https://www.googleapis.com/oauth2/v3/certs');
    expect(hook.keySet!(byProject)).toBe(
      'https://www.googleapis.com/service_accounts/v1/jwk/chat@system.gserviceaccount.com',
    );
    const token = own.token({ ...claims, iss: 'chat@system.gserviceaccount.com', aud: '1234567890' });
    expect(hook.verify(bearing(token), byProject, suiteNowMs, own.keys)).toEqual({ ok: true });
    expect(hook.verify(bearing(token), spec.account, suiteNowMs, own.keys).ok).toBe(false);
    expect(hook.verify(bearing(google.token(claims)), byProject, suiteNowMs, google.keys).ok).toBe(false);
  });
  it('a key that is not known may be fetched; nobody else makes the gateway fetch', () => {
    const verdict = (token: string) => hook.verify(bearing(token), spec.account, suiteNowMs, []);
    expect(verdict(google.token(claims))).toMatchObject({ ok: false, unknownKey: true });
    expect(verdict(google.token({ ...claims, aud: 'x' }))).not.toHaveProperty('unknownKey');
    expect(verdict('nonsense')).not.toHaveProperty('unknownKey');
  });
});

it('whatever a merchant sends, adapted to the capabilities, keeps to the limits of Google Chat', async () => {
  const check = (part: Part) => {
    const message = render({ part, media: anyMedia });
    expect(message, part.content.kind).toBeDefined();
    expect([isTooLarge(message!), String(message!['text'] ?? 'x') !== '']).toEqual([false, true]);
  };
  await everyPart(connector, check, { contents: notBlank, except: ['native', 'removal'] });
});
