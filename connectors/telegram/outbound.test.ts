import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTelegramEmulator } from '../../test/providers/telegram.ts';
import type { Person, TelegramEmulator } from '../../test/providers/telegram.ts';
import type { Context, OutboundMedia, SendOutcome, SendRequest } from '../contract/index.ts';
import type { Content } from '../../protocol/content.ts';
import { optionPayload, optionsOf } from '../../protocol/questions.ts';
import { createHttpClient } from '../kit/http.ts';
import type { TelegramAccount } from './bot.ts';
import { connector } from './index.ts';
import { spec } from './telegram.conformance.ts';

const token = '900800:outbound-token-of-our-own';
const messageId = 'msg_01KAP00000000000000000TEST';
const jpeg = Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 1, 2, 3);

let telegram: TelegramEmulator;
let noa: Person;
const http = createHttpClient({ allowed: ['127.0.0.0/8'] });

beforeEach(async () => {
  telegram = await startTelegramEmulator({ token });
  telegram.callbacks = 'none';
  noa = telegram.user(42);
  await noa.starts();
});
afterEach(() => telegram.close());

const account = (config: object = {}): TelegramAccount => ({
  ...(spec.account as TelegramAccount),
  config: { base_url: telegram.url, receive: 'webhook', media_by_url: false, ...config },
  credentials: { token, webhook_secret: 'a-hook-secret-of-our-own' },
});

const quiet = () => undefined;
function context(): Context {
  return {
    http,
    log: { info: quiet, warn: quiet, error: quiet },
    now: () => 0,
    random: (size) => new Uint8Array(size),
    signal: new AbortController().signal,
  };
}

function file(bytes: Uint8Array, mediaType: string, more: Partial<OutboundMedia> = {}): OutboundMedia {
  return {
    url: 'http://127.0.0.1:1/x',
    mediaType,
    bytes: bytes.length,
    read: () => Promise.resolve(bytes),
    ...more,
  };
}

interface Extra {
  media?: OutboundMedia;
  replyTo?: string | undefined;
  address?: string;
  config?: object;
}

function send(
  content: Content,
  { media, replyTo, address = 'telegram:42', config }: Extra = {},
): Promise<SendOutcome> {
  const options = optionsOf(content);
  const request: SendRequest = {
    messageId,
    idempotencyKey: `${messageId}.0`,
    address,
    part: {
      content,
      ...(options.length ? { payloads: options.map((_, i) => optionPayload(messageId, i)) } : {}),
    },
    media: new Map(media ? [['med_1', media]] : []),
    ...(replyTo === undefined ? {} : { replyTo }),
    thread: [],
  };
  return connector.sender!.send(request, account(config), context());
}

const of = ({ max }: { max: number }) => 'é'.repeat(max);
const last = () => noa.received().at(-1)!;
const lastId = () => `42:${last().message_id}`;
const sent = () => ({ type: 'sent', providerIds: [lastId()] });
const picture = (more: object = {}): Content => ({
  kind: 'media',
  media: { type: 'image', id: 'med_1' },
  ...more,
});
const rejected = (code: string, permanent: boolean) => ({
  type: 'rejected',
  failure: expect.objectContaining({ code, permanent }) as unknown,
});

