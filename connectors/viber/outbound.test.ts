import { expect, it } from 'vitest';
import type { Content } from '../../protocol/content.ts';
import { answered, recording } from '../../test/conformance/scripted.ts';
import type { CallResult, OutboundMedia } from '../contract/index.ts';
import { connector } from './index.ts';
import { keyboard, shown } from './keyboard.ts';
import { spec } from './viber.conformance.ts';

async function send(content: Content, script?: (count: number) => CallResult, file?: Partial<OutboundMedia>) {
  let count = 0;
  const { context, requests } = recording(() => script?.(++count) ?? answered(spec.answers!.ok));
  const held = {
    url: 'https://gateway.test/media/m?exp=1&sig=x',
    mediaType: 'image/png',
    bytes: 9,
    read: () => Promise.reject(),
    ...file,
  };
  const request = {
    messageId: 'msg',
    idempotencyKey: 'msg.0',
    address: spec.addresses.sample,
    part: { content },
    media: new Map([['m', held]]),
    thread: [],
  };
  const outcome = await connector.sender!.send(request, spec.account, context);
  return { outcome, bodies: requests.map(({ json }) => json as Record<string, unknown>) };
}

it('keeps every digit of a message token, in an answer and in a call-back', async () => {
  const tokens = ['5741311803571721087', '5741311803571721088'].map((token) =>
    answered({ status: 200, body: `{"status":0,"message_token":${token}}` }),
  );
  const sent = await Promise.all(tokens.map((token) => send({ kind: 'text', text: 'x' }, () => token)));
  expect(sent.map(({ outcome }) => outcome)).toEqual([
    { type: 'sent', providerIds: ['5741311803571721087'] },
    { type: 'sent', providerIds: ['5741311803571721088'] },
  ]);
});

it('gives files a name with an extension, and stickers and sounds a kind', async () => {
  const of = async (content: Content, file: Partial<OutboundMedia>) =>
    (await send(content, undefined, file)).bodies[0];
  const sound = { type: 'audio', id: 'm' } as const;
  expect(await of({ kind: 'media', media: sound }, { mediaType: 'audio/ogg', name: 'a/b' })).toMatchObject({
    type: 'file',
    file_name: 'a_b.ogg',
    media: 'https://gateway.test/media/m/file.ogg?exp=1&sig=x',
    size: 9,
  });
  expect(await of({ kind: 'media', media: { type: 'sticker', id: 'm' } }, {})).toMatchObject({
    type: 'picture',
    media: 'https://gateway.test/media/m/file.png?exp=1&sig=x',
  });
});

it('says of a place and of a person what their own messages cannot hold', async () => {
  const place = await send({
    kind: 'location',
    latitude: 1,
    longitude: 2,
    name: 'Le Four',
    address: '1 rue X',
  });
  expect(place.bodies).toMatchObject([{ location: { lat: 1, lon: 2 } }, { text: 'Le Four\n1 rue X' }]);
  const people = await send({
    kind: 'contact',
    contacts: [{ name: 'Alma', phones: ['+33639980002'], emails: ['alma@example.com'] }],
  });
  expect(people.bodies).toMatchObject([
    { type: 'text', text: expect.stringContaining('alma@example.com') as string },
  ]);
});

it('is uncertain once a part of it went out', async () => {
  const content: Content = { kind: 'location', latitude: 1, longitude: 2, name: 'Le Four' };
  const refused = answered({ status: 200, body: { status: 12 } });
  const { outcome } = await send(content, (count) => (count === 1 ? answered(spec.answers!.ok) : refused));
  expect(outcome).toEqual({ type: 'uncertain', reason: 'partly_sent' });
  expect((await send(content, () => refused)).outcome).toEqual({ type: 'throttled', platformCode: '12' });
});

it('sends a native message to nobody else, and as nobody else', async () => {
  const payload = {
    type: 'text',
    text: 'x',
    receiver: 'other',
    sender: { name: 'Bank' },
    auth_token: 't',
    broadcast_list: [],
  };
  const { bodies } = await send({ kind: 'native', connector: 'viber', payload, text: 'x' });
  expect(bodies).toEqual([
    {
      type: 'text',
      text: 'x',
      min_api_version: 1,
      receiver: 'AbCdEf0123456789+/==',
      sender: { name: 'Example Shop' },
    },
  ]);
});

it('lays keys out in rows, and reads nothing of a merchant’s as markup', () => {
  const keys = (count: number) =>
    keyboard(Array.from({ length: count }, () => ({ title: 'a', payload: 'p' }))).Buttons;
  expect([keys(12)[0]!.Columns, keys(13)[0]!.Columns]).toEqual([6, 3]);
  expect(shown('a < b & c', 250)).toBe('a &lt; b &amp; c');
  expect(shown('&'.repeat(300), 250).length).toBeLessThanOrEqual(250);
});

it('has a large request refused before it goes out', async () => {
  const payload = { type: 'text', text: 'é'.repeat(16_000) };
  const { outcome, bodies } = await send({ kind: 'native', connector: 'viber', payload, text: 'x' });
  expect([outcome, bodies]).toMatchObject([{ failure: { code: 'content_too_large' } }, []]);
});

it('leaves the words of a card room beside its picture and three buttons', async () => {
  const actions = ['a', 'b', 'c'].map((id) => ({ type: 'reply' as const, id, title: id }));
  const card = { title: 'Bike', image: { type: 'image' as const, id: 'm' }, actions };
  const { bodies } = await send({ kind: 'card', card });
  const { Buttons } = bodies[0]!['rich_media'] as { Buttons: { Rows: number }[] };
  expect(Buttons.map(({ Rows }) => Rows)).toEqual([2, 2, 1, 1, 1]);
  const large = await send({ kind: 'card', card }, undefined, { bytes: 600_000 });
  expect(large.bodies.map(({ type }) => type)).toEqual(['picture', 'rich_media']);
});
