import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTransport } from 'nodemailer';
import { describe, expect, it } from 'vitest';
import { until } from '../gateway/ports.ts';
import { phoneOf } from './consumers/consumer.ts';
import { openEmail } from './consumers/email.ts';
import { openMessenger } from './consumers/messenger.ts';
import { openSandbox } from './consumers/sandbox.ts';
import { openTelegram } from './consumers/telegram.ts';
import { openWhatsApp } from './consumers/whatsapp.ts';
import { useHouse } from './house.ts';
import { received } from './threads.ts';

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=',
  'base64',
);
const jpeg = Buffer.concat([
  Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 0x10]),
  Buffer.from('JFIF\0'),
  Buffer.alloc(5000, 7),
]);
const house = useHouse(
  {
    telegram: openTelegram,
    whatsapp: openWhatsApp,
    messenger: openMessenger,
    email: openEmail,
    sandbox: openSandbox,
  },
  'test',
);
const ada = {
  telegram: () => house.telegram.person(1),
  whatsapp: () => house.whatsapp.meta.whatsapp.user(phoneOf(1)),
  messenger: () => house.messenger.meta.messenger.user('246801'),
};
const hello = async (channel: keyof typeof ada, text: string) => {
  await ada[channel]().writes(text);
  return received(house.merchant, channel, ({ content }) => content.text === text);
};

describe('media that comes in', () => {
  const sending: Record<string, () => Promise<unknown>> = {
    telegram: () => ada.telegram().sendsPhoto(jpeg, 'Look'),
    whatsapp: () => ada.whatsapp().sendsImage(jpeg, 'Look'),
    messenger: () => ada.messenger().sendsImage(jpeg),
    email: async () => {
      const mailer = createTransport({ host: '127.0.0.1', port: house.gateway.smtpPort, ignoreTLS: true });
      await mailer.sendMail({
        from: 'ada1@example.com',
        to: house.email.mailbox,
        subject: 'Look',
        attachments: [{ filename: 'photo.jpg', content: jpeg }],
      });
      mailer.close();
    },
  };

  it.each(Object.keys(sending))('%s: is served byte for byte behind a signed link', async (channel) => {
    await sending[channel]!();
    const message = await received(house.merchant, channel, ({ content }) => content.kind === 'media');
    if (message.content.kind !== 'media') throw new Error('not media');
    const { media } = message.content;
    const sha256 = createHash('sha256').update(jpeg).digest('hex');
    const { data: ready } = await house.merchant.receiver.event(
      'media.ready',
      ({ data }) => data.message_id === message.id,
    );
    expect(ready).toEqual({
      media_id: media.id,
      message_id: message.id,
      media_type: 'image/jpeg',
      bytes: jpeg.length,
      sha256,
    });
    expect(media).toMatchObject({
      type: 'image',
      url: expect.stringContaining(`${house.gateway.url}/media/${media.id}?`) as string,
    });
    const answer = await fetch(media.url!);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
    expect(Buffer.from(await answer.arrayBuffer()).equals(jpeg)).toBe(true);
    expect(
      (await fetch(media.url!.replace(/(?<=sig=)./, (first) => (first === 'A' ? 'B' : 'A')))).status,
    ).toBe(404);
    expect((await fetch(media.url!.split('?')[0]!)).status).toBe(404);
    // a file name may follow the id, for platforms that want an extension
    expect((await fetch(media.url!.replace('?', '/menu.png?'))).status).toBe(200);
  });
});

