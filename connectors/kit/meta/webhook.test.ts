import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { HookRequest } from '../../contract/index.ts';
import { eventId, metaHandshake, verifyMetaSignature } from './webhook.ts';

const secret = 'app-secret';
const request = (body: string, signedBody = body): HookRequest => ({
  method: 'POST',
  path: '',
  url: 'https://gateway.test/hooks/whatsapp/acc',
  query: new URLSearchParams(),
  headers: {
    'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(signedBody).digest('hex')}`,
  },
  body: Buffer.from(body),
});
const asking = (query: Record<string, string>): HookRequest => ({
  ...request(''),
  method: 'GET',
  query: new URLSearchParams({
    'hub.mode': 'subscribe',
    'hub.verify_token': 'word',
    'hub.challenge': '1158201444',
    ...query,
  }),
});

describe('the signature', () => {
  const plain = '{"text":"où 🚲"}';
  const escaped = String.raw`{"text":"o\u00f9 \ud83d\udeb2"}`;
  it('is over the bytes, escaped or not', () => {
    expect(JSON.parse(plain)).toEqual(JSON.parse(escaped));
    expect(verifyMetaSignature(request(plain), secret)).toEqual({ ok: true });
    expect(verifyMetaSignature(request(escaped), secret)).toEqual({ ok: true });
  });
  it('of the same JSON written otherwise does not do', () => {
    expect(verifyMetaSignature(request(plain, escaped), secret).ok).toBe(false);
    expect(verifyMetaSignature(request(escaped, plain), secret).ok).toBe(false);
  });
  it('never matches an empty secret', () => {
    expect(verifyMetaSignature(request(plain), '').ok).toBe(false);
  });
});

describe('the handshake', () => {
  it('echoes the challenge as plain text to who knows the word', () => {
    expect(metaHandshake(asking({}), 'word')).toMatchObject({
      status: 200,
      body: '1158201444',
      headers: { 'content-type': 'text/plain; charset=utf-8' },
    });
  });
  it('tells nothing to anyone else', () => {
    const queries: Record<string, string>[] = [
      { 'hub.verify_token': 'other' },
      { 'hub.verify_token': '' },
      { 'hub.mode': 'unsubscribe' },
    ];
    for (const query of queries)
      expect(metaHandshake(asking(query), 'word')).toMatchObject({ status: 403, body: 'wrong verify token' });
    expect(metaHandshake(asking({ 'hub.verify_token': '' }), '')?.status).toBe(403);
  });
  it('echoes no markup and nothing long', () => {
    for (const challenge of ['<script>', 'a b', '', '1\r\nx: y', '1'.repeat(257)])
      expect(metaHandshake(asking({ 'hub.challenge': challenge }), 'word')?.status).toBe(400);
  });
  it('is no event', () => {
    expect(metaHandshake({ ...asking({}), method: 'POST' }, 'word')).toBeUndefined();
    expect(metaHandshake({ ...asking({}), query: new URLSearchParams() }, 'word')).toBeUndefined();
  });
});

it('events without an id get one of what they are', () => {
  expect(eventId('postback', '1', 2, 'x')).toBe(eventId('postback', '1', 2, 'x'));
  expect(eventId('postback', '1', 2, 'x')).not.toBe(eventId('postback', '1', 3, 'x'));
  expect(eventId('postback', '12', 'x')).not.toBe(eventId('postback', '1', '2x'));
});
