import { expect, it } from 'vitest';
import type { Content } from '../../protocol/content.ts';
import { answered, recording, suiteNowMs } from '../../test/conformance/scripted.ts';
import type { Account, OutboundMedia, OutgoingRequest } from '../contract/index.ts';
import { connector } from './index.ts';
import { spec } from './wechat.conformance.ts';

const ok = { errcode: 0, errmsg: 'ok' };
let accounts = 0;

/** WeChat as a function of its path, for an account that nothing is kept of yet. */
function wechat(answer: (path: string, count: number) => object) {
  const counts = new Map<string, number>();
  const bodies: { path: string; request: OutgoingRequest }[] = [];
  const { context } = recording((request) => {
    const path = new URL(request.url).pathname.replace('/cgi-bin/', '');
    counts.set(path, (counts.get(path) ?? 0) + 1);
    bodies.push({ path, request });
    const body =
      path === 'stable_token'
        ? { access_token: `token-${counts.get(path)}`, expires_in: 7200 }
        : answer(path, counts.get(path)!);
    return answered({ status: 200, body });
  });
  const config = { ...(spec.account.config as object), app_id: `wx${String(accounts++).padStart(16, '0')}` };
  const account: Account = { ...spec.account, config };
  let nowMs = suiteNowMs;
  const timed = { ...context, now: () => nowMs };
  const send = (content: Content, media: Record<string, Partial<OutboundMedia>> = {}) =>
    connector.sender!.send(
      {
        messageId: 'msg',
        idempotencyKey: 'msg.0',
        address: spec.addresses.sample,
        part: { content, payloads: ['msg.0', 'msg.1'] },
        media: new Map(Object.entries(media)) as Map<string, OutboundMedia>,
        thread: [],
      },
      account,
      timed,
    );
  return {
    send,
    account,
    context: timed,
    paths: () => bodies.map(({ path }) => path),
    last: () => bodies.at(-1)!.request,
    pass: (ms: number) => void (nowMs += ms),
  };
}

const picture = (text = 'picture'): Partial<OutboundMedia> => ({
  mediaType: 'image/png',
  read: () => Promise.resolve(new TextEncoder().encode(text)),
});
const image: Content = { kind: 'media', media: { type: 'image', id: 'm' } };

it('asks for a token once, and renews one that another program made void', async () => {
  const api = wechat((_, count) => (count === 2 ? { errcode: 42001, errmsg: 'expired' } : ok));
  await api.send({ kind: 'text', text: 'a' });
  const { outcome } = { outcome: await api.send({ kind: 'text', text: 'b' }) };
  expect(outcome).toEqual({ type: 'sent', providerIds: ['msg.0'] });
  expect(api.paths()).toEqual([
    'stable_token',
    'message/custom/send',
    'message/custom/send',
    'stable_token',
    'message/custom/send',
  ]);
  expect(new URL(api.last().url).searchParams.get('access_token')).toBe('token-2');
});

it('says in the words of WeChat why there is no token', async () => {
  const { context } = recording(
    answered({ status: 200, body: { errcode: 40125, errmsg: 'invalid appsecret' } }),
  );
  expect(await connector.probe!(spec.account, context)).toEqual({
    ok: false,
    detail: 'WeChat refuses the AppSecret',
    fields: ['credentials.app_secret'],
  });
});

it('uploads a picture once for all who get it, and again after three days or when WeChat forgot it', async () => {
  const api = wechat((path, count) => {
    if (path === 'media/upload') return { type: 'image', media_id: `media-${count}`, created_at: 1 };
    return count === 4 ? { errcode: 40007, errmsg: 'invalid media_id' } : ok;
  });
  const uploads = () => api.paths().filter((path) => path === 'media/upload').length;
  await api.send(image, { m: picture() });
  await api.send(image, { m: picture() });
  expect(uploads()).toBe(1);
  expect(api.last().json).toMatchObject({ msgtype: 'image', image: { media_id: 'media-1' } });
  await api.send(image, { m: picture('another') });
  expect(uploads()).toBe(2);
  expect(await api.send(image, { m: picture() })).toMatchObject({ type: 'sent' });
  expect([uploads(), api.last().json]).toMatchObject([3, { image: { media_id: 'media-3' } }]);
  api.pass(3 * 86_400_000);
  await api.send(image, { m: picture() });
  expect(uploads()).toBe(4);
});

it('sends nothing, and is certain of it, when an upload fails', async () => {
  const api = wechat(() => ({ errcode: 40009, errmsg: 'too large' }));
  expect(await api.send(image, { m: picture() })).toMatchObject({
    type: 'rejected',
    failure: { code: 'content_too_large', platform_code: '40009' },
  });
  const lost = { ...picture(), read: () => Promise.reject(new Error('gone')) };
  expect(await api.send(image, { m: lost })).toMatchObject({ failure: { code: 'media_unavailable' } });
  expect(api.paths()).not.toContain('message/custom/send');
});