describe('media that goes out', () => {
  async function upload(bytes: Buffer, name: string): Promise<string> {
    const answer = await fetch(`${house.gateway.url}/v1/media?name=${name}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${house.merchant.key}`, 'content-type': 'application/octet-stream' },
      body: new Uint8Array(bytes),
    });
    const body = (await answer.json()) as { id: string; media_type: string; bytes: number };
    expect([answer.status, body]).toMatchObject([201, { media_type: 'image/png', bytes: bytes.length }]);
    return body.id;
  }
  const image = (media: object) => ({
    kind: 'media',
    media: { type: 'image', ...media },
    caption: 'The menu',
  });
  const seen: Record<string, () => Promise<Buffer | undefined>> = {
    telegram: () => house.telegram.photo(1),
    whatsapp: () => Promise.resolve(ada.whatsapp().shown.find(({ media }) => media)?.media?.bytes),
    messenger: () => Promise.resolve(ada.messenger().shown.find(({ media }) => media)?.media?.bytes),
    email: async () => house.email.attachment(1),
  };
  const address = {
    telegram: 'telegram:7000001',
    whatsapp: `whatsapp:${phoneOf(1)}`,
    messenger: 'messenger:246801',
    email: 'mailto:ada1@example.com',
  };

  it.each(Object.keys(address) as (keyof typeof address)[])(
    '%s: an upload arrives byte for byte, with its caption',
    async (channel) => {
      if (channel !== 'email') await hello(channel, `Send me the menu by ${channel}`);
      const sent = await house.merchant.send(address[channel], image({ id: await upload(png, 'menu.png') }));
      await house.merchant.state(sent, 'sent', 'delivered', 'read');
      expect((await until('the picture', seen[channel]!)).equals(png)).toBe(true);
      if (channel === 'whatsapp') expect(ada.whatsapp().last?.text).toBe('The menu');
    },
  );

  it('an address is fetched once, and one that cannot be had is a failure that says so', async () => {
    let asked = 0;
    const files = createServer((request, response) => {
      if (request.url !== '/menu.png') return void response.writeHead(404).end();
      asked++;
      response.writeHead(200, { 'content-type': 'image/png' }).end(png);
    });
    await new Promise<void>((resolve) => files.listen(0, '127.0.0.1', resolve));
    const base = `http://127.0.0.1:${(files.address() as AddressInfo).port}`;
    const phone = await house.sandbox.person('media');
    await house.merchant.state(
      await house.merchant.send(phone.address, image({ url: `${base}/menu.png` })),
      'read',
    );
    const [url] = phone.seesMedia();
    for (let i = 0; i < 2; i++)
      expect(Buffer.from(await (await fetch(url!)).arrayBuffer()).equals(png)).toBe(true);
    expect(asked).toBe(1);
    const missing = await house.merchant.send(phone.address, image({ url: `${base}/nothing.png` }));
    const { data } = await house.merchant.receiver.event(
      'delivery.updated',
      (event) => event.data.message_id === missing,
    );
    expect(data).toMatchObject({ state: 'failed', failure: { code: 'media_unavailable' } });
    files.close();
  });

  it('what turns out too large for the channel goes as a signed link, uploaded or fetched', async () => {
    // WhatsApp takes pictures of 5 MB
    const large = Buffer.concat([png, Buffer.alloc(5_300_000)]);
    await hello('whatsapp', 'Send me the poster');
    const files = createServer((_, response) =>
      response.writeHead(200, { 'content-type': 'image/png' }).end(large),
    );
    await new Promise<void>((resolve) => files.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(files.address() as AddressInfo).port}/poster.png`;
    const shownBefore = ada.whatsapp().shown.length;
    const fetched = await house.merchant.send(address.whatsapp, image({ url }));
    await house.merchant.state(fetched, 'sent', 'delivered', 'read');
    const uploaded = await house.merchant.send(
      address.whatsapp,
      image({ id: await upload(large, 'poster.png') }),
    );
    await house.merchant.state(uploaded, 'sent', 'delivered', 'read');
    const shown = ada.whatsapp().shown.slice(shownBefore);
    expect(shown.map(({ media }) => media)).toEqual([undefined, undefined]);
    for (const { text } of shown) {
      expect(text).toContain('The menu');
      const link = /http:\S+\/media\/\S+/.exec(text ?? '')?.[0];
      expect(Buffer.from(await (await fetch(link!)).arrayBuffer()).equals(large)).toBe(true);
    }
    files.close();
  });

  it('an upload of another merchant is unknown', async () => {
    const other = await house.gateway.merchant('Borage', 'test');
    const phone = await openSandbox(other);
    const id = await upload(png, 'own.png');
    expect(
      await other.call('POST', '/v1/messages', { to: 'sandbox:x', content: image({ id }) }),
    ).toMatchObject({ status: 422, body: { code: 'invalid_request' } });
    await phone.close();
    await other.receiver.close();
  });
});
