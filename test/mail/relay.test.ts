import { authenticate } from 'mailauth';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Account, InboundItem, RunningServer, SendRequest } from '../../connectors/contract/index.ts';
import { emailConnector } from '../../connectors/email/index.ts';
import type { EmailConfig, EmailCredentials } from '../../connectors/email/manifest.ts';
import { dnsOf, makeDkimKey } from './dkim-key.ts';
import { mailAccount, mailHost } from './mail-host.ts';
import type { MailHost } from './mail-host.ts';
import { startPostfix } from './postfix.ts';
import type { Postfix } from './postfix.ts';
import { scriptedRelay } from './relays.ts';

/**
 * Mail through a real Postfix: our connector hands it over, Postfix delivers it to our own SMTP server, which so plays the
 * consumer's side too: account `acc_consumer` is the consumer's mailbox.
 */
const key = makeDkimKey();
const dns = dnsOf({ 's1._domainkey.shop.test': key.record, '_dmarc.shop.test': 'v=DMARC1; p=reject' });
const connector = emailConnector({ dns });
let host: MailHost;
let server: RunningServer<EmailConfig, EmailCredentials>;
let postfix: Postfix;
let shop: Account<EmailConfig, EmailCredentials>;

/** The port must be known to Postfix before our server knows Postfix's: accounts are made afterwards, as in life. */
const accounts: Account<EmailConfig, EmailCredentials>[] = [];

beforeAll(async () => {
  host = mailHost(accounts);
  server = (await connector.server!.start(host as never)) as typeof server;
  postfix = await startPostfix(server.listening[0]!.port);
  shop = mailAccount(
    'acc_shop',
    {
      address: 'support@shop.test',
      name: 'Le Café',
      relay: { host: '127.0.0.1', port: postfix.port, security: 'none' },
      dkim: { domain: 'shop.test', selector: 's1' },
      delivery_reports: 'all',
    },
    { dkim_private_key: key.privateKey },
  );
  accounts.push(
    shop,
    mailAccount('acc_consumer', { address: 'ada@consumer.example', authentication: 'require' }),
  );
});

afterAll(async () => {
  await postfix?.stop();
  await server?.stop();
});

const send = (id: string, of: Partial<SendRequest> = {}) =>
  server.send!(
    {
      messageId: id,
      idempotencyKey: `${id}.0`,
      address: 'mailto:ada@consumer.example',
      part: {
        content: {
          kind: 'text',
          format: 'markdown',
          text: 'Your **order** is ready: été, 👋, a line that is long enough to be folded by quoted-printable, for sure.',
          subject: 'Commande prête',
        },
      },
      media: new Map(),
      thread: [],
      ...of,
    },
    shop,
    host,
  );

const messagesOf = (accountId: string) =>
  host.taken.flatMap(({ accountId: of, item }) =>
    of === accountId && item.type === 'message' ? [item] : [],
  );
const receipts = (id: string) =>
  host.taken.flatMap(({ item }) =>
    item.type === 'receipt' && item.providerIds.some((each) => each.startsWith(`<${id}.`)) ? [item] : [],
  );

const arrived = (id: string): InboundItem[] =>
  messagesOf('acc_consumer').filter(({ providerId }) => providerId.startsWith(`<${id}.`));

