import { createDecipheriv, createCipheriv } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Content } from '../../protocol/content.ts';
import { answered, recording, suiteNowMs } from '../../test/conformance/scripted.ts';
import type { OutboundMedia, OutgoingRequest, Part, SendRequest } from '../contract/index.ts';
import { everyPart, notBlank } from '../kit/adapted.testing.ts';
import { readJwt } from '../kit/signatures/jwt.ts';
import { spec } from './apple-messages.conformance.ts';
import { connector } from './index.ts';
import type { AppleAccount } from './manifest.ts';
import { messageIdOf } from './outbound.ts';
import { render } from './render.ts';
import type { SentFile } from './render.ts';

const account = spec.account as AppleAccount;
const plain = new TextEncoder().encode('a picture of a bicycle');
const held = (bytes = plain.length, mediaType = 'image/png'): OutboundMedia => ({
  url: 'https://gateway.test/media/1',
  mediaType,
  bytes,
  name: 'velo.png',
  read: () => Promise.resolve(plain),
});
const place = {
  'upload-url': 'http://storage.test/place/1',
  'mmcs-url': 'https://content.example.com/1',
  'mmcs-owner': 'M1example',
};

function platform(answer: (request: OutgoingRequest) => { status: number; body: unknown } | undefined) {
  const { context, requests } = recording((of) => {
    const own = answer(of);
    if (own) return answered(own);
    if (of.url.endsWith('/preUpload')) return answered({ status: 200, body: place });
    if (of.url.endsWith('/place/1'))
      return answered({ status: 200, body: { singleFile: { fileChecksum: 'AYEexample' } } });
    return answered({ status: 200, body: '' });
  });
  return {
    context,
    requests,
    urls: () => requests.map(({ method, url }) => `${method} ${url.replace('http://platform.test/v1', '')}`),
    send: (content: Content, more: Partial<SendRequest> = {}) =>
      connector.sender!.send(
        {
          messageId: 'msg_1',
          idempotencyKey: 'msg_1.0',
          address: spec.addresses.sample,
          part: { content },
          media: new Map([['med_1', held()]]),
          thread: [],
          ...more,
        },
        account,
        context,
      ),
  };
}
const asUsual = () => platform(() => undefined);
const id = messageIdOf('msg_1.0');
const customer = 'urn:mbid:AQAAExampleOpaqueId0000000000/+==';

describe('a send', () => {
  it('says from whom and to whom, in its head and in its body, under a token of the provider', async () => {
    const { send, requests } = asUsual();
    const outcome = await send({ kind: 'text', text: 'Bonjour' }, { language: 'fr-FR' });
    expect(outcome).toEqual({ type: 'sent', providerIds: [id] });
    const { url, headers, json } = requests[0]!;
    expect(url).toBe('http://platform.test/v1/message');
    expect(headers).toMatchObject({
      id,
      'source-id': account.config.business_id,
      'destination-id': customer,
    });
    expect(json).toEqual({
      v: 1,
      id,
      type: 'text',
      body: 'Bonjour',
      locale: 'fr_FR',
      sourceId: account.config.business_id,
      destinationId: customer,
    });
    const token = headers!['authorization']!.slice('Bearer '.length);
    const rules = { issuer: account.config.msp_id, nowMs: suiteNowMs, toleranceMs: 0, maxAgeMs: 0 };
    expect(readJwt(token, Buffer.from(account.credentials.secret, 'base64'), rules).ok).toBe(true);
  });
  it('is always of this business, whatever a native payload says', async () => {
    const { send, requests } = asUsual();
    const payload = { type: 'text', body: 'x', id: 'other', destinationId: 'other', sourceId: 'other', v: 2 };
    await send({ kind: 'native', connector: 'apple-messages', payload, text: 'x' });
    expect(requests[0]!.json).toMatchObject({ id, v: 1, destinationId: customer });
  });
  it('whose answer is a page of somebody else is uncertain', async () => {
    const { send } = platform(({ url }) =>
      url.endsWith('/message') ? { status: 200, body: '<html>proxy</html>' } : undefined,
    );
    expect(await send({ kind: 'text', text: 'x' })).toMatchObject({ type: 'uncertain' });
  });
});

