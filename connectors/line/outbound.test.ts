import { expect, it } from 'vitest';
import type { Content } from '../../protocol/content.ts';
import { answered, recording } from '../../test/conformance/scripted.ts';
import type { CallResult, OutboundMedia, OutgoingRequest, SendOutcome } from '../contract/index.ts';
import { mp4DurationMs } from './duration.ts';
import { connector } from './index.ts';
import { spec } from './line.conformance.ts';
import { retryKeyOf } from './outbound.ts';

const ok = answered({ status: 200, body: { sentMessages: [{ id: '1' }] } });
const address = spec.addresses.sample;

async function send(
  content: Content,
  answer: (request: OutgoingRequest) => CallResult,
  media = new Map<string, OutboundMedia>(),
): Promise<{ outcome: SendOutcome; requests: OutgoingRequest[] }> {
  const { context, requests } = recording(answer);
  const request = {
    messageId: 'msg',
    idempotencyKey: 'msg.0',
    address,
    part: { content },
    media,
    thread: [],
  };
  return { outcome: await connector.sender!.send(request, spec.account, context), requests };
}
const text: Content = { kind: 'text', text: 'Hello' };
const by =
  (answers: Record<string, CallResult>) =>
  ({ url }: OutgoingRequest): CallResult =>
    answers[new URL(url).pathname.replace(/^\/v2\/bot\/(message\/)?/, '').replace(/\/U.*$/, '')]!;
const refused = (status: number) => answered({ status, body: { message: 'no' } });

it('repeats a send under the same key, another part under another', async () => {
  const keys = await Promise.all([send(text, () => ok), send(text, () => ok)]);
  const [one, two] = keys.map(({ requests }) => requests[0]!.headers!['x-line-retry-key']!);
  expect(one).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(two).toBe(one);
  expect(retryKeyOf('msg.1/0')).not.toBe(one);
  expect(connector.manifest.idempotentSends).toBe(true);
});

it('takes a key that was accepted before for a send', async () => {
  const before = answered({ status: 409, body: { message: 'no', sentMessages: [{ id: '7' }] } });
  expect((await send(text, () => before)).outcome).toEqual({ type: 'sent', providerIds: ['7'] });
  const header = answered({ status: 409, headers: { 'x-line-accepted-request-id': 'r' }, body: {} });
  expect((await send(text, () => header)).outcome).toEqual({ type: 'sent', providerIds: [] });
  expect((await send(text, () => refused(409))).outcome.type).toBe('uncertain');
});

it('asks what a 429 means: too fast, or the month is used up', async () => {
  const quota = answered({ status: 200, body: { type: 'limited', value: 200 } });
  const used = (totalUsage: number) => answered({ status: 200, body: { totalUsage } });
  const answers = { push: refused(429), quota, 'quota/consumption': used(200) };
  expect((await send(text, by(answers))).outcome).toMatchObject({ failure: { code: 'balance_exhausted' } });
  const early = { ...answers, 'quota/consumption': used(199) };
  expect((await send(text, by(early))).outcome).toEqual({ type: 'throttled', platformCode: '429' });
});

it('asks whom a 400 without a property is about', async () => {
  const unknown = by({ push: refused(400), profile: refused(404) });
  expect((await send(text, unknown)).outcome).toMatchObject({ failure: { code: 'unreachable' } });
  const known = by({ push: refused(400), profile: answered({ status: 200, body: {} }) });
  expect((await send(text, known)).outcome).toMatchObject({ failure: { code: 'content_refused' } });
});