describe('what a person gets', () => {
  it('plain text is not read as markdown', async () => {
    expect(await send({ kind: 'text', text: '2 * 3 * 4 <b>' })).toEqual(sent());
    expect(last()).toMatchObject({ text: '2 * 3 * 4 <b>', entities: undefined });
  });

  it('markdown is shown by entities', async () => {
    await send({
      kind: 'text',
      format: 'markdown',
      text: 'Un **mot** et [un lien](https://shop.example.com/)',
    });
    expect(last()).toMatchObject({
      text: 'Un mot et un lien',
      entities: [
        { type: 'bold', offset: 3, length: 3 },
        { type: 'text_link', offset: 10, length: 7, url: 'https://shop.example.com/' },
      ],
    });
  });

  it('an answer names the message it answers, also one that is gone', async () => {
    await send({ kind: 'text', text: 'un' });
    await send({ kind: 'text', text: 'deux' }, { replyTo: `${lastId()}:press:77` });
    expect(last()['reply_to_message']).toMatchObject({ text: 'un' });
    expect(await send({ kind: 'text', text: 'trois' }, { replyTo: '42:99999' })).toEqual(sent());
    await send({ kind: 'text', text: 'quatre' }, { replyTo: lastId().replace('42:', '43:') });
    expect(last()['reply_to_message']).toBeUndefined();
  });

  it.each([
    ['image', 'image/jpeg', 'photo'],
    ['image', 'image/gif', 'animation'],
    ['image', 'image/svg+xml', 'document'],
    ['audio', 'audio/mpeg', 'audio'],
    ['audio', 'audio/ogg; codecs=opus', 'voice'],
    ['audio', 'audio/wav', 'document'],
    ['video', 'video/mp4', 'video'],
    ['video', 'video/webm', 'document'],
    ['file', 'application/pdf', 'document'],
    ['file', 'image/jpeg', 'document'],
    ['sticker', 'image/webp', 'sticker'],
  ] as const)('%s of %s goes as %s, byte for byte', async (type, mediaType, field) => {
    const content: Content = {
      kind: 'media',
      media: { type, id: 'med_1' },
      ...(type === 'sticker' ? {} : { caption: 'légende' }),
    };
    expect(await send(content, { media: file(jpeg, mediaType, { name: 'nom "à" nous.bin' }) })).toEqual(
      sent(),
    );
    const got = last()[field] as { file_id: string } | { file_id: string }[];
    const { file_id } = Array.isArray(got) ? got[0]! : got;
    expect(await connector.media!.fetch(file_id, account(), { ...context(), maxBytes: 1000 })).toEqual({
      ok: true,
      bytes: Buffer.from(jpeg),
    });
    expect(got).toMatchObject(Array.isArray(got) ? {} : { file_name: "nom 'à' nous.bin" });
    expect(last()['caption']).toBe(type === 'sticker' ? undefined : 'légende');
  });

  it('media go by address only where the account says so and Telegram would fetch it', async () => {
    const url = `${telegram.url}/bot${token}/getMe`;
    const film = (more: Partial<OutboundMedia> = {}) =>
      file(jpeg, 'video/mp4', { url, read: () => Promise.reject(new Error('was read')), ...more });
    const content: Content = { kind: 'media', media: { type: 'video', id: 'med_1' } };
    expect(await send(content, { media: film(), config: { media_by_url: true } })).toEqual(sent());
    await expect(send(content, { media: film() })).rejects.toThrow('was read');
    await expect(
      send(content, { media: film({ bytes: 21_000_000 }), config: { media_by_url: true } }),
    ).rejects.toThrow('was read');
  });

  it('media that the gateway does not have is media_unavailable', async () => {
    expect(await send(picture())).toEqual(rejected('media_unavailable', true));
  });

  it('a place with a name is a venue, one without a point', async () => {
    await send({ kind: 'location', latitude: 48.5, longitude: 2.5 });
    expect(last()).toMatchObject({ location: { latitude: 48.5, longitude: 2.5 } });
    await send({ kind: 'location', latitude: 48.5, longitude: 2.5, name: 'Atelier' });
    expect(last()).toMatchObject({ venue: { title: 'Atelier', address: '48.5, 2.5' } });
  });

  it('one person with a number is a contact, whose vCard nobody can break out of', async () => {
    await send({
      kind: 'contact',
      contacts: [
        {
          name: 'Noa\r\nTEL:+15550199',
          phones: ['+33639980011', '+33639980012'],
          emails: ['noa@example.com'],
        },
      ],
    });
    const { vcard, phone_number } = last()['contact'] as { vcard: string; phone_number: string };
    expect(phone_number).toBe('+33639980011');
    expect(vcard.split('\r\n').filter((line) => line.startsWith('TEL'))).toEqual([
      'TEL:+33639980011',
      'TEL:+33639980012',
    ]);
  });

  it('several people, or one without a number, are one vCard file', async () => {
    await send({
      kind: 'contact',
      contacts: [
        { name: 'Noa', phones: ['+33639980011'] },
        { name: 'Ada', emails: ['ada@example.com'] },
      ],
    });
    expect(last()).toMatchObject({
      caption: 'Noa\n+33639980011\n\nAda\nada@example.com',
      document: { file_name: 'contacts.vcf', mime_type: 'text/vcard' },
    });
  });

  it('no file name or type gets out of its header', async () => {
    const media = file(jpeg, 'text/plain\r\nx: y', { name: 'a"\r\nContent-Type: text/html\r\n\r\n<b>.txt' });
    expect(await send({ kind: 'media', media: { type: 'file', id: 'med_1' } }, { media })).toEqual(sent());
    expect(last()['document']).toMatchObject({
      file_name: "a'__Content-Type: text/html____<b>.txt",
      mime_type: 'application/octet-stream',
      file_size: 7,
    });
  });

  it('a choice has a button for each option, with our payload', async () => {
    await send({
      kind: 'choice',
      text: 'Quand ?',
      header: 'Rendez-vous',
      options: [
        { id: 'a', title: 'Matin' },
        { id: 'b', title: 'Soir' },
      ],
    });
    expect(last()).toMatchObject({
      text: 'Rendez-vous\n\nQuand ?',
      entities: [{ type: 'bold', offset: 0, length: 11 }],
    });
    expect(noa.buttons()).toEqual([
      { text: 'Matin', callback_data: `${messageId}.0` },
      { text: 'Soir', callback_data: `${messageId}.1` },
    ]);
  });

  it('a card is a photo with buttons; replies carry their own place, links none', async () => {
    const content: Content = {
      kind: 'card',
      card: {
        title: 'Vélo',
        subtitle: 'Rouge',
        image: { type: 'image', id: 'med_1' },
        actions: [
          { type: 'reply', id: 'a', title: 'Un' },
          { type: 'url', title: 'Voir', url: 'https://shop.example.com/' },
          { type: 'reply', id: 'b', title: 'Deux' },
        ],
      },
    };
    expect(await send(content, { media: file(jpeg, 'image/jpeg') })).toEqual(sent());
    expect(last()).toMatchObject({
      caption: 'Vélo\nRouge',
      caption_entities: [{ type: 'bold', offset: 0, length: 4 }],
    });
    expect(noa.buttons()).toEqual([
      { text: 'Un', callback_data: `${messageId}.0` },
      { text: 'Voir', url: 'https://shop.example.com/' },
      { text: 'Deux', callback_data: `${messageId}.1` },
    ]);
  });

  it('typing, a reaction, an edit and a removal act on what is there', async () => {
    await send({ kind: 'text', text: 'avant' });
    const replyTo = lastId();
    const about = { message_id: messageId };
    const done = { type: 'sent', providerIds: [] };
    expect(await send({ kind: 'typing' })).toEqual(done);
    expect(noa.chat.actions).toEqual(['typing']);
    expect(await send({ kind: 'typing', on: false })).toEqual(done);
    expect(await send({ kind: 'reaction', emoji: '❤️', ...about }, { replyTo })).toEqual(done);
    expect([...noa.chat.reactions.values()]).toEqual([['❤']]);
    expect(await send({ kind: 'reaction', emoji: '', ...about }, { replyTo })).toEqual(done);
    expect([...noa.chat.reactions.values()]).toEqual([[]]);
    expect(await send({ kind: 'edit', text: 'après', ...about }, { replyTo })).toEqual(done);
    expect(last()['text']).toBe('après');
    expect(await send({ kind: 'removal', ...about }, { replyTo })).toEqual(done);
    expect(noa.received()).toEqual([]);
  });

  it('an edit of a caption finds its caption', async () => {
    await send(picture({ caption: 'avant' }), { media: file(jpeg, 'image/jpeg') });
    await send({ kind: 'edit', text: 'après', message_id: messageId }, { replyTo: lastId() });
    expect(last()['caption']).toBe('après');
  });

  it.each([undefined, 'nonsense', '42:', '43:101'])(
    'an edit of %s is refused without a call',
    async (replyTo) => {
      const before = telegram.calls.length;
      expect(await send({ kind: 'edit', text: 'x', message_id: messageId }, { replyTo })).toEqual(
        rejected('content_refused', true),
      );
      expect(telegram.calls).toHaveLength(before);
    },
  );

  it('a native payload goes to this consumer and nobody else, by a send method only', async () => {
    telegram.user(43);
    expect(
      await send({
        kind: 'native',
        connector: 'telegram',
        payload: { method: 'sendDice', chat_id: 43 },
        text: 'x',
      }),
    ).toEqual(sent());
    for (const method of ['deleteWebhook', 'sendDice/../getMe', 'sendDice?x', 7, undefined]) {
      expect(await send({ kind: 'native', connector: 'telegram', payload: { method }, text: 'x' })).toEqual(
        rejected('content_refused', true),
      );
    }
  });

  it('takes everything at its declared limits', async () => {
    const { text, caption, buttons, card } = connector.manifest.capabilities;
    const options = Array.from({ length: buttons!.max }, (_, i) => ({
      id: `o${i}`,
      title: `${of(buttons!.label).slice(3)}${i}`,
    }));
    const actions = Array.from({ length: card!.actions }, (_, i) => ({
      type: 'reply' as const,
      id: `a${i}`,
      title: of(card!.label),
    }));
    const media = file(jpeg, 'image/jpeg');
    expect(await send({ kind: 'text', text: of(text) })).toEqual(sent());
    expect(await send(picture({ caption: of(caption!) }), { media })).toEqual(sent());
    expect(
      await send({ kind: 'choice', text: of(buttons!.body), header: of(buttons!.header!), options }),
    ).toEqual(sent());
    expect(
      await send(
        {
          kind: 'card',
          card: {
            title: of(card!.title),
            subtitle: of(card!.subtitle),
            image: { type: 'image', id: 'med_1' },
            actions,
          },
        },
        { media },
      ),
    ).toEqual(sent());
  });
});
