import { describe, expect, it } from 'vitest';
import { mailAccount } from '../../test/mail/mail-host.ts';
import type { Content } from '../../protocol/content.ts';
import { isOptOut } from '../../protocol/adapt/index.ts';
import { readMail } from './inbound.ts';
import { compose } from './outbound.ts';

const url = 'https://gateway.test/unsubscribe/token';
const hello: Content = { kind: 'text', text: 'New cups are here.\nCome and see: https://shop.test/new' };

async function mail(unsubscribeUrl: string | undefined, address = 'support@shop.test', language = 'fr') {
  const composed = await compose(
    {
      messageId: 'msg_1',
      idempotencyKey: 'msg_1.0',
      address: 'mailto:ada@example.com',
      part: { content: hello },
      media: new Map(),
      thread: [],
      language,
      ...(unsubscribeUrl ? { unsubscribeUrl } : {}),
    },
    mailAccount('acc_1', { address, name: 'Shop' }),
    Date.UTC(2026, 10, 20),
  );
  if (!composed.ok) throw new Error(JSON.stringify(composed.failure));
  const raw = composed.mail.raw.toString();
  return {
    head: `\r\n${raw.slice(0, raw.indexOf('\r\n\r\n'))}\r\n`,
    raw: raw.replaceAll('=\r\n', '').replaceAll('=3D', '='),
  };
}

describe('a promotional mail', () => {
  it('offers one click, and a mail to the account’s own mailbox', async () => {
    const { head } = await mail(url);
    expect(head).toContain(
      `\r\nList-Unsubscribe: <${url}>, <mailto:support@shop.test?subject=unsubscribe>\r\n`,
    );
    expect(head).toContain('\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n');
  });

  it('offers no one-click without HTTPS, for RFC 8058 does not', async () => {
    const { head } = await mail('http://localhost:8080/unsubscribe/token');
    expect(head).toContain('List-Unsubscribe: <http://localhost:8080/unsubscribe/token>, <mailto:');
    expect(head).not.toContain('List-Unsubscribe-Post');
  });

  it('says so at its foot, in both of its parts and in the consumer’s language', async () => {
    const { raw } = await mail(url);
    expect(raw).toContain(`Se d=C3=A9sabonner: ${url}`);
    expect(raw).toMatch(new RegExp(`<a [^>]*href="${url}">Se d=C3=A9sabonner</a>`));
    expect(raw).toContain('<a href="https://shop.test/new">https://shop.test/new</a>');
    expect((await mail(url, 'support@shop.test', 'de')).raw).toContain(`Abmelden: ${url}`);
  });

  it('lets nothing into its headers that is no address', async () => {
    for (const bad of [`${url}>\r\nBcc: eve@example.com`, `${url} x`, 'javascript:alert(1)', `${url}>,<x`])
      expect((await mail(bad)).head).not.toMatch(/List-Unsubscribe|Bcc/);
    expect((await mail(url, 'a?b&c%d@shop.test')).head).toContain('<mailto:a%3Fb%26c%25d@shop.test?subject=');
  });

  it('and any other mail says nothing of it', async () => {
    const { raw } = await mail(undefined);
    expect(raw).not.toMatch(/unsubscribe|text\/html/i);
  });
});

describe('a mail that unsubscribes', () => {
  const read = async (subject: string, body: string, headers = '', envelopeFrom = 'ada@example.com') => {
    const raw = `From: ada@example.com\r\nTo: support@shop.test\r\nSubject: ${subject}\r\nMessage-ID: <u1@example.com>\r\n${headers}\r\n${body}`;
    const reading = await readMail(new TextEncoder().encode(raw), envelopeFrom);
    return reading.ok ? reading.items : [];
  };

  it.each(['unsubscribe', 'Unsubscribe', ' UNSUBSCRIBE! '])(
    'by its subject %j, whatever its body',
    async (subject) => {
      const [first, second] = await read(subject, 'This message was written by a mail program.');
      expect(first).toMatchObject({ content: { kind: 'text', text: 'unsubscribe' } });
      expect(isOptOut('unsubscribe')).toBe(true);
      // it is not what the thread is called from now on
      expect(first).not.toHaveProperty('content.subject');
      // and nothing that was written is lost
      expect(second).toMatchObject({ content: { kind: 'media', media: { name: 'message.txt' } } });
    },
  );

  it('is one message where it says nothing else', async () => {
    expect(await read('unsubscribe', '')).toHaveLength(1);
  });

  it('also where a program says that it wrote it, but not from a list or a bounce', async () => {
    expect((await read('unsubscribe', '', 'Auto-Submitted: auto-generated\r\n'))[0]).not.toHaveProperty(
      'automatic',
    );
    expect((await read('unsubscribe', '', 'List-Id: <cups.example.com>\r\n'))[0]).toHaveProperty(
      'automatic',
      true,
    );
    expect((await read('unsubscribe', '', '', ''))[0]).toHaveProperty('automatic', true);
  });

  it('is not one that only speaks of it', async () => {
    for (const subject of ['Re: unsubscribe', 'How do I unsubscribe?', 'stop'])
      expect((await read(subject, 'Please help'))[0]).toMatchObject({
        content: { text: 'Please help', subject },
      });
  });
});
