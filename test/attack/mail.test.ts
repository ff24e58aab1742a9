import { once } from 'node:events';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TestGateway } from '../gateway/gateway.ts';
import type { TestMerchant } from '../gateway/gateway.ts';
import { until } from '../gateway/ports.ts';
import { residentMebibytes, rowCounts } from './ledger.ts';
import { expectProblem } from './raw.ts';

const desk = 'desk@attacked.example';

let gateway: TestGateway;
let merchant: TestMerchant;
let relay: { server: SMTPServer; mails: { to: string[]; raw: string }[] };
let memory: number;

beforeAll(async () => {
  gateway = await TestGateway.start();
  merchant = await gateway.merchant('mail');
  const mails: { to: string[]; raw: string }[] = [];
  const server = new SMTPServer({
    authOptional: true,
    closeTimeout: 10,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData: (stream, session, done) => {
      buffer(stream).then((raw) => {
        mails.push({ to: session.envelope.rcptTo.map(({ address }) => address), raw: raw.toString('utf8') });
        done();
      }, done);
    },
  });
  server.on('error', () => {});
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  relay = { server, mails };
  await merchant.account(
    'email',
    {
      address: desk,
      name: 'Desk',
      relay: { host: '127.0.0.1', port: (server.server.address() as AddressInfo).port, security: 'none' },
    },
    {},
  );
  memory = await residentMebibytes(gateway.pid);
});
afterAll(async () => {
  await merchant.receiver.close();
  await gateway.stop();
  await new Promise<void>((resolve) => relay.server.close(resolve));
});

/** Speaks SMTP as raw lines; gives the last answer of each step. The dot at the end of a mail is added. */
async function smtp(steps: (string | Buffer)[]): Promise<string[]> {
  const socket = connect(gateway.smtpPort, '127.0.0.1');
  let heard = '';
  let closed = false;
  socket.on('data', (chunk: Buffer) => (heard += chunk.toString('utf8')));
  socket.on('error', () => {});
  socket.on('close', () => (closed = true));
  const answer = async (): Promise<string> => {
    const line = await until(
      'an answer of the mail server',
      () => (/^\d{3} .*\r\n$/m.test(heard) || closed) && (heard || 'closed'),
      30_000,
    );
    heard = '';
    return line.trim().split('\r\n').at(-1)!;
  };
  const answers = [await answer()];
  for (const step of steps) {
    socket.write(step);
    if (closed) break;
    answers.push(await answer());
  }
  socket.destroy();
  return answers;
}

const deliver = async (
  mail: string | Buffer,
  { from = 'ada@example.com', to = desk } = {},
): Promise<string> => {
  const body = Buffer.concat([Buffer.from(mail), Buffer.from('\r\n.\r\n')]);
  return (
    await smtp([
      'EHLO client.example\r\n',
      `MAIL FROM:<${from}>\r\n`,
      `RCPT TO:<${to}>\r\n`,
      'DATA\r\n',
      body,
    ])
  ).at(-1)!;
};

const head = 'From: Ada <ada@example.com>\r\nTo: desk@attacked.example\r\nMIME-Version: 1.0\r\n';
let made = 0;
const id = () => `Message-ID: <${++made}@example.com>\r\n`;

