import { expect, it } from 'vitest';
import type { Content } from '../../protocol/content.ts';
import { answered, recording } from '../../test/conformance/scripted.ts';
import type { CallResult, OutgoingRequest } from '../contract/index.ts';
import { connector } from './index.ts';
import { spec } from './instagram.conformance.ts';

const withConfig = (more: object) => ({
  ...spec.account,
  config: { ...(spec.account.config as object), ...more },
});
const page = withConfig({ page_id: '900800700600', media: 'upload' });

async function send(
  content: Content,
  {
    account = spec.account,
    replyTo,
    script,
  }: { account?: typeof spec.account; replyTo?: string; script?: (of: OutgoingRequest) => CallResult } = {},
) {
  const { context, requests } = recording(script ?? answered(spec.answers!.ok));
  const held = {
    url: 'https://gateway.test/media/m',
    mediaType: 'image/png',
    bytes: 3,
    read: () => Promise.resolve(Uint8Array.of(1, 2, 3)),
  };
  const request = {
    messageId: 'msg',
    idempotencyKey: 'msg.0',
    address: spec.addresses.sample,
    part: { content },
    media: new Map([['m', held]]),
    thread: [],
    ...(replyTo ? { replyTo } : {}),
  };
  return { outcome: await connector.sender!.send(request, account, context), requests };
}
const recipient = { id: '7200000000000001' };
const picture: Content = { kind: 'media', media: { type: 'image', id: 'm' }, caption: 'Here' };

it('sends for the account itself, or by its Page', async () => {
  const urls = await Promise.all(
    [spec.account, page].map(
      async (account) => (await send({ kind: 'text', text: 'x' }, { account })).requests[0]!.url,
    ),
  );
  expect(urls).toEqual([
    'http://platform.test/v25.0/17841400000000001/messages',
    'http://platform.test/v25.0/900800700600/messages',
  ]);
});

it('has pictures fetched, or uploads them by the Page', async () => {
  const fetched = await send(picture);
  expect(fetched.requests.map(({ json }) => json)).toEqual([
    {
      recipient,
      message: { attachments: [{ type: 'image', payload: { url: 'https://gateway.test/media/m' } }] },
    },
    { recipient, message: { text: 'Here' } },
  ]);
  const script = ({ url }: OutgoingRequest) =>
    answered(url.endsWith('attachments') ? { status: 200, body: { attachment_id: '55' } } : spec.answers!.ok);
  const uploaded = await send(picture, { account: page, script });
  expect(uploaded.requests[0]!.body).toBeInstanceOf(FormData);
  expect((uploaded.requests[0]!.body as FormData).get('platform')).toBe('instagram');
  expect(uploaded.requests[1]!.json).toEqual({
    recipient,
    message: { attachments: [{ type: 'image', payload: { attachment_id: '55' } }] },
  });
});

it('quotes, reacts with any emoji, and takes a reaction back', async () => {
  const json = async (content: Content) => (await send(content, { replyTo: 'm_1' })).requests[0]!.json;
  expect(await json({ kind: 'text', text: 'x' })).toEqual({
    recipient,
    reply_to: { mid: 'm_1' },
    message: { text: 'x' },
  });
  expect(await json({ kind: 'reaction', message_id: 'msg', emoji: '🎉' })).toEqual({
    recipient,
    sender_action: 'react',
    payload: { message_id: 'm_1', reaction: '🎉' },
  });
  expect(await json({ kind: 'reaction', message_id: 'msg', emoji: '' })).toEqual({
    recipient,
    sender_action: 'unreact',
    payload: { message_id: 'm_1' },
  });
});

it('sends a native message to nobody else', async () => {
  const payload = { recipient: { id: '1' }, message: { text: 'x' } };
  const { requests } = await send({ kind: 'native', connector: 'instagram', payload, text: 'x' });
  expect(requests[0]!.json).toEqual({ recipient, message: { text: 'x' } });
});

it('says when a token is of another account', async () => {
  const probe = (account: typeof spec.account, body: object) =>
    connector.probe!(account, recording(answered({ status: 200, body })).context);
  const own = '17841400000000001';
  expect(await probe(spec.account, { user_id: own, username: 'example.shop' })).toEqual({
    ok: true,
    detail: 'example.shop',
  });
  expect(await probe(spec.account, { user_id: '1' })).toMatchObject({ ok: false });
  expect(await probe(page, { name: 'Example', instagram_business_account: { id: own } })).toMatchObject({
    ok: true,
  });
  expect(await probe(page, { name: 'Example' })).toMatchObject({ ok: false });
});

it('asks when a token of the app’s ends; what the other interface has in its place would renew the token', async () => {
  const own = '17841400000000001';
  const probe = async (account: typeof spec.account) => {
    const { context, requests } = recording(({ url }) =>
      answered({
        status: 200,
        body: url.includes('/debug_token')
          ? { data: { is_valid: true, expires_at: 1_800_000_000 } }
          : { user_id: own, instagram_business_account: { id: own } },
      }),
    );
    return { outcome: await connector.probe!(account, context), calls: requests.length };
  };
  expect(await probe(page)).toEqual({ outcome: { ok: true, expiresAtMs: 1_800_000_000_000 }, calls: 2 });
  expect(await probe(spec.account)).toEqual({ outcome: { ok: true }, calls: 1 });
});

it('shakes hands only with the right word', () => {
  const request = (word: string) => ({
    method: 'GET',
    path: '',
    url: spec.account.hookUrl,
    query: new URLSearchParams({ 'hub.mode': 'subscribe', 'hub.verify_token': word, 'hub.challenge': '42' }),
    headers: {},
    body: new Uint8Array(),
  });
  expect(connector.hook!.handshake!(request('conformance-verify-token'), spec.account)).toMatchObject({
    status: 200,
    body: '42',
  });
  expect(connector.hook!.handshake!(request('another'), spec.account)).toMatchObject({ status: 403 });
});