/** Polls without asserting on time: gives up with what was there. */
async function eventually<T>(look: () => T | undefined): Promise<T> {
  for (let left = 300; left > 0; left--) {
    const found = look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(
    `it never came: ${host.taken.map(({ accountId, item }) => `${accountId} ${item.type}`).join(', ')}\n${postfix.log()}`,
  );
}
const one = <T>(items: T[]): T | undefined => (items.length > 0 ? items[0] : undefined);

describe('through Postfix', () => {
  it('arrives, signed so that DMARC passes, and a delivery report settles it', async () => {
    const outcome = await send('msg_first');
    expect(outcome).toEqual({ type: 'sent', providerIds: ['<msg_first.0@shop.test>'] });
    // the consumer's account requires authentication: what arrives there has passed DKIM and DMARC on the way
    const got = await eventually(() => one(messagesOf('acc_consumer')));
    expect(got).toMatchObject({
      providerId: '<msg_first.0@shop.test>',
      sender: { address: 'mailto:support@shop.test', name: 'Le Café' },
    });
    expect(got.content).toMatchObject({ subject: 'Commande prête' });
    expect(got.content.text).toContain('Your order is ready: été, 👋, a line that is long enough');
    expect(host.logged.find((line) => line.startsWith('email.authentication'))).toContain(
      '"dkim":"pass","dmarc":"pass"',
    );
    expect(await eventually(() => one(receipts('msg_first')))).toMatchObject({ state: 'delivered' });
  });

  it('a reply goes back into the thread', async () => {
    await send('msg_second', {
      thread: ['<q1@consumer.example>', '<msg_first.0@shop.test>'],
      replyTo: '<q1@consumer.example>',
      subject: 'Hours',
      part: { content: { kind: 'text', text: 'At nine.' } },
    });
    const got = await eventually(() =>
      messagesOf('acc_consumer').find(({ providerId }) => providerId.startsWith('<msg_second.')),
    );
    expect(got).toMatchObject({
      replyTo: '<q1@consumer.example>',
      content: { subject: 'Re: Hours', text: 'At nine.' },
    });
  });

  it('a file arrives byte for byte', async () => {
    const bytes = new Uint8Array(Array.from({ length: 200_000 }, (_, i) => (i * 7) % 256));
    const media = new Map([
      [
        'med_1',
        {
          url: '',
          mediaType: 'image/png',
          bytes: bytes.length,
          name: 'été.png',
          read: () => Promise.resolve(bytes),
        },
      ],
    ]);
    await send('msg_file', {
      part: { content: { kind: 'media', media: { type: 'image', id: 'med_1' }, caption: 'A picture' } },
      media,
    });
    const got = await eventually(() =>
      messagesOf('acc_consumer').find(
        ({ providerId }) => providerId.startsWith('<msg_file.') && providerId.endsWith('#1'),
      ),
    );
    expect(got.content).toMatchObject({ kind: 'media', media: { type: 'image', name: 'été.png' } });
    expect(Buffer.from(got.media!['file']!.bytes!).equals(bytes)).toBe(true);
  });

  it('an order arrives as HTML and text with its picture, and can be unsubscribed from by mail', async () => {
    const image = { type: 'image' as const, id: 'med_1', alt: 'A cup' };
    const picture = Uint8Array.from({ length: 3000 }, (_, i) => (i * 11) % 256);
    const bytes = () => Promise.resolve(picture);
    await send('msg_order', {
      part: {
        content: {
          kind: 'order',
          order_id: 'A-7',
          items: [{ id: 'cup', title: 'Tasse à café', price: { amount: 2400, currency: 'EUR' }, image }],
          total: { amount: 2400, currency: 'EUR' },
        },
      },
      media: new Map([
        ['med_1', { url: '', mediaType: 'image/png', bytes: 3000, name: 'tasse.png', read: bytes }],
      ]),
      language: 'fr',
      unsubscribeUrl: 'https://gateway.test/unsubscribe/token',
    });
    const got = await eventually(() =>
      messagesOf('acc_consumer').find(({ providerId }) => providerId === '<msg_order.0@shop.test>'),
    );
    expect(got.content).toMatchObject({ kind: 'text', subject: 'Commande A-7' });
    expect(got.content.text).toContain('Tasse à café: 24,00');
    expect(got.content.text).toContain('Se désabonner: https://gateway.test/unsubscribe/token');
    const cup = await eventually(() =>
      messagesOf('acc_consumer').find(({ providerId }) => providerId === '<msg_order.0@shop.test>#1'),
    );
    expect(Buffer.from(cup.media!['file']!.bytes!).equals(picture)).toBe(true);
  });

  it("Postfix's own bounce for an unknown mailbox fails the delivery", async () => {
    expect((await send('msg_lost', { address: 'mailto:nobody@consumer.example' })).type).toBe('sent');
    const bounce = await eventually(() => one(receipts('msg_lost')));
    expect(bounce).toMatchObject({
      state: 'failed',
      failure: { code: 'address_invalid', permanent: true, platform_code: '5.1.1' },
    });
    expect(receipts('msg_lost')).toHaveLength(1);
  });

  it('an outage of our ledger: 451, Postfix tries again, exactly one message', async () => {
    host.failing = 1;
    expect((await send('msg_late')).type).toBe('sent');
    await eventually(() => (host.failing === 0 ? true : undefined));
    await eventually(() => (postfix.log().includes('status=deferred') ? true : undefined));
    expect(arrived('msg_late')).toHaveLength(0);
    await postfix.flush();
    await eventually(() => one(arrived('msg_late')));
    await eventually(() => one(receipts('msg_late')));
    expect(arrived('msg_late')).toHaveLength(1);
  });

  it('a mailbox that Postfix itself refuses is refused at once', async () => {
    const outcome = await send('msg_big', {
      part: { content: { kind: 'media', media: { type: 'file', id: 'm' } } },
      media: new Map([
        [
          'm',
          {
            url: '',
            mediaType: 'application/zip',
            bytes: 1,
            read: () => Promise.resolve(new Uint8Array(24 << 20)),
          },
        ],
      ]),
    });
    expect(outcome).toMatchObject({ type: 'rejected', failure: { code: 'content_too_large' } });
  });

  it('the probe finds it, and nothing where nobody listens', async () => {
    expect(await connector.probe!(shop, host)).toMatchObject({ ok: true });
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const dead = mailAccount('acc_dead', {
      address: 'a@shop.test',
      relay: { host: '127.0.0.1', port, security: 'none' },
    });
    expect(await connector.probe!(dead, host)).toMatchObject({ ok: false });
  });
});

/** What mailauth, which knows nothing of how it was signed, says of DKIM and DMARC. */
const check = async (mail: string) => {
  const result = await authenticate(Buffer.from(mail, 'latin1'), {
    ip: '127.0.0.1',
    helo: 'x.example',
    sender: 'support@shop.test',
    mta: 'mx.example',
    resolver: dns,
  });
  return [result.dkim.results[0]?.status.result, result.dmarc && result.dmarc.status.result];
};

describe('the signature', () => {
  it('passes an independent check, and fails when a word is changed', async () => {
    const relay = await scriptedRelay();
    const account = {
      ...shop,
      config: { ...shop.config, relay: { ...shop.config.relay!, port: relay.port } },
    };
    await server.send!(
      {
        messageId: 'msg_s',
        idempotencyKey: 'msg_s.0',
        address: 'mailto:ada@consumer.example',
        part: { content: { kind: 'text', text: 'Hello\n.\n..\nété' } },
        media: new Map(),
        thread: [],
      },
      account,
      host,
    );
    // the line escapes leading dots (RFC 5321 §4.5.2)
    const raw = `${relay.mails[0]!.replaceAll('\r\n..', '\r\n.')}\r\n`;
    await relay.close();
    expect(await check(raw)).toEqual(['pass', 'pass']);
    expect(await check(raw.replace('Hello', 'Hallo'))).not.toContain('pass');
  });

  it('covers what lets a reader unsubscribe (RFC 8058, section 4)', async () => {
    const relay = await scriptedRelay();
    const account = {
      ...shop,
      config: { ...shop.config, relay: { ...shop.config.relay!, port: relay.port } },
    };
    await server.send!(
      {
        messageId: 'msg_u',
        idempotencyKey: 'msg_u.0',
        address: 'mailto:ada@consumer.example',
        part: { content: { kind: 'card', card: { title: 'New cups' } } },
        media: new Map(),
        thread: [],
        unsubscribeUrl: `https://gateway.test/unsubscribe/${'x'.repeat(300)}`,
      },
      account,
      host,
    );
    const raw = `${relay.mails[0]!.replaceAll('\r\n..', '\r\n.')}\r\n`;
    await relay.close();
    expect(await check(raw)).toEqual(['pass', 'pass']);
    for (const [from, to] of [
      ['=One-Click', '=Two-Clicks'],
      ['List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n', ''],
      ['/unsubscribe/x', '/unsubscribe/y'],
      ['?subject=unsubscribe', '?subject=subscribe'],
    ] as const) {
      expect(raw).toContain(from);
      expect((await check(raw.replace(from, to)))[0]).not.toBe('pass');
    }
  });
});
