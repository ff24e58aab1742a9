import { expect, test } from 'vitest';
import { answered, recording } from '../../test/conformance/scripted.ts';
import { send, sendRequest } from '../../test/conformance/sending.ts';
import { conformance } from '../../test/conformance/suite.ts';
import { everyPart } from '../kit/adapted.testing.ts';
import { measure } from '../kit/text.ts';
import type { CallResult, Host, InboundItem, OutgoingRequest } from '../contract/index.ts';
import { connector } from './index.ts';
import { maxMessageRunes } from './manifest.ts';
import type { MattermostAccount, MattermostConfig, MattermostCredentials } from './manifest.ts';
import { pressSpec, spec } from './mattermost.conformance.ts';
import { draftOf } from './render.ts';
import { open, poll } from './session.ts';

conformance(spec);
conformance(pressSpec);

const account = spec.account as MattermostAccount;
const id = (name: string): string => name.padEnd(26, '0');
const json = (body: unknown): CallResult => answered({ status: 200, body });
const pathOf = ({ method, url }: OutgoingRequest): string =>
  `${method} ${url.replace('http://platform.test/api/v4/', '')}`;

type Script = (request: OutgoingRequest) => CallResult;
function hostOf(script: Script) {
  const record = recording(script);
  const accepted: InboundItem[] = [];
  const host = {
    ...record.context,
    accept: (_account: unknown, items: InboundItem[]) => {
      accepted.push(...items);
      return Promise.resolve([]);
    },
  } as unknown as Host<MattermostConfig, MattermostCredentials, undefined>;
  return { host, accepted, calls: record.requests, abort: record.abort };
}

test('a text goes into the direct channel, and says which send it came from', async () => {
  const { requests } = await send(spec, answered(spec.answers!.ok));
  expect(requests.map(pathOf)).toEqual(['POST channels/direct', 'POST posts']);
  expect(requests[0]!.json).toEqual([id('shop1bot'), id('noa1consumer')]);
  expect(requests[1]!.json).toEqual({
    message: 'Votre vélo est prêt.',
    props: { passerelle_send: 'msg_01KAP00000000000000000TEST.0' },
    channel_id: id('sent1'),
  });
});

test('an answer goes into the thread of what it answers', async () => {
  const root = { id: id('root1'), create_at: 1, update_at: 1, user_id: id('noa1consumer'), message: 'x' };
  const post = { ...root, id: id('post2'), root_id: root.id };
  const record = recording((request) => (request.method === 'GET' ? json(post) : answered(spec.answers!.ok)));
  const request = { ...sendRequest(spec, { kind: 'text', text: 'Oui' }), replyTo: `${post.id}:press:1` };
  await connector.sender!.send(request, account, record.context);
  expect(record.requests.at(-1)!.json).toMatchObject({ root_id: root.id });
});

const now = Date.UTC(2026, 10, 22, 12);
const message = (name: string, over: object = {}) => ({
  id: id(name),
  create_at: now,
  update_at: now,
  user_id: id('noa1consumer'),
  message: 'Hello',
  ...over,
});
const listOf = (...posts: { id: string }[]) =>
  json({
    order: posts.map((post) => post.id),
    posts: Object.fromEntries(posts.map((post) => [post.id, post])),
  });

test('only direct channels with something new are read, and from where they were read last', async () => {
  const cursors = new Map<string, number>();
  const channels = [
    { id: id('dm1'), type: 'D', last_post_at: now },
    { id: id('dm2'), type: 'D', last_post_at: now - 2 * 86_400_000 },
    { id: id('town'), type: 'O', last_post_at: now },
  ];
  const { host, accepted, calls } = hostOf(({ url }) =>
    url.endsWith('/channels')
      ? json(channels)
      : listOf(message('post1'), message('post2', { user_id: id('shop1bot') })),
  );
  await poll(account, host, { cursors, sweep: false });
  expect(calls.map(pathOf)).toEqual([
    `GET users/${id('shop1bot')}/channels`,
    `GET channels/${id('dm1')}/posts?since=${now - 86_400_000}`,
  ]);
  expect(accepted).toMatchObject([{ type: 'message', providerId: id('post1') }]);
  await poll(account, host, { cursors, sweep: false });
  expect(calls).toHaveLength(3);
  await poll(account, host, { cursors, sweep: true });
  expect(pathOf(calls.at(-1)!)).toBe(`GET channels/${id('dm1')}/posts?since=${now}`);
});

test('what could not be taken in is asked for again', async () => {
  const cursors = new Map<string, number>();
  const { host } = hostOf(({ url }) =>
    url.endsWith('/channels')
      ? json([{ id: id('dm1'), type: 'D', last_post_at: now }])
      : listOf(message('post1')),
  );
  const failing = { ...host, accept: () => Promise.reject(new Error('no room')) };
  await expect(poll(account, failing, { cursors, sweep: false })).rejects.toThrow('no room');
  expect(cursors.size).toBe(0);
  const { host: down } = hostOf(() => answered({ status: 503, body: '' }));
  expect(await poll(account, down, { cursors, sweep: false })).toBe('status_503');
});

test('a session opens only as the bot, and closes when told', async () => {
  const me = { id: id('shop1bot'), username: 'shop' };
  const { host } = hostOf(({ url }) => json(url.endsWith('/users/me') ? me : []));
  const session = await open(account, host);
  await session.close();
  expect(await session.closed).toBe('closed');
  const other = hostOf(() => json({ ...me, id: id('else') }));
  await expect(open(account, other.host)).rejects.toThrow('bot_id');
});

test('what became of a send is read from the channel', async () => {
  const ours = message('ours1', { user_id: id('shop1bot'), props: { passerelle_send: 'key.0' } });
  const ask = (posts: { id: string }[], sentAtMs: number) => {
    const { context } = recording(({ url }) =>
      url.endsWith('direct') ? json({ id: id('dm1') }) : listOf(...posts),
    );
    const request = { messageId: 'msg', idempotencyKey: 'key.0', address: spec.addresses.sample, sentAtMs };
    return connector.inquire!(request, account, context);
  };
  expect(await ask([ours], now)).toEqual({ type: 'sent', providerIds: [id('ours1')] });
  expect(await ask([message('post1', { props: { passerelle_send: 'key.0' } })], now - 120_000)).toEqual({
    type: 'absent',
  });
  expect(await ask([], now - 1000)).toEqual({ type: 'unknown' });
});

test('what is taken back is deleted, and gone already counts', async () => {
  const revoke = (status: number) =>
    connector.revoke!(
      { messageId: 'm', address: spec.addresses.sample, providerIds: [id('ours1')] },
      account,
      recording(answered({ status, body: {} })).context,
    );
  expect([await revoke(200), await revoke(404), await revoke(403)]).toEqual([
    'revoked',
    'revoked',
    'too_late',
  ]);
});

test('whatever a merchant says, adapted, stays within what a post holds', () =>
  everyPart(connector, (part) => {
    if (!['text', 'media', 'choice', 'card'].includes(part.content.kind)) return;
    const draft = draftOf({
      part,
      userId: id('noa1'),
      hookUrl: account.hookUrl,
      secret: 'x'.repeat(16),
    })!;
    expect(measure(draft.message, 'codepoints')).toBeLessThanOrEqual(maxMessageRunes);
    expect(JSON.stringify(draft.props ?? {}).length).toBeLessThanOrEqual(800_000);
  }));
