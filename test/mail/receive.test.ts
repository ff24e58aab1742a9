import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import type { RunningServer } from '../../connectors/contract/index.ts';
import { emailConnector } from '../../connectors/email/index.ts';
import type { EmailOptions } from '../../connectors/email/index.ts';
import type { EmailSettings } from '../../connectors/email/manifest.ts';
import { mailAccount, mailHost } from './mail-host.ts';
import { swaks } from './software.ts';

/** Mail into our SMTP server, sent by swaks and by clients that misbehave on the bare line. */
const stops: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
});

async function receiving(
  options: { settings?: Partial<EmailSettings>; config?: Record<string, unknown>; email?: EmailOptions } = {},
) {
  const support = mailAccount('acc_1', { address: 'support@shop.test', ...options.config });
  const sales = mailAccount('acc_2', { address: 'sales@shop.test', ...options.config });
  const host = mailHost([support, sales], options.settings);
  const server = (await emailConnector(options.email).server!.start(host as never)) as RunningServer<
    unknown,
    unknown
  >;
  let stopped = false;
  const stop = async (): Promise<void> => {
    if (!stopped) await server.stop();
    stopped = true;
  };
  stops.push(stop);
  return { host, port: server.listening[0]!.port, stop };
}

/** A bare line: says what it is told, notes what it hears. */
function line(port: number) {
  const socket: Socket = connect(port, '127.0.0.1');
  let heard = '';
  socket.on('data', (chunk) => {
    heard += chunk.toString('latin1');
  });
  socket.on('error', () => {});
  const closed = new Promise<string>((resolve) => socket.on('close', () => resolve(heard)));
  stops.push(() => void socket.destroy());
  const until = async (text: string): Promise<void> => {
    while (!heard.includes(text)) {
      if (socket.destroyed) throw new Error(`closed before "${text}": ${heard}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  return { socket, closed, until, heard: () => heard };
}

/** A mail of about so many bytes, all of them one file. */
const big = (size: number) =>
  `From: ada@example.com\r\nMessage-ID: <big-${size}@example.com>\r\nContent-Type: text/plain\r\nContent-Disposition: attachment\r\n\r\n${`${'x'.repeat(76)}\r\n`.repeat(size / 78)}`;

const from = ['--from', 'ada@example.com'];

describe('swaks', () => {
  it('one mail to several recipients is one message for each account', async () => {
    const { host, port } = await receiving();
    const { code, output } = await swaks(port, [
      ...from,
      '--to',
      'support@shop.test,SALES+spring@shop.test,support+two@shop.test',
      '--header',
      'Subject: Hello',
      '--body',
      'For all of you',
    ]);
    expect(output).toContain('<-  250 2.0.0 Taken');
    expect(code).toBe(0);
    expect(host.taken.map(({ accountId }) => accountId).toSorted()).toEqual(['acc_1', 'acc_2']);
    expect(host.taken[0]!.item).toMatchObject({
      type: 'message',
      sender: { address: 'mailto:ada@example.com' },
      content: { kind: 'text', text: 'For all of you', subject: 'Hello' },
    });
  });

  it('an unknown recipient is refused, the known one gets the mail', async () => {
    const { host, port } = await receiving();
    const { output } = await swaks(port, [
      ...from,
      '--to',
      'nobody@shop.test,support@shop.test',
      '--body',
      'hi',
    ]);
    expect(output).toContain('<** 550 5.1.1 No such mailbox here');
    expect(output).toContain('<-  250 2.0.0 Taken');
    expect(host.taken).toHaveLength(1);
    const alone = await swaks(port, [...from, '--to', 'nobody@elsewhere.test', '--body', 'hi']);
    expect(alone.code).not.toBe(0);
    expect(host.taken).toHaveLength(1);
  });

  it('text, HTML and an attachment', async () => {
    const { host, port } = await receiving();
    const folder = mkdtempSync(join(tmpdir(), 'passerelle-mail-'));
    stops.push(() => rmSync(folder, { recursive: true }));
    const bytes = Buffer.from(Array.from({ length: 5000 }, (_, i) => i % 256));
    writeFileSync(join(folder, 'photo.png'), bytes);
    writeFileSync(join(folder, 'body.html'), '<p>Look at <b>this</b></p>');
    const { code } = await swaks(port, [
      ...from,
      '--to',
      'support@shop.test',
      '--attach-type',
      'text/html',
      '--attach-body',
      `@${folder}/body.html`,
      '--attach-type',
      'image/png',
      '--attach-name',
      'photo.png',
      '--attach',
      `@${folder}/photo.png`,
    ]);
    expect(code).toBe(0);
    const [text, photo] = host.taken.map(({ item }) => item);
    expect(text).toMatchObject({ content: { kind: 'text', text: 'Look at this' } });
    expect(photo).toMatchObject({
      content: { kind: 'media', media: { type: 'image', name: 'photo.png' } },
      media: { file: { mediaType: 'image/png' } },
    });
    if (photo?.type !== 'message') throw new Error('no photo');
    expect(Buffer.from(photo.media!['file']!.bytes!).equals(bytes)).toBe(true);
  });

  it('a big mail comes whole, one over the limit gets 552', async () => {
    const { host, port } = await receiving({ settings: { smtpMaxBytes: 6 << 20 } });
    expect(
      (await swaks(port, [...from, '--to', 'support@shop.test', '--data', '-'], big(5 << 20))).code,
    ).toBe(0);
    const [item] = host.taken.map((each) => each.item);
    if (item?.type !== 'message') throw new Error('no message');
    expect(item.media!['file']!.bytes!.length).toBeGreaterThan(5_000_000);
    const { output } = await swaks(port, [...from, '--to', 'support@shop.test', '--data', '-'], big(8 << 20));
    expect(output).toMatch(/<\*\* 552 5\.3\.4/);
    expect(host.taken).toHaveLength(1);
  });

  it('pipelining', async () => {
    const { host, port } = await receiving();
    const { code, output } = await swaks(port, [
      ...from,
      '--to',
      'support@shop.test,nobody@shop.test',
      '--pipeline',
      '--body',
      'fast',
    ]);
    expect(output).toContain('550 5.1.1');
    expect(code).toBe(0);
    expect(host.taken).toHaveLength(1);
  });

  it('a mail that cannot be stored gets 451, and is one message when it comes again', async () => {
    const { host, port } = await receiving();
    host.failing = 1;
    const args = [
      ...from,
      '--to',
      'support@shop.test',
      '--h-Message-Id',
      '<again@example.com>',
      '--body',
      'hi',
    ];
    expect((await swaks(port, args)).output).toContain('<** 451 4.3.0');
    expect((await swaks(port, args)).code).toBe(0);
    expect((await swaks(port, args)).code).toBe(0);
    expect(host.taken).toHaveLength(1);
    expect(host.repeated).toBe(1);
  });

  it("an account's own mail is not taken for a consumer's", async () => {
    const { host, port } = await receiving();
    await swaks(port, ['--from', 'support@shop.test', '--to', 'support@shop.test', '--body', 'loop']);
    expect(host.taken.map(({ item }) => item.type)).toEqual(['ignored']);
  });

  it('a MIME bomb gets a 554, and the server goes on', async () => {
    const { host, port } = await receiving({ email: { reader: { timeoutMs: 5_000 } } });
    const head = 'From: ada@example.com\r\nMessage-ID: <bomb@example.com>\r\n';
    const parts = `${head}Content-Type: multipart/mixed; boundary=b\r\n\r\n${'--b\r\n\r\n'.repeat(500_000)}`;
    const nested =
      head +
      Array.from(
        { length: 2000 },
        (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n--b${i}\r\n`,
      ).join('');
    for (const bomb of [parts, nested]) {
      expect((await swaks(port, [...from, '--to', 'support@shop.test', '--data', '-'], bomb)).output).toMatch(
        /<\*\* 554 5\.6\.0/,
      );
    }
    expect((await swaks(port, [...from, '--to', 'support@shop.test', '--body', 'still here'])).code).toBe(0);
    expect(host.taken).toHaveLength(1);
  });

  it('nothing of the mail or its people is in the log', async () => {
    const { host, port } = await receiving();
    await swaks(port, [...from, '--to', 'support@shop.test', '--body', 'a secret word']);
    await swaks(
      port,
      ['--from', '<>', '--to', 'support@shop.test', '--data', '-'],
      'Subject: no sender, a secret word\r\n\r\nx',
    );
    expect(host.logged).toHaveLength(1);
    expect(host.logged.join('\n')).not.toMatch(/secret|example|shop/);
  });
});