describe('a file', () => {
  it('is encrypted, uploaded without a token, and can be read with what the message says', async () => {
    const { send, requests, urls } = asUsual();
    await send({ kind: 'media', media: { type: 'image', id: 'med_1' }, caption: 'Le voici' });
    expect(urls()).toEqual(['GET /preUpload', 'POST http://storage.test/place/1', 'POST /message']);
    expect(requests[0]!.headers).toMatchObject({ 'mmcs-size': String(plain.length) });
    expect(requests[1]!.headers).not.toHaveProperty('authorization');
    const { body, attachments } = requests[2]!.json as {
      body: string;
      attachments: Record<string, string>[];
    };
    expect(body).toBe('\ufffc\nLe voici');
    expect(attachments).toEqual([
      {
        name: 'velo.png',
        mimeType: 'image/png',
        size: String(plain.length),
        'signature-base64': 'AYEexample',
        url: place['mmcs-url'],
        owner: place['mmcs-owner'],
        key: expect.stringMatching(/^00[\da-f]{64}$/),
      },
    ]);
    const key = Buffer.from(attachments[0]!['key']!.slice(2), 'hex');
    const sent = requests[1]!.body as Uint8Array;
    expect(Buffer.from(sent).equals(plain)).toBe(false);
    const read = createDecipheriv('aes-256-ctr', key, new Uint8Array(16)).update(sent);
    expect(read.toString()).toBe('a picture of a bicycle');
  });
  it('that could not be uploaded was not sent, and may be tried again', async () => {
    for (const failing of ['/preUpload', '/place/1']) {
      const { send, urls } = platform(({ url }) =>
        url.endsWith(failing) ? { status: 504, body: '' } : undefined,
      );
      const outcome = await send({ kind: 'media', media: { type: 'image', id: 'med_1' } });
      expect(outcome).toMatchObject({ type: 'rejected', failure: { permanent: false } });
      expect(urls()).not.toContain('POST /message');
    }
  });
  it('of the gateway that is gone is said to be', async () => {
    const { send } = asUsual();
    const outcome = await send(
      { kind: 'media', media: { type: 'image', id: 'med_1' } },
      { media: new Map() },
    );
    expect(outcome).toMatchObject({ failure: { code: 'media_unavailable' } });
  });
});

describe('a card', () => {
  const card = (actions?: { type: 'url'; title: string; url: string }[], subtitle = 'Rouge'): Content => ({
    kind: 'card',
    card: {
      title: 'Vélo',
      subtitle,
      image: { type: 'image', id: 'med_1' },
      ...(actions && { actions }),
    },
  });
  const link = [{ type: 'url' as const, title: 'Voir', url: 'https://shop.example.com/' }];
  it('with a link is a rich link', async () => {
    const { send, requests } = asUsual();
    await send(card(link));
    expect(requests[0]!.json).toMatchObject({
      type: 'richLink',
      richLinkData: {
        url: 'https://shop.example.com/',
        title: 'Vélo – Rouge',
        assets: { image: { mimeType: 'image/png', data: Buffer.from(plain).toString('base64') } },
      },
    });
  });
  it('without one, with a picture that Apple takes in no message, or with many words, is that with the words', async () => {
    for (const [content, media] of [
      [card(), held(10)],
      [card(link), held(200_001)],
      [card(link), held(10, 'image/jpeg')],
      [card(link, 'Rouge '.repeat(40)), held(10)],
    ] as const) {
      const { send, requests } = asUsual();
      await send(content, { media: new Map([['med_1', media]]) });
      const { type, body } = requests[2]!.json as { type: string; body: string };
      expect([type, body.includes('Vélo')]).toEqual(['text', true]);
    }
  });
});

it('a few options are a quick reply, more of them a list, and the answer names the message', async () => {
  const choice = (count: number): Content => ({
    kind: 'choice',
    text: 'Lequel ?',
    options: Array.from({ length: count }, (_, nth) => ({ id: `o${nth}`, title: `Vélo ${nth}` })),
  });
  const { send, requests } = asUsual();
  for (const count of [1, 2, 5, 6]) await send(choice(count));
  const shown = requests.map(
    ({ json }) => (json as { interactiveData: { data: Record<string, unknown> } }).interactiveData.data,
  );
  expect(shown.map((data) => 'quick-reply' in data)).toEqual([false, true, true, false]);
  expect(shown.map((data) => 'listPicker' in data)).toEqual([true, false, false, true]);
  expect(shown.every((data) => data['requestIdentifier'] === id)).toBe(true);
});

