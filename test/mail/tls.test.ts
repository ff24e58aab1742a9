import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningServer, SendRequest } from '../../connectors/contract/index.ts';
import { emailConnector } from '../../connectors/email/index.ts';
import type { EmailConfig, EmailCredentials } from '../../connectors/email/manifest.ts';
import { mailAccount, mailHost } from './mail-host.ts';
import { programPath, run } from './software.ts';

/** TLS both ways: openssl against our STARTTLS, and our sending against a relay whose certificate must be right. */
let folder: string;
let ca: string;
let settings: { smtpTlsCertFile: string; smtpTlsKeyFile: string };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'passerelle-tls-'));
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const made = await run(programPath('openssl', 'openssl'), [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '2',
    '-subj',
    '/CN=relay.example',
    '-addext',
    'subjectAltName=DNS:relay.example',
    '-keyout',
    key,
    '-out',
    cert,
  ]);
  if (made.code !== 0) throw new Error(made.output);
  ca = readFileSync(cert, 'utf8');
  settings = { smtpTlsCertFile: cert, smtpTlsKeyFile: key };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const toLoopback = () => Promise.resolve(['127.0.0.1']);

async function relaying<T>(
  use: (of: {
    port: number;
    host: ReturnType<typeof mailHost>;
    server: RunningServer<EmailConfig, EmailCredentials>;
  }) => Promise<T>,
): Promise<T> {
  const host = mailHost([mailAccount('acc_1', { address: 'ada@consumer.example' })], settings);
  const server = (await emailConnector({ resolve: toLoopback }).server!.start(
    host as never,
  )) as RunningServer<EmailConfig, EmailCredentials>;
  try {
    return await use({ port: server.listening[0]!.port, host, server });
  } finally {
    await server.stop();
  }
}

const request: SendRequest = {
  messageId: 'msg_tls',
  idempotencyKey: 'msg_tls.0',
  address: 'mailto:ada@consumer.example',
  part: { content: { kind: 'text', text: 'over TLS' } },
  media: new Map(),
  thread: [],
};

describe('TLS', () => {
  it('openssl delivers over STARTTLS, and finds the certificate right', () =>
    relaying(async ({ port, host }) => {
      const dialogue = [
        'EHLO c.example',
        'MAIL FROM:<eve@example.com>',
        'RCPT TO:<ada@consumer.example>',
        'DATA',
        'From: eve@example.com',
        '',
        'secret',
        '.',
        'QUIT',
        '',
      ].join('\r\n');
      const args = [
        's_client',
        '-starttls',
        'smtp',
        '-connect',
        `127.0.0.1:${port}`,
        '-servername',
        'relay.example',
        '-verify_hostname',
        'relay.example',
        '-CAfile',
        settings.smtpTlsCertFile,
        '-verify_return_error',
        '-quiet',
      ];
      const { output } = await run(programPath('openssl', 'openssl'), args, { input: dialogue });
      expect(output).toContain('250 2.0.0 Taken');
      expect(host.taken).toHaveLength(1);
    }));

  it.each([
    ['the right name, signed by the given authority', 'relay.example', true, true],
    ['another name', 'elsewhere.example', true, false],
    ['an unknown authority', 'relay.example', false, false],
  ])('a relay with %s', (_name, name, known, taken) =>
    relaying(async ({ port, host, server }) => {
      const account = mailAccount('acc_shop', {
        address: 'support@shop.test',
        relay: { host: name, port, ...(known ? { ca } : {}) },
      });
      const outcome = await server.send!(request, account, host);
      expect(outcome).toMatchObject(
        taken ? { type: 'sent' } : { type: 'rejected', failure: { permanent: false } },
      );
      expect(host.taken).toHaveLength(taken ? 1 : 0);
    }),
  );

  it('an unreadable certificate is named by its setting', async () => {
    const host = mailHost([], { ...settings, smtpTlsCertFile: join(folder, 'none.pem') });
    await expect(emailConnector().server!.start(host as never)).rejects.toThrow(
      /PASSERELLE_EMAIL_SMTP_TLS_CERT_FILE/,
    );
  });
});