describe('who the sender is', () => {
  const records = {
    'example.com': 'v=spf1 ip4:127.0.0.1 -all',
    'spoofed.example': 'v=spf1 -all',
    '_dmarc.spoofed.example': 'v=DMARC1; p=reject',
  };
  const dns = (name: string, type: string): Promise<string[][]> => {
    const record = type === 'TXT' ? records[name as keyof typeof records] : undefined;
    return record
      ? Promise.resolve([[record]])
      : Promise.reject(Object.assign(new Error('none'), { code: 'ENOTFOUND' }));
  };
  it('required: mail for which nobody vouches is refused, other mail is taken', async () => {
    const { host, port } = await receiving({ config: { authentication: 'require' }, email: { dns } });
    expect(
      (await swaks(port, ['--from', 'eve@spoofed.example', '--to', 'support@shop.test', '--body', 'pay']))
        .output,
    ).toContain('<** 550 5.7.26');
    // SPF of the envelope is no proof of another domain in From
    expect(
      (
        await swaks(port, [
          ...from,
          '--h-From',
          'eve@other.example',
          '--to',
          'support@shop.test',
          '--body',
          'pay',
        ])
      ).output,
    ).toContain('<** 550 5.7.26');
    expect((await swaks(port, [...from, '--to', 'support@shop.test', '--body', 'hi'])).code).toBe(0);
    expect(host.taken).toHaveLength(1);
  });
  it('recorded: mail is taken, and the log tells the results', async () => {
    const { host, port } = await receiving({ config: { authentication: 'record' }, email: { dns } });
    expect(
      (await swaks(port, ['--from', 'eve@spoofed.example', '--to', 'support@shop.test', '--body', 'hi']))
        .code,
    ).toBe(0);
    expect(host.logged).toEqual([
      'email.authentication {"spf":"fail","dkim":"none","dmarc":"fail","passes":false}',
    ]);
  });
});

