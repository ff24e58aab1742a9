import { expect, test } from 'vitest';
import { answered, recording } from '../../test/conformance/scripted.ts';
import { send, sendRequest } from '../../test/conformance/sending.ts';
import { conformance } from '../../test/conformance/suite.ts';
import type { OutgoingRequest } from '../contract/index.ts';
import { everyPart } from '../kit/adapted.testing.ts';
import { connector } from './index.ts';
import { maxMessageLength } from './manifest.ts';
import { messageIdOf } from './outbound.ts';
import { messageOf } from './render.ts';
import { spec } from './rocketchat.conformance.ts';

conformance(spec);

const pathOf = ({ method, url }: OutgoingRequest): string =>
  `${method} ${url.replace('http://platform.test/api/v1/', '')}`;
const rooms = ['GET users.info?userId=noaUserId00000001', 'POST im.create'];
const key = 'msg_01KAP00000000000000000TEST.0';

test('a text goes into the direct room, under an id that the same send has again', async () => {
  const { requests } = await send(spec, answered(spec.answers!.ok));
  expect(requests.map(pathOf)).toEqual([...rooms, 'POST chat.sendMessage']);
  expect(requests[2]!.json).toEqual({
    message: { msg: 'Votre vélo est prêt.', rid: 'room1', _id: messageIdOf(key) },
  });
  expect(requests[2]!.headers).toEqual({
    'x-auth-token': 'auth-token-of-our-own-0001',
    'x-user-id': 'shopBotId00000001',
  });
  expect(messageIdOf(key)).not.toBe(messageIdOf('msg_01KAP00000000000000000TEST.1'));
});

test('a file is stored and then confirmed; stored without an answer, it may go again', async () => {
  const sample = spec.samples.find(({ kind }) => kind === 'media')!;
  const { requests } = await send(spec, answered(spec.answers!.ok), { sample });
  expect(requests.map(pathOf)).toEqual([
    ...rooms,
    'POST rooms.media/room1',
    'POST rooms.mediaConfirm/room1/file1',
  ]);
  const lost = await send(
    spec,
    ({ url }) =>
      url.includes('rooms.media/') ? { type: 'unknown', reason: 'timeout' } : answered(spec.answers!.ok),
    { sample },
  );
  expect(lost.outcome).toMatchObject({ type: 'rejected', failure: { code: 'platform_unavailable' } });
});

test('our reactions are taken back one by one, nobody else’s', async () => {
  const reactions = { ':heart:': { usernames: ['noa', 'shop'] }, ':+1:': { usernames: ['noa'] } };
  const body = { success: true, _id: 'x', username: 'shop', message: { _id: 'm1', reactions } };
  const { context, requests } = recording(answered({ status: 200, body }));
  const request = {
    ...sendRequest(spec, { kind: 'reaction', message_id: 'm', emoji: '' }),
    replyTo: 'm1:file:0',
  };
  expect(await connector.sender!.send(request, spec.account, context)).toEqual({
    type: 'sent',
    providerIds: [],
  });
  expect(requests.map(pathOf)).toEqual(['GET me', 'GET chat.getMessage?msgId=m1', 'POST chat.react']);
  expect(requests[2]!.json).toEqual({ messageId: 'm1', emoji: 'heart', shouldReact: false });
});

test('what became of a send is known if the message is there', async () => {
  const ask = (id: string) =>
    connector.inquire!(
      { messageId: 'm', idempotencyKey: key, address: spec.addresses.sample, sentAtMs: 0 },
      spec.account,
      recording(answered({ status: 200, body: { success: true, message: { _id: id } } })).context,
    );
  expect(await ask(messageIdOf(key))).toEqual({ type: 'sent', providerIds: [messageIdOf(key)] });
  expect(await ask('another')).toEqual({ type: 'unknown' });
});

test('what is taken back is deleted', async () => {
  const revoke = (status: number) => {
    const { context } = recording(({ url }) =>
      answered(
        url.endsWith('chat.delete') ? { status, body: { success: status === 200 } } : spec.answers!.ok,
      ),
    );
    return connector.revoke!(
      { messageId: 'm', address: spec.addresses.sample, providerIds: ['m1'] },
      spec.account,
      context,
    );
  };
  expect([await revoke(200), await revoke(400)]).toEqual(['revoked', 'too_late']);
});

test('files come from the workspace alone, with its own headers', async () => {
  const { context, requests } = recording(
    answered({ status: 200, headers: { 'content-type': 'image/png' }, body: 'x' }),
  );
  const fetch = (reference: string) =>
    connector.media!.fetch(reference, spec.account, { ...context, maxBytes: 9 });
  expect(await fetch('file1/a%20b.png')).toMatchObject({ ok: true, mediaType: 'image/png' });
  for (const bad of ['https://evil.example.net/a', '../../etc/passwd', 'file1/a/b', 'file1/a?b'])
    expect(await fetch(bad)).toMatchObject({ ok: false });
  expect(requests.map(({ url }) => url)).toEqual(['http://platform.test/file-upload/file1/a%20b.png']);
});

test('whatever a merchant says, adapted, stays within what a message holds', () =>
  everyPart(connector, (part) => {
    const message = messageOf({ part, media: new Map() });
    if (message) expect((message['msg'] as string).length).toBeLessThanOrEqual(maxMessageLength);
  }));