describe('MIME bombs', () => {
  const nested = (depth: number): string => {
    const open = Array.from(
      { length: depth },
      (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n--b${i}\r\n`,
    ).join('');
    return `${head}${id()}${open}Content-Type: text/plain\r\n\r\ndeep\r\n`;
  };
  const bombs: [string, () => string | Buffer][] = [
    ['1,000 multiparts in one another', () => nested(1000)],
    [
      '100,000 parts',
      () =>
        `${head}${id()}Content-Type: multipart/mixed; boundary=b\r\n\r\n${'--b\r\n\r\nx\r\n'.repeat(100_000)}--b--\r\n`,
    ],
    [
      'attached mails in one another',
      () =>
        `${head}${id()}${'Content-Type: message/rfc822\r\n\r\n'.repeat(5000)}From: a@example.com\r\n\r\nx`,
    ],
    ['a header of 5 MB', () => `${head}${id()}X-Long: ${`${'a'.repeat(900)}\r\n `.repeat(5800)}\r\n\r\nx`],
    ['200,000 headers', () => `${head}${id()}${'X: a\r\n'.repeat(200_000)}\r\nx`],
    [
      '200,000 recipients in a header',
      () => `${head}${id()}Cc: ${'a@example.com,\r\n '.repeat(200_000)}b@example.com\r\n\r\nx`,
    ],
    ['10 MB of one line', () => `${head}${id()}\r\n${'a'.repeat(10 << 20)}`],
    [
      '20 MB of base64',
      () =>
        `${head}${id()}Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n${`${'A'.repeat(76)}\r\n`.repeat(250_000)}`,
    ],
    [
      'HTML 50,000 elements deep',
      () => `${head}${id()}Content-Type: text/html\r\n\r\n${'<div>'.repeat(50_000)}x`,
    ],
    [
      'HTML with 100,000 tables',
      () => `${head}${id()}Content-Type: text/html\r\n\r\n${'<table><tr><td>'.repeat(100_000)}`,
    ],
    [
      'encoded words without end',
      () => `${head}${id()}Subject: ${'=?utf-8?Q?=41?=\r\n '.repeat(50_000)}\r\n\r\nx`,
    ],
    [
      'bytes that are no text in any charset',
      () =>
        Buffer.concat([
          Buffer.from(`${head}${id()}Content-Type: text/plain; charset=no-such-set\r\n\r\n`),
          Buffer.from(
            Array.from({ length: 5000 }, (_, i) => ((i * 37) % 250) + 5).filter(
              (byte) => byte !== 10 && byte !== 13,
            ),
          ),
        ]),
    ],
    ['NUL bytes', () => `${head}${id()}Subject: a\u0000b\r\n\r\nx\u0000y`],
    ['no header at all', () => 'just words'],
    ['nothing', () => ''],
  ];

  test.each(bombs)(
    '%s: taken or refused with an SMTP code, and the gateway answers meanwhile',
    { timeout: 60_000 },
    async (_, mail) => {
      const answering = deliver(mail());
      const began = await gateway.request('GET', '/healthz', undefined);
      expect(began.status).toBe(200);
      expect(await answering).toMatch(/^(250|4\d\d|5\d\d) /);
    },
  );

  test(
    'more than is taken is refused by its declared size, and by its bytes',
    { timeout: 60_000 },
    async () => {
      const declared = await smtp([
        'EHLO client.example\r\n',
        'MAIL FROM:<ada@example.com> SIZE=99999999\r\n',
      ]);
      expect(declared.at(-1)).toMatch(/^552 /);
      expect(await deliver(`${head}${id()}\r\n${`${'a'.repeat(998)}\r\n`.repeat(30_000)}`)).toMatch(
        /^(552|closed)/,
      );
    },
  );

  test('commands of 1 MB, 150 recipients, and relaying for others', async () => {
    expect((await smtp([`EHLO ${'a'.repeat(1 << 20)}\r\n`])).at(-1)).toMatch(/^(5\d\d |4\d\d |closed)/);
    // a recipient named 150 times is one recipient, and one message
    const before = rowCounts(gateway.dataFolder)['messages'] ?? 0;
    const many = Array.from({ length: 150 }, () => `RCPT TO:<${desk}>\r\n`);
    const answers = await smtp([
      'EHLO client.example\r\n',
      'MAIL FROM:<ada@example.com>\r\n',
      ...many,
      'DATA\r\n',
      `${head}${id()}\r\nonce\r\n.\r\n`,
    ]);
    expect(answers.at(-1)).toMatch(/^250 /);
    expect(rowCounts(gateway.dataFolder)['messages']).toBe(before + 1);
    for (const to of [
      'stranger@elsewhere.example',
      `${desk}\u0000`,
      'desk@attacked.example@elsewhere.example',
      '"desk@attacked.example"@elsewhere.example',
    ])
      expect(
        (
          await smtp(['EHLO client.example\r\n', 'MAIL FROM:<ada@example.com>\r\n', `RCPT TO:<${to}>\r\n`])
        ).at(-1),
      ).toMatch(/^5\d\d /);
  });

  test('a smuggled end of mail does not make a second one', async () => {
    const before = rowCounts(gateway.dataFolder)['messages'] ?? 0;
    for (const end of ['\n.\n', '\n.\r\n', '\r.\r', '\r\n.\n', '\r\n.\r'])
      await deliver(
        `${head}${id()}Subject: one\r\n\r\nfirst${end}MAIL FROM:<evil@example.com>\r\nRCPT TO:<${desk}>\r\nDATA\r\nFrom: evil@example.com\r\n\r\nsmuggled`,
      );
    expect((rowCounts(gateway.dataFolder)['messages'] ?? 0) - before).toBeLessThanOrEqual(5);
    const { body } = await merchant.call('GET', '/v1/messages?limit=100');
    for (const message of body['data'] as unknown as { address: string }[])
      expect(message.address).not.toContain('evil');
  });

  test('afterwards mail comes in, and memory is bounded', async () => {
    expect(await deliver(`${head}${id()}Subject: still there?\r\n\r\nA real question.`)).toMatch(/^250 /);
    const { data } = await merchant.receiver.event(
      'message.received',
      (event) => event.data.content.text === 'A real question.',
    );
    expect(data.address).toBe('mailto:ada@example.com');
    expect(await residentMebibytes(gateway.pid)).toBeLessThan(memory + 700);
    expect(gateway.logs).not.toMatch(/"level":60|uncaught/);
  });
});

describe('header injection through the API', () => {
  const injections = [
    'x\r\nBcc: victim@example.com',
    'x\nBcc: victim@example.com',
    'x\rBcc: victim@example.com',
    'x\u2028Bcc: victim@example.com',
    'x\u0000Bcc: victim@example.com',
    'x\u0085Bcc: victim@example.com',
    `x\r\n\r\n<script>`,
    `x\r\nContent-Type: text/html`,
  ];

  /** The header of a mail, unfolded. */
  const headerOf = (mail: string): string[] =>
    mail
      .split('\r\n\r\n', 1)[0]!
      .replaceAll(/\r\n[ \t]+/g, ' ')
      .split(/\r\n|\n|\r/);

  const sends = async (content: object): Promise<(typeof relay.mails)[number] | undefined> => {
    const before = relay.mails.length;
    const answer = await merchant.call('POST', '/v1/messages', {
      to: `mailto:reader${++made}@example.com`,
      content,
    });
    if (answer.status !== 202) {
      expect([400, 422]).toContain(answer.status);
      return undefined;
    }
    await merchant.state(String(answer.body['id']), 'sent', 'delivered', 'failed');
    return relay.mails[before];
  };

  const expectNoInjection = (sent: (typeof relay.mails)[number] | undefined) => {
    if (!sent) return;
    expect(sent.to).toHaveLength(1);
    const names = headerOf(sent.raw).map((line) => line.split(':', 1)[0]!.toLowerCase());
    expect(names).not.toContain('bcc');
    expect(names.filter((name) => name === 'content-type')).toHaveLength(1);
    expect(
      names.every((name) => /^[a-z][a-z0-9-]*$/.test(name)),
      names.join(),
    ).toBe(true);
    expect(sent.raw).not.toMatch(/[\r\n]Bcc:/i);
  };

  test.each(injections)('a subject with %j', async (subject) => {
    expectNoInjection(await sends({ kind: 'text', text: 'hello', subject }));
  });

  test.each(injections)('a file name with %j', async (name) => {
    const uploaded = await fetch(`${gateway.url}/v1/media`, {
      method: 'POST',
      body: 'bytes',
      headers: { authorization: `Bearer ${merchant.key}` },
    });
    const { id: media } = (await uploaded.json()) as { id: string };
    expectNoInjection(await sends({ kind: 'media', media: { type: 'file', id: media, name } }));
  });

  test.each(injections)('a name of an account with %j is refused or harmless', async (name) => {
    const answer = await merchant.call('POST', '/v1/accounts', {
      connector: 'email',
      name,
      config: { address: 'other@attacked.example', name },
      credentials: {},
    });
    if (answer.status === 201) await merchant.call('DELETE', `/v1/accounts/${String(answer.body['id'])}`);
    else expect(answer.status).toBe(422);
  });

  test.each([
    'mailto:a@example.com\r\nBcc: v@example.com',
    'mailto:a@example.com,v@example.com',
    'mailto:a@example.com>\r\nRCPT TO:<v@example.com',
    'mailto:"a b"@example.com',
    'mailto:a@example.com?bcc=v@example.com',
    'mailto:<a@example.com>',
  ])('an address %j reaches nobody else', async (to) => {
    const before = relay.mails.length;
    const answer = await merchant.call('POST', '/v1/messages', { to, content: { kind: 'text', text: 'x' } });
    if (answer.status === 202) await merchant.state(String(answer.body['id']), 'sent', 'delivered', 'failed');
    else
      expectProblem(
        {
          status: answer.status,
          headers: Object.fromEntries(answer.headers),
          text: JSON.stringify(answer.body),
        },
        422,
      );
    for (const mail of relay.mails.slice(before)) expect(mail.to.join()).not.toMatch(/^v@|,|v@example\.com$/);
  });

  test('headers of HTTP: an Idempotency-Key and a traceparent go nowhere as they are', async () => {
    const answer = await merchant.call(
      'POST',
      '/v1/messages',
      { to: `mailto:last@example.com`, content: { kind: 'text', text: 'x' } },
      { 'idempotency-key': 'k'.repeat(300) },
    );
    expect(answer.status).toBe(422);
    const traced = await merchant.call(
      'POST',
      '/v1/messages',
      { to: `mailto:last@example.com`, content: { kind: 'text', text: 'x' } },
      { traceparent: '00-not-a-trace-01; drop' },
    );
    expect(traced.status).toBe(202);
  });
});
