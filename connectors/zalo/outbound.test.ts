import { expect, it } from 'vitest';
import type { Content } from '../../protocol/content.ts';
import { answered, recording } from '../../test/conformance/scripted.ts';
import type { Account, Context, OutboundMedia } from '../contract/index.ts';
import { connector } from './index.ts';
import { spec } from './zalo.conformance.ts';

const ok = { error: 0, message: 'Success', data: { message_id: 'm1' } };
const ended = { error: -216, message: 'Access token is invalid' };
let accounts = 0;

/** Zalo with a token that is good; every other one has ended. Answers to other calls come from `answer`. */
function zalo({ good = 'access-1', answer = (() => ok) as (path: string, count: number) => object } = {}) {
  const account: Account = { ...spec.account, id: `acc_${accounts++}` };
  const state = { good, refresh: 'conformance-refresh-token', renewals: 0 };
  const counts = new Map<string, number>();
  const { context, requests } = recording(({ url, headers = {}, body }) => {
    const path = new URL(url).pathname;
    const json = (value: object) => answered({ status: 200, body: value });
    if (path === '/v4/oa/access_token') {
      const given = new URLSearchParams(String(body)).get('refresh_token');
      if (given !== state.refresh) return json({ error: -14014, message: 'Invalid refresh token.' });
      state.good = `access-${++state.renewals + 1}`;
      state.refresh = `refresh-${state.renewals + 1}`;
      return json({ access_token: state.good, refresh_token: state.refresh, expires_in: '90000' });
    }
    if (headers['access_token'] !== state.good) return json(ended);
    counts.set(path, (counts.get(path) ?? 0) + 1);
    return json(answer(path, counts.get(path)!));
  });
  const kept: Record<string, string>[] = [];
  const saving: Context = {
    ...context,
    renewal: () => async (fields) => void kept.push({ ...fields }),
  };
  const send = (
    content: Content,
    of: { account?: Account; media?: Record<string, object>; replyTo?: string } = {},
  ) =>
    connector.sender!.send(
      {
        messageId: 'msg',
        idempotencyKey: 'msg.0',
        address: spec.addresses.sample,
        part: { content, payloads: ['msg_01KAP00000000000000000TEST.0'] },
        media: new Map(Object.entries(of.media ?? {})) as Map<string, OutboundMedia>,
        thread: [],
        ...(of.replyTo ? { replyTo: of.replyTo } : {}),
      },
      of.account ?? account,
      saving,
    );
  const paths = () => requests.map(({ url }) => new URL(url).pathname);
  return { account, context, saving, send, state, kept, requests, paths, last: () => requests.at(-1)! };
}

const text: Content = { kind: 'text', text: 'x' };
const withTokens = (account: Account, access_token: string, refresh_token: string): Account => ({
  ...account,
  credentials: { ...(account.credentials as object), access_token, refresh_token },
});

it('renews an access token that has ended, keeps both new ones, and sends', async () => {
  const api = zalo();
  expect(await api.send(text)).toEqual({ type: 'sent', providerIds: ['m1'] });
  expect(api.kept).toEqual([{ access_token: 'access-2', refresh_token: 'refresh-2' }]);
  expect(api.paths()).toEqual(['/v3.0/oa/message/cs', '/v4/oa/access_token', '/v3.0/oa/message/cs']);
  // the account as it was handed out before, and as it is now
  await api.send(text);
  await api.send(text, { account: withTokens(api.account, 'access-2', 'refresh-2') });
  expect([api.state.renewals, api.paths().length]).toEqual([1, 5]);
  // a day later
  api.state.good = 'ended';
  expect(await api.send(text)).toMatchObject({ type: 'sent' });
  expect(api.kept.at(-1)).toEqual({ access_token: 'access-3', refresh_token: 'refresh-3' });
});

it('spends a refresh token once, however many sends find the access token ended', async () => {
  const api = zalo();
  const outcomes = await Promise.all(Array.from({ length: 5 }, () => api.send(text)));
  expect(outcomes.map(({ type }) => type)).toEqual(Array(5).fill('sent'));
  expect(api.state.renewals).toBe(1);
});

it('takes the tokens that a merchant puts in over those it renewed itself', async () => {
  const api = zalo();
  await api.send(text);
  api.state.good = 'from-the-merchant';
  expect(await api.send(text, { account: withTokens(api.account, 'from-the-merchant', 'r') })).toMatchObject({
    type: 'sent',
  });
  expect(api.state.renewals).toBe(1);
});

it('says that the account wants new tokens when the refresh token is spent', async () => {
  const api = zalo();
  api.state.refresh = 'another';
  expect(await api.send(text)).toMatchObject({
    type: 'rejected',
    failure: { code: 'account_unauthorized', platform_code: '-14014' },
  });
});