it('fills a template by the keys of the account, and keeps every digit of its id', async () => {
  const { context } = recording((request) =>
    answered({
      status: 200,
      body: request.url.includes('stable_token')
        ? { access_token: 't', expires_in: 7200 }
        : '{"errcode":0,"errmsg":"ok","msgid":3487542469355618313}',
    }),
  );
  const content: Content = {
    kind: 'template',
    name: 'TEMPLATE-1',
    language: 'zh',
    text: 'Paid',
    parameters: ['Bike', '999'],
    buttons: [{ index: 0, type: 'url', value: 'https://shop.example.com/order/1' }],
  };
  const request = {
    messageId: 'msg',
    idempotencyKey: 'msg.0',
    address: spec.addresses.sample,
    part: { content },
    media: new Map(),
    thread: [],
  };
  expect(await connector.sender!.send(request, spec.account, context)).toEqual({
    type: 'sent',
    providerIds: ['3487542469355618313'],
  });
  const api = wechat(() => ok);
  await api.send(content);
  expect(api.last().json).toEqual({
    touser: 'oABCDEFGHIJKLMNOPQRSTUVWX_-0',
    template_id: 'TEMPLATE-1',
    url: 'https://shop.example.com/order/1',
    data: { thing1: { value: 'Bike' }, amount2: { value: '999' } },
    client_msg_id: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
  });
  const short: Content = { ...content, parameters: ['Bike'] };
  expect(await api.send(short)).toMatchObject({ failure: { code: 'template_refused' } });
  const notice = { id: 'NOTICE-1', keys: ['thing1'], subscription: true };
  (api.account.config as { templates: unknown[] }).templates = [notice];
  await api.send({ ...short, name: 'NOTICE-1' });
  expect([api.paths().at(-1), api.last().json]).toMatchObject([
    'message/subscribe/bizsend',
    {
      template_id: 'NOTICE-1',
      page: 'https://shop.example.com/order/1',
      data: { thing1: { value: 'Bike' } },
    },
  ]);
});

it('makes a menu of a question and an article of a card that leads somewhere', async () => {
  const api = wechat(() => ok);
  const options = ['Today', 'Tomorrow'].map((title) => ({ id: title, title }));
  await api.send({ kind: 'choice', text: 'When?', options });
  expect(api.last().json).toMatchObject({
    msgtype: 'msgmenu',
    msgmenu: {
      head_content: 'When?',
      list: [
        { id: 'msg.0', content: 'Today' },
        { id: 'msg.1', content: 'Tomorrow' },
      ],
    },
  });
  await api.send({ kind: 'card', card: { title: 'Bike', subtitle: '999' } });
  expect(api.last().json).toMatchObject({ msgtype: 'text', text: { content: 'Bike\n999' } });
  await api.send({
    kind: 'native',
    connector: 'wechat',
    payload: { msgtype: 'mpnews', touser: 'x' },
    text: 'x',
  });
  expect(api.last().json).toEqual({ msgtype: 'mpnews', touser: 'oABCDEFGHIJKLMNOPQRSTUVWX_-0' });
});

it('counts a repeated typing as shown', async () => {
  const api = wechat(() => ({ errcode: 45081, errmsg: 'typing already' }));
  expect(await api.send({ kind: 'typing', on: true })).toEqual({ type: 'sent', providerIds: [] });
  expect(api.last().json).toMatchObject({ command: 'Typing' });
  await api.send({ kind: 'typing', on: false });
  expect(api.last().json).toMatchObject({ command: 'CancelTyping' });
});

it('fetches a film from where it lies, without the token', async () => {
  const { context, requests } = recording(({ url }) => {
    if (url.includes('stable_token'))
      return answered({ status: 200, body: { access_token: 'the-token', expires_in: 7200 } });
    if (url.includes('media/get'))
      return answered({ status: 200, body: { video_url: 'http://films.example.com/1' } });
    return answered({ status: 200, headers: { 'content-type': 'video/mp4' }, body: 'film' });
  });
  const account = wechat(() => ok).account;
  const fetched = await connector.media!.fetch('MEDIA_1', account, { ...context, maxBytes: 1000 });
  expect(fetched).toMatchObject({ ok: true, mediaType: 'video/mp4' });
  expect(requests.at(-1)).toMatchObject({ url: 'http://films.example.com/1', headers: {} });
  const { context: gone } = recording(
    answered({ status: 200, body: { errcode: 40007, access_token: 't', expires_in: 1 } }),
  );
  const other = { ...gone, maxBytes: 1000 };
  expect(await connector.media!.fetch('MEDIA_1', wechat(() => ok).account, other)).toMatchObject({
    ok: false,
    permanent: true,
  });
});