it('a question of several lines is shown on one', () => {
  const lines = (style?: 'list'): Content => ({
    kind: 'choice',
    text: 'Votre vélo :\nlequel ?\t👩‍🔧',
    options: [
      { id: 'r', title: 'Rouge' },
      { id: 'b', title: 'Bleu' },
    ],
    ...(style && { style }),
  });
  for (const content of [lines(), lines('list')]) {
    const shown = JSON.stringify(render({ content }, id));
    expect(shown).toContain('"Votre vélo : lequel ? 👩‍🔧"');
    expect(shown).not.toMatch(/\\[nt]/);
  }
});

describe('a file of the customer', () => {
  const key = Buffer.alloc(32, 7);
  const encrypted = createCipheriv('aes-256-ctr', key, new Uint8Array(16)).update(plain);
  const reference = (more: object = {}) =>
    JSON.stringify({
      url: 'https://content.example.com/1',
      owner: 'M1example',
      signature: 'AYE=',
      key: key.toString('hex'),
      ...more,
    });
  const fetched = async (of: string) => {
    const { context, requests } = recording(({ url }) => {
      if (url.endsWith('/preDownload'))
        return answered({ status: 200, body: { 'download-url': 'http://storage.test/get/1' } });
      const own = answered({ status: 200, body: { data: {} } });
      return url.endsWith('/get/1') ? { ...own, body: encrypted } : own;
    });
    const media = await connector.media!.fetch(of, account, { ...context, maxBytes: 1000 });
    return { media, requests };
  };
  it('is asked for, fetched without a token, and decrypted', async () => {
    const { media, requests } = await fetched(reference());
    expect(media.ok && Buffer.from(media.bytes).toString()).toBe('a picture of a bicycle');
    expect(requests[0]!.headers).toMatchObject({
      'mmcs-url': 'https://content.example.com/1',
      'mmcs-owner': 'M1example',
      'mmcs-signature': 'AYE=',
    });
    expect(requests[1]!.headers).not.toHaveProperty('authorization');
  });
  it('that is an answer is decoded by Apple', async () => {
    const { media, requests } = await fetched(reference({ bid: 'com.example' }));
    expect(media).toMatchObject({ ok: true, mediaType: 'application/json', name: 'answer.json' });
    expect(requests[2]).toMatchObject({
      url: 'http://platform.test/v1/decodePayload',
      headers: { bid: 'com.example' },
    });
    expect(Buffer.from(requests[2]!.body as Uint8Array).toString()).toBe('a picture of a bicycle');
  });
  it('is none where the reference is none', async () => {
    for (const of of ['', 'nonsense', '{}', reference({ key: '00' })])
      expect((await fetched(of)).media).toMatchObject({ ok: false, permanent: true });
  });
});

it('a body that unpacks to more than there is room for is refused', () => {
  const request = spec.request!({ name: 'x', document: 'x', request: { json: {} }, items: [] });
  const parse = (body: Uint8Array) => connector.hook!.parse({ ...request, body }, account);
  expect(parse(gzipSync(Buffer.alloc(5 << 20, ' ')))).toMatchObject({ ok: false, status: 400 });
  expect(parse(Buffer.from([0x1f, 0x8b, 1, 2]))).toMatchObject({ ok: false, status: 400 });
  const packed = { id: 'e', type: 'unknown', destinationId: account.config.business_id, sourceId: customer };
  expect(parse(Buffer.from(JSON.stringify(packed)))).toMatchObject({ ok: true });
});

it('whatever a merchant sends, adapted to the capabilities, can be shown', async () => {
  const attachment = { attachment: { name: 'x' } } satisfies SentFile;
  const check = (part: Part) => {
    const message = render(part, id, attachment);
    expect(message, part.content.kind).toBeDefined();
    if (message!['type'] === 'text') expect(message!['body']).not.toBe('');
  };
  await everyPart(connector, check, { contents: notBlank });
});