it('spends nothing for an account that is only tried, or is another by now', async () => {
  const api = zalo();
  const tried = { ...api.context, renewal: () => undefined };
  expect(await connector.probe!(api.account, tried)).toMatchObject({
    ok: false,
    fields: ['credentials.access_token', 'credentials.refresh_token'],
  });
  expect(api.paths()).toEqual(['/v2.0/oa/getoa']);
  const good = withTokens(api.account, 'access-1', 'r');
  expect(await connector.probe!(good, tried)).toMatchObject({ ok: true });
  expect(await connector.probe!(api.account, api.saving)).toMatchObject({ ok: true });
  expect(api.state.renewals).toBe(1);
});

it('lays out buttons, a card with its picture before it, and reactions', async () => {
  const api = zalo({
    good: 'conformance-access-token',
    answer: (path) => (path.includes('upload') ? { error: 0, data: { attachment_id: 'a1' } } : ok),
  });
  await api.send({ kind: 'choice', text: 'When?', options: [{ id: 'a', title: 'Today' }] });
  expect(api.last().json).toEqual({
    recipient: { user_id: '3216904426693862293' },
    message: {
      text: 'When?',
      attachment: {
        type: 'template',
        payload: {
          buttons: [
            { title: 'Today', type: 'oa.query.hide', payload: 'msg_01KAP00000000000000000TEST.0 Today' },
          ],
        },
      },
    },
  });
  const image = { type: 'image' as const, id: 'm' };
  const url = { type: 'url' as const, title: 'See', url: 'https://shop.example.com/bike' };
  const media = { m: { mediaType: 'image/png', read: () => Promise.resolve(new Uint8Array([1])) } };
  expect(await api.send({ kind: 'card', card: { title: 'Bike', image, actions: [url] } }, { media })).toEqual(
    {
      type: 'sent',
      providerIds: ['m1', 'm1'],
    },
  );
  expect(api.requests.at(-2)!.json).toMatchObject({
    message: { attachment: { payload: { elements: [{ media_type: 'image', attachment_id: 'a1' }] } } },
  });
  await api.send({ kind: 'reaction', message_id: '', emoji: '❤' }, { replyTo: 'm0' });
  expect([api.paths().at(-1), api.last().json]).toMatchObject([
    '/v2.0/oa/message',
    { sender_action: { react_message_id: 'm0', react_icon: '/-heart' } },
  ]);
  expect(await api.send({ kind: 'reaction', message_id: '', emoji: '🦄' }, { replyTo: 'm0' })).toMatchObject({
    failure: { code: 'content_unsupported' },
  });
});

it('uploads a picture once, and again when Zalo says that it is gone; a file by its token', async () => {
  const api = zalo({
    good: 'conformance-access-token',
    answer: (path, count) => {
      if (path.endsWith('/image')) return { error: 0, data: { attachment_id: `a${count}` } };
      if (path.endsWith('/file')) return { error: 0, data: { token: 't1' } };
      return count === 3 ? { error: -100, message: 'attachment_id was expired' } : ok;
    },
  });
  const picture: Content = { kind: 'media', media: { type: 'image', id: 'm' }, caption: 'Here' };
  const media = { m: { mediaType: 'image/jpeg', read: () => Promise.resolve(new Uint8Array([1])) } };
  await api.send(picture, { media });
  await api.send(picture, { media });
  expect(await api.send(picture, { media })).toMatchObject({ type: 'sent' });
  const uploads = api.paths().filter((path) => path.includes('upload'));
  expect([uploads, api.last().json]).toMatchObject([
    ['/v2.0/oa/upload/image', '/v2.0/oa/upload/image'],
    { message: { text: 'Here', attachment: { payload: { elements: [{ attachment_id: 'a2' }] } } } },
  ]);
  const file = {
    m: { mediaType: 'application/pdf', name: 'a/b', read: () => Promise.resolve(new Uint8Array([2])) },
  };
  await api.send({ kind: 'media', media: { type: 'file', id: 'm' } }, { media: file });
  const sentFile = (api.requests.at(-2)!.body as FormData).get('file') as File;
  expect([sentFile.name, api.last().json]).toMatchObject([
    'a_b.pdf',
    { message: { attachment: { type: 'file', payload: { token: 't1' } } } },
  ]);
});

it('is uncertain once a part of it went out', async () => {
  const api = zalo({
    good: 'conformance-access-token',
    answer: (path, count) => {
      if (path.includes('upload')) return { error: 0, data: { attachment_id: 'a9' } };
      return count === 1 ? ok : { error: -32, message: 'limit' };
    },
  });
  const image = { type: 'image' as const, id: 'm' };
  const media = { m: { mediaType: 'image/png', read: () => Promise.resolve(new Uint8Array([9])) } };
  const actions = [{ type: 'url' as const, title: 'See', url: 'https://shop.example.com/bike' }];
  expect(await api.send({ kind: 'card', card: { title: 'Bike', image, actions } }, { media })).toEqual({
    type: 'uncertain',
    reason: 'partly_sent',
  });
});
