import { expect, test } from 'vitest';
import { answered, recording } from '../../test/conformance/scripted.ts';
import type { Script } from '../../test/conformance/scripted.ts';
import { sendRequest } from '../../test/conformance/sending.ts';
import { conformance } from '../../test/conformance/suite.ts';
import type { Content } from '../../protocol/content.ts';
import type { Host, HookRequest, OutgoingRequest } from '../contract/index.ts';
import { anyMedia, everyPart } from '../kit/adapted.testing.ts';
import { connector } from './index.ts';
import { maxContentBytes } from './manifest.ts';
import { spec } from './matrix.conformance.ts';
import { render } from './render.ts';

conformance(spec);

const text: Content = { kind: 'text', text: 'Bonjour' };
const missing = answered({ status: 404, body: { errcode: 'M_NOT_FOUND' } });
const pathOf = ({ method, url }: OutgoingRequest): string =>
  `${method} ${decodeURIComponent(new URL(url).pathname)}`;
const isEntry = ({ method, url }: OutgoingRequest): boolean =>
  method === 'GET' && url.includes('account_data');
const entryPath = expect.stringMatching(
  / \/_matrix\/client\/v3\/user\/@shop:example\.org\/account_data\/io\.passerelle\.room\.[0-9a-f]{32}$/,
) as string;

async function sent(content: Content, script: Script) {
  const record = recording(script);
  const outcome = await connector.sender!.send(sendRequest(spec, content), spec.account, record.context);
  return { outcome, calls: record.requests };
}

test('a text goes into the room that is known, under a transaction id of the idempotency key', async () => {
  const { calls } = await sent(text, answered(spec.answers!.ok));
  expect(calls.map(pathOf)).toEqual([
    entryPath,
    'PUT /_matrix/client/v3/rooms/!talk:example.org/send/m.room.message/msg_01KAP00000000000000000TEST.0',
  ]);
  expect(calls[1]).toMatchObject({
    json: { msgtype: 'm.text', body: 'Bonjour' },
    headers: { authorization: 'Bearer as-token-of-our-own-0001' },
  });
});

test('who never wrote is invited into a room of their own, and found there again', async () => {
  const inUse = answered({ status: 400, body: { errcode: 'M_ROOM_IN_USE' } });
  const { outcome, calls } = await sent(text, (request) => {
    if (isEntry(request)) return missing;
    return request.url.endsWith('createRoom') ? inUse : answered(spec.answers!.ok);
  });
  expect(outcome.type).toBe('sent');
  expect(calls[1]!.json).toMatchObject({ invite: ['@noa:example.org'], is_direct: true });
  const { room_alias_name: alias } = calls[1]!.json as { room_alias_name: string };
  expect(calls.slice(2).map(pathOf)).toEqual([
    `GET /_matrix/client/v3/directory/room/#${alias}:example.org`,
    entryPath,
    expect.stringContaining('/send/m.room.message/') as string,
  ]);
});

test('who left is not written to, and nobody is invited to see a typing mark', async () => {
  const left = await sent(
    text,
    answered({ status: 200, body: { room_id: '!talk:example.org', left: true } }),
  );
  expect([left.outcome, left.calls.length]).toMatchObject([{ failure: { code: 'blocked' } }, 1]);
  const typing = await sent({ kind: 'typing' }, missing);
  expect([typing.outcome, typing.calls.length]).toEqual([{ type: 'sent', providerIds: [] }, 1]);
});

test('a reaction is taken back by redacting ours, and only ours', async () => {
  const chunk = [
    { event_id: '$a', sender: '@noa:example.org' },
    { event_id: '$b', sender: '@shop:example.org' },
  ];
  const body = { room_id: '!talk:example.org', event_id: '$r', chunk };
  const { calls } = await sent(
    { kind: 'reaction', message_id: 'm', emoji: '' },
    answered({ status: 200, body }),
  );
  expect(calls.map(pathOf).slice(1)).toEqual([
    'GET /_matrix/client/v1/rooms/!talk:example.org/relations/$sent1:example.org/m.annotation/m.reaction',
    'PUT /_matrix/client/v3/rooms/!talk:example.org/redact/$b/msg_01KAP00000000000000000TEST.0/0',
  ]);
});

test('what is taken back is redacted, each id once', async () => {
  const record = recording(answered(spec.answers!.ok));
  const request = { messageId: 'msg_1', address: 'matrix:@noa:example.org', providerIds: ['$a', '$b'] };
  expect(await connector.revoke!(request, spec.account, record.context)).toBe('revoked');
  expect(record.requests.map(pathOf).slice(1)).toEqual([
    'PUT /_matrix/client/v3/rooms/!talk:example.org/redact/$a/msg_1/revoke/0',
    'PUT /_matrix/client/v3/rooms/!talk:example.org/redact/$b/msg_1/revoke/1',
  ]);
  const refused = recording(answered({ status: 403, body: { errcode: 'M_FORBIDDEN' } }));
  expect(await connector.revoke!(request, spec.account, refused.context)).toBe('too_late');
});