it('sends a picture and its caption in one call, and a native message to nobody else', async () => {
  const held = {
    url: 'https://gateway.test/media/1',
    mediaType: 'image/png',
    bytes: 3,
    read: () => Promise.reject(),
  };
  const picture: Content = { kind: 'media', media: { type: 'image', id: 'm' }, caption: 'Here' };
  const { requests } = await send(picture, () => ok, new Map([['m', held]]));
  expect(requests.map(({ json }) => json)).toEqual([
    {
      to: address.slice('line:'.length),
      messages: [
        { type: 'image', originalContentUrl: held.url, previewImageUrl: held.url },
        { type: 'text', text: 'Here' },
      ],
    },
  ]);
  const native = {
    kind: 'native',
    connector: 'line',
    text: 'x',
    payload: { to: 'Uother', messages: [{}] },
  } as const;
  expect((await send(native, () => ok)).requests[0]!.json).toEqual({
    to: address.slice('line:'.length),
    messages: [{}],
  });
});

it('says how long a sound is, and sends its address where that is unknown', async () => {
  const header = Buffer.alloc(24);
  header.writeUInt32BE(1000, 12);
  header.writeUInt32BE(4200, 16);
  const m4a = Buffer.concat([Buffer.from('....mvhd'), header, Buffer.alloc(16)]);
  expect([mp4DurationMs(m4a), mp4DurationMs(m4a.subarray(0, 20)), mp4DurationMs(Buffer.from('x'))]).toEqual([
    4200,
    undefined,
    undefined,
  ]);
  const sound: Content = { kind: 'media', media: { type: 'audio', id: 'm', name: 'a.m4a' } };
  const sent = async (bytes: Buffer) => {
    const held = {
      url: 'https://gateway.test/media/1',
      mediaType: 'audio/mp4',
      bytes: bytes.length,
      read: () => Promise.resolve(bytes),
    };
    const { requests } = await send(sound, () => ok, new Map([['m', held]]));
    return (requests[0]!.json as { messages: unknown[] }).messages;
  };
  expect(await sent(m4a)).toEqual([
    { type: 'audio', originalContentUrl: 'https://gateway.test/media/1', duration: 4200 },
  ]);
  expect(await sent(Buffer.from('x'))).toEqual([
    { type: 'text', text: 'a.m4a\nhttps://gateway.test/media/1' },
  ]);
});

it('keeps the token from files that are not LINE’s', async () => {
  const { context, requests } = recording(answered({ status: 200, body: 'bytes' }));
  for (const reference of ['580000000000000003', 'https://media.example.com/bike.jpg'])
    await connector.media!.fetch(reference, spec.account, { ...context, maxBytes: 100 });
  expect(requests.map(({ url, headers }) => [url, Boolean(headers?.['authorization'])])).toEqual([
    ['http://platform.test/v2/bot/message/580000000000000003/content', true],
    ['https://media.example.com/bike.jpg', false],
  ]);
});

it('writes out an address that is too long for a button', async () => {
  const url = `https://shop.example.com/${'x'.repeat(1500)}`;
  const actions = [
    { type: 'url' as const, title: 'See', url },
    { type: 'call' as const, title: 'Call', phone: '+33639980003' },
  ];
  const { requests } = await send({ kind: 'card', card: { title: 'Bike', actions } }, () => ok);
  const { messages } = requests[0]!.json as { messages: { contents: unknown }[] };
  expect(messages[0]!.contents).toMatchObject({
    body: { contents: [{ text: 'Bike' }, { text: `See: ${url}` }] },
    footer: { contents: [{ action: { type: 'uri', label: 'Call', uri: 'tel:+33639980003' } }] },
  });
});

it('makes as many calls as the messages of a part need', async () => {
  const cards = Array.from({ length: 10 }, (_, index) => ({
    title: `Bike ${index}`,
    subtitle: '😀'.repeat(240),
    actions: Array.from({ length: 4 }, (_each, place) => ({
      type: 'url' as const,
      title: `See ${place}`,
      url: `https://shop.example.com/${'x'.repeat(970)}`,
    })),
  }));
  const { requests, outcome } = await send({ kind: 'carousel', cards }, () => ok);
  const { messages } = requests[0]!.json as { messages: object[] };
  expect(outcome.type).toBe('sent');
  expect(messages.length).toBeGreaterThan(1);
  for (const message of messages) expect(Buffer.byteLength(JSON.stringify(message))).toBeLessThan(52_000);
});