describe('clients that misbehave', () => {
  it('one byte a moment is cut off, in a command and in the mail', async () => {
    const { host, port } = await receiving({ settings: { smtpTimeoutMs: 700 } });
    for (const opening of [
      '',
      'EHLO c.example\r\nMAIL FROM:<ada@example.com>\r\nRCPT TO:<support@shop.test>\r\nDATA\r\n',
    ]) {
      const client = line(port);
      await client.until('220 ');
      client.socket.write(opening);
      if (opening) await client.until('354 ');
      // each byte is within the idle time-out, so that only progress counts
      const dribble = setInterval(() => client.socket.write('x'), 100);
      stops.push(() => clearInterval(dribble));
      expect(await client.closed).toContain('421 4.4.2');
      clearInterval(dribble);
    }
    expect(host.taken).toHaveLength(0);
    expect((await swaks(port, [...from, '--to', 'support@shop.test', '--body', 'hi'])).code).toBe(0);
  });

  it('NOOP for ever is no progress', async () => {
    const { port } = await receiving({ settings: { smtpTimeoutMs: 500 } });
    const client = line(port);
    await client.until('220 ');
    const noops = setInterval(() => client.socket.write('NOOP\r\n'), 100);
    stops.push(() => clearInterval(noops));
    expect(await client.closed).toContain('421 4.4.2');
  });

  it('a line cut within the mail leaves nothing behind, and no room taken', async () => {
    const { host, port } = await receiving({ settings: { smtpMaxBytesInFlight: 100_000 } });
    for (let i = 0; i < 3; i++) {
      const client = line(port);
      await client.until('220 ');
      client.socket.write(
        'EHLO c.example\r\nMAIL FROM:<ada@example.com>\r\nRCPT TO:<support@shop.test>\r\nDATA\r\n',
      );
      await client.until('354 ');
      client.socket.write(`Subject: half\r\n\r\n${'x'.repeat(60_000)}\r\n`, () => client.socket.destroy());
      await client.closed;
    }
    const body = `From: ada@example.com\r\nMessage-ID: <whole@example.com>\r\n\r\n${'y'.repeat(70_000)}`;
    await expect
      .poll(
        async () => (await swaks(port, [...from, '--to', 'support@shop.test', '--data', '-'], body)).code,
        { timeout: 15_000 },
      )
      .toBe(0);
    expect(
      host.taken.filter(({ item }) => item.type === 'message' && item.providerId === '<whole@example.com>'),
    ).toHaveLength(1);
    expect(
      host.taken.some(
        ({ item }) =>
          item.type === 'message' && item.content.kind === 'text' && item.content.subject === 'half',
      ),
    ).toBe(false);
  });

  it('more mail at once than there is room for gets 452', async () => {
    const { host, port } = await receiving({ settings: { smtpMaxBytesInFlight: 50_000 } });
    const body = `From: ada@example.com\r\n\r\n${'x'.repeat(60_000)}`;
    expect((await swaks(port, [...from, '--to', 'support@shop.test', '--data', '-'], body)).output).toContain(
      '<** 452 4.3.1',
    );
    expect((await swaks(port, [...from, '--to', 'support@shop.test', '--body', 'small'])).code).toBe(0);
    expect(host.taken).toHaveLength(1);
  });

  it('smuggled line ends stay within the mail (CVE-2023-51764 and its kin)', async () => {
    const { host, port } = await receiving();
    const client = line(port);
    await client.until('220 ');
    client.socket.write(
      'EHLO c.example\r\nMAIL FROM:<ada@example.com>\r\nRCPT TO:<support@shop.test>\r\nDATA\r\n',
    );
    await client.until('354 ');
    client.socket.write(
      'From: ada@example.com\r\nMessage-ID: <one@example.com>\r\n\r\nfirst\n.\nMAIL FROM:<eve@example.com>\r\n.\nRCPT TO:<sales@shop.test>\n.\r\nDATA\r\nFrom: eve@example.com\r\n\r\nsecond\r\n.\r\n',
    );
    await client.until('250 2.0.0');
    client.socket.write('QUIT\r\n');
    await client.closed;
    expect(host.taken.map(({ accountId }) => accountId)).toEqual(['acc_1']);
  });

  it('more clients than allowed are sent away, and a taken port names its setting', async () => {
    const { port } = await receiving({ settings: { smtpMaxClients: 1 } });
    const first = line(port);
    await first.until('220 ');
    expect(await line(port).closed).toMatch(/^421 /);
    const host = mailHost([], { smtpPort: port });
    await expect(emailConnector().server!.start(host as never)).rejects.toThrow(/PASSERELLE_EMAIL_SMTP_PORT/);
  });

  it('stops with a word to who is idle, after what is in hand', async () => {
    const { host, port, stop } = await receiving();
    const idle = line(port);
    await idle.until('220 ');
    const busy = line(port);
    await busy.until('220 ');
    busy.socket.write(
      'EHLO c.example\r\nMAIL FROM:<ada@example.com>\r\nRCPT TO:<support@shop.test>\r\nDATA\r\n',
    );
    await busy.until('354 ');
    busy.socket.write('From: ada@example.com\r\n\r\nbefore the stop\r\n');
    const stopping = stop();
    expect(await idle.closed).toContain('421');
    busy.socket.write('.\r\n');
    await busy.until('250 2.0.0');
    busy.socket.write('QUIT\r\n');
    await stopping;
    expect(host.taken).toHaveLength(1);
  });
});