test('files of every server come through our own, and what is no mxc address is not asked for', async () => {
  const record = recording(answered({ status: 200, headers: { 'content-type': 'image/png' }, body: 'x' }));
  const fetch = (reference: string) =>
    connector.media!.fetch(reference, spec.account, { ...record.context, maxBytes: 100 });
  expect(await fetch('mxc://far.example.net/Pic1')).toMatchObject({ ok: true, mediaType: 'image/png' });
  expect(await fetch('https://evil.example.net/a')).toMatchObject({ ok: false, permanent: true });
  expect(record.requests.map(pathOf)).toEqual(['GET /_matrix/client/v1/media/download/far.example.net/Pic1']);
});

const member = (over: object) => ({
  type: 'm.room.member',
  event_id: '$m:example.org',
  room_id: '!new:example.org',
  sender: '@noa:example.org',
  state_key: '@shop:example.org',
  content: { membership: 'invite', is_direct: true },
  ...over,
});

async function welcomed(event: object, script: Script, spoil = (request: HookRequest) => request) {
  const record = recording(script);
  const request = spec.request!({
    name: 'a change of membership',
    document: '',
    request: { method: 'PUT', path: '/_matrix/app/v1/transactions/1', json: { events: [event] } },
    items: [],
  });
  const host = record.context as Host<unknown, unknown, unknown>;
  const response = await connector.pages!.handle!(spoil(request), spec.account, host);
  return { response, calls: record.requests.map(pathOf), last: record.requests.at(-1)?.json };
}

test('an invitation into a direct chat is accepted and kept; any other is not', async () => {
  const direct = await welcomed(member({}), answered(spec.answers!.ok));
  expect(direct.calls).toEqual(['POST /_matrix/client/v3/rooms/!new:example.org/join', entryPath]);
  expect([direct.response, direct.last]).toEqual([undefined, { room_id: '!new:example.org' }]);
  const group = await welcomed(member({ content: { membership: 'invite' } }), answered(spec.answers!.ok));
  expect(group.calls).toEqual([]);
  const forged = await welcomed(member({}), answered(spec.answers!.ok), (request) => ({
    ...request,
    headers: {},
  }));
  expect(forged).toEqual({ response: undefined, calls: [], last: undefined });
});

test('what cannot be accepted now comes again, what cannot be at all does not', async () => {
  const down = await welcomed(member({}), { type: 'unknown', reason: 'timeout' });
  expect(down.response).toEqual({ status: 503 });
  const never = await welcomed(member({}), answered({ status: 403, body: { errcode: 'M_FORBIDDEN' } }));
  expect(never.response).toBeUndefined();
});

test('who leaves is remembered to have left, who comes back is not', async () => {
  const moved = (membership: string, left?: boolean) =>
    welcomed(
      member({ state_key: '@noa:example.org', content: { membership } }),
      answered({ status: 200, body: { room_id: '!new:example.org', ...(left ? { left } : {}) } }),
    );
  expect((await moved('leave')).last).toEqual({ room_id: '!new:example.org', left: true });
  expect((await moved('join', true)).last).toEqual({ room_id: '!new:example.org' });
  expect((await moved('join')).calls).toHaveLength(1);
});

test('a homeserver that pings or asks for a user gets an answer, if it knows the token', () => {
  const ask = (path: string, authorization?: string) =>
    connector.hook!.handshake!(
      {
        method: 'GET',
        path,
        url: '',
        query: new URLSearchParams(),
        headers: { authorization },
        body: new Uint8Array(),
      },
      spec.account,
    )?.status;
  const known = 'Bearer hs-token-of-our-own-0001';
  expect(ask('/_matrix/app/v1/ping', known)).toBe(200);
  expect(ask('/_matrix/app/v1/users/%40shop%3Aexample.org', known)).toBe(200);
  expect(ask('/_matrix/app/v1/users/%40else%3Aexample.org', known)).toBe(404);
  expect(ask('/_matrix/app/v1/ping')).toBeUndefined();
  expect(ask('/_matrix/app/v1/transactions/1', known)).toBeUndefined();
});

test('whatever a merchant says, adapted, stays an event that homeservers take', async () => {
  const file = { url: 'mxc://a/b', held: anyMedia.get('med_1')! };
  await everyPart(connector, ({ content }) => {
    const rendered = render({ content, replyTo: '$e:example.org', file });
    expect(rendered.type).not.toBe('refused');
    if (rendered.type === 'event')
      expect(Buffer.byteLength(JSON.stringify(rendered.content))).toBeLessThanOrEqual(maxContentBytes);
  });
  const worst = { kind: 'edit' as const, message_id: 'm', text: '"\n\u0001'.repeat(10_000) };
  const rendered = render({ content: worst, replyTo: '$e:example.org' });
  expect(
    rendered.type === 'event' && Buffer.byteLength(JSON.stringify(rendered.content)),
  ).toBeLessThanOrEqual(maxContentBytes);
});
