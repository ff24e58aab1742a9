import { afterEach, describe, expect, it } from 'vitest';
import { mailAccount, mailHost } from '../../test/mail/mail-host.ts';
import { hangUp, scriptedRelay } from '../../test/mail/relays.ts';
import type { RelayScript, ScriptedRelay } from '../../test/mail/relays.ts';
import type { Content } from '../../protocol/content.ts';
import type { OutboundMedia, RunningServer, SendRequest } from '../contract/index.ts';
import { emailConnector } from './index.ts';
import type { EmailOptions } from './index.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

const request = (content: Content, more: Partial<SendRequest> = {}): SendRequest => ({
  messageId: 'msg_01JD0000000000000000000000',
  idempotencyKey: 'msg_01JD0000000000000000000000.0',
  address: 'mailto:ada@example.com',
  part: { content },
  media: new Map(),
  thread: [],
  ...more,
});
const hello: Content = { kind: 'text', text: 'Hello', subject: 'Greetings' };

async function startRelay(script: RelayScript = {}): Promise<ScriptedRelay> {
  const relay = await scriptedRelay(script);
  stops.push(() => relay.close());
  return relay;
}

interface Setup {
  relay?: ScriptedRelay;
  config?: Record<string, unknown>;
  credentials?: Record<string, unknown>;
  allowedNetworks?: string;
  options?: EmailOptions;
}

async function outgoing({ relay, config = {}, credentials, allowedNetworks, options }: Setup) {
  const account = mailAccount(
    'acc_1',
    {
      address: 'Support@shop.test',
      name: 'Shop',
      ...(relay ? { relay: { host: '127.0.0.1', port: relay.port, security: 'none' } } : {}),
      ...config,
    },
    credentials,
  );
  const host = mailHost([account], allowedNetworks === undefined ? {} : { allowedNetworks });
  const connector = emailConnector(options);
  const server = (await connector.server!.start(host as never)) as RunningServer<unknown, unknown>;
  stops.unshift(() => server.stop());
  return {
    connector,
    account,
    send: (of: SendRequest, signal: AbortSignal = host.signal) =>
      server.send!(of, account, { ...host, signal }),
  };
}

const headersOf = (mail: string): string =>
  mail.slice(0, mail.indexOf('\r\n\r\n')).replaceAll(/\r\n[ \t]+/g, ' ');

describe('a mail out', () => {
  it('has one Message-ID for all attempts, and asks for reports by it', async () => {
    const relay = await startRelay();
    const { send } = await outgoing({ relay });
    const first = await send(request(hello));
    expect(first).toEqual({ type: 'sent', providerIds: ['<msg_01JD0000000000000000000000.0@shop.test>'] });
    expect(await send(request(hello))).toEqual(first);
    expect(headersOf(relay.mails[0]!)).toContain('Message-ID: <msg_01JD0000000000000000000000.0@shop.test>');
    expect(headersOf(relay.mails[0]!)).toContain('From: Shop <support@shop.test>');
    expect(headersOf(relay.mails[0]!)).toContain('Subject: Greetings');
    expect(relay.commands).toContain(
      'MAIL FROM:<support@shop.test> RET=HDRS ENVID=msg_01JD0000000000000000000000.0@shop.test',
    );
    expect(relay.commands).toContain('RCPT TO:<ada@example.com> NOTIFY=FAILURE,DELAY');
    // one connection for both: mail tends to come in runs
    expect(relay.connections).toBe(1);
  });

  it('goes into its thread: In-Reply-To, References, one Re:', async () => {
    const relay = await startRelay();
    const { send } = await outgoing({ relay });
    await send(
      request(
        { kind: 'text', text: 'Yes' },
        {
          thread: ['<q1@example.com>', 'sha256:00', '<a1@shop.test>', '<q2@example.com>#1'],
          replyTo: '<q1@example.com>#2',
          subject: 'RE: Aw: Hours',
        },
      ),
    );
    const headers = headersOf(relay.mails[0]!);
    expect(headers).toContain('Subject: Re: Hours');
    expect(headers).toContain('In-Reply-To: <q1@example.com>');
    expect(headers).toContain('References: <a1@shop.test> <q2@example.com> <q1@example.com>');
  });

  it('shows markdown as HTML that can carry no script, and as plain text beside it', async () => {
    const relay = await startRelay();
    const { send } = await outgoing({ relay });
    const text =
      '# Hi <script>\n\n**Bold** and [a link](https://example.com/?a=1&b=2) and [bad](javascript:alert(1))\n\n- one\n- two\n\n<img src=x onerror=alert(1)>';
    await send(request({ kind: 'text', format: 'markdown', text }));
    const mail = relay.mails[0]!.replaceAll('=\r\n', '').replaceAll('=3D', '=');
    expect(mail).toContain('Content-Type: multipart/alternative');
    expect(mail).toContain('<strong>Bold</strong>');
    expect(mail).toContain('<a href="https://example.com/?a=1&amp;b=2">a link</a>');
    expect(mail).toContain('<li>one</li>');
    expect(mail).toContain('a link (https://example.com/?a=1&b=2)');
    const html = mail.slice(mail.indexOf('<!doctype'));
    expect(html).not.toMatch(/<script|<img|href="javascript/i);
  });

  it('brings media as attachments', async () => {
    const relay = await startRelay();
    const { send } = await outgoing({ relay });
    const file: OutboundMedia = {
      url: 'https://gateway.test/m',
      mediaType: 'application/pdf',
      bytes: 4,
      name: 'reçu.pdf',
      read: () => Promise.resolve(new TextEncoder().encode('%PDF')),
    };
    const content: Content = { kind: 'media', media: { type: 'file', id: 'med_1' }, caption: 'Here it is' };
    expect((await send(request(content, { media: new Map([['med_1', file]]) }))).type).toBe('sent');
    expect(relay.mails[0]).toContain('JVBERg==');
    expect(relay.mails[0]).toContain('Here it is');
    expect(relay.mails[0]).toContain("filename*0*=utf-8''re%C3%A7u.pdf");
    const gone = { ...file, read: () => Promise.reject(new Error('gone')) };
    expect(await send(request(content, { media: new Map([['med_1', gone]]) }))).toMatchObject({
      type: 'rejected',
      failure: { code: 'media_unavailable' },
    });
  });

  it.each([
    ['a line break in the subject', { ...hello, subject: 'Hi\r\nBcc: everyone@example.com' }, {}],
    ['a NUL in the subject', { ...hello, subject: 'Hi\u0000' }, {}],
    [
      'a line feed in the thread’s subject',
      { kind: 'text', text: 'x' },
      { subject: 'Hi\nBcc: everyone@example.com' },
    ],
  ] as [string, Content, Partial<SendRequest>][])(
    'refuses header injection: %s',
    async (_name, content, more) => {
      const relay = await startRelay();
      const { send } = await outgoing({ relay });
      expect(await send(request(content, more))).toMatchObject({
        type: 'rejected',
        failure: { code: 'content_refused', platform_code: 'header_control_character' },
      });
      expect(relay.connections).toBe(0);
    },
  );

  it('refuses header injection in addresses, thread ids and file names', async () => {
    const relay = await startRelay();
    const { send } = await outgoing({ relay });
    expect(
      await send(request(hello, { address: 'mailto:ada@example.com>\r\nRCPT TO:<eve@example.com' })),
    ).toMatchObject({ failure: { code: 'address_invalid' } });
    expect(
      (await send(request(hello, { thread: ['<a@b>\r\nBcc: eve@example.com', '<c\r\nd@e>'] }))).type,
    ).toBe('sent');
    expect(relay.mails[0]).not.toContain('Bcc');
    const file: OutboundMedia = {
      url: '',
      mediaType: 'text/plain',
      bytes: 1,
      name: 'a\r\nBcc: eve@example.com',
      read: () => Promise.resolve(new Uint8Array(1)),
    };
    expect(
      await send(
        request({ kind: 'media', media: { type: 'file', id: 'm' } }, { media: new Map([['m', file]]) }),
      ),
    ).toMatchObject({ failure: { code: 'content_refused' } });
  });

  it('reads no file and fetches nothing, whatever the text says', async () => {
    const relay = await startRelay();
    const { send } = await outgoing({ relay });
    await send(
      request({
        kind: 'text',
        format: 'markdown',
        text: '![x](file:///etc/passwd) <img src="http://127.0.0.1/x">',
      }),
    );
    expect(relay.mails[0]).not.toContain('root:');
  });
});

describe('how a send ends', () => {
  const cases: [string, RelayScript, Record<string, unknown>][] = [
    [
      'unknown mailbox',
      { rcpt: '550 5.1.1 no' },
      { type: 'rejected', failure: { code: 'address_invalid', permanent: true, platform_code: '5.1.1' } },
    ],
    [
      'unknown mailbox, no enhanced code',
      { rcpt: '550 no' },
      { type: 'rejected', failure: { code: 'address_invalid', platform_code: '550' } },
    ],
    ['full mailbox', { rcpt: '552 5.2.2 full' }, { type: 'rejected', failure: { code: 'unreachable' } }],
    ['refused content', { end: '554 5.6.0 no' }, { type: 'rejected', failure: { code: 'content_refused' } }],
    ['too large', { end: '552 5.3.4 big' }, { type: 'rejected', failure: { code: 'content_too_large' } }],
    [
      'too large for its SIZE',
      { ehlo: ['SIZE 100'] },
      { type: 'rejected', failure: { code: 'content_too_large' } },
    ],
    ['policy', { end: '550 5.7.1 no' }, { type: 'rejected', failure: { code: 'platform_refused' } }],
    ['greylisting', { rcpt: '450 4.7.1 later' }, { type: 'throttled', platformCode: '4.7.1' }],
    [
      'trouble',
      { end: '451 4.3.0 later' },
      { type: 'rejected', failure: { code: 'platform_unavailable', permanent: false } },
    ],
    [
      'trouble, no enhanced code',
      { mail: '421 busy' },
      { type: 'rejected', failure: { code: 'platform_unavailable', permanent: false } },
    ],
    [
      'a refused greeting',
      { greeting: '554 5.3.2 go away' },
      { type: 'rejected', failure: { permanent: true } },
    ],
    [
      'cut before the mail',
      { data: hangUp },
      {
        type: 'rejected',
        failure: { code: 'platform_unavailable', permanent: false, platform_code: 'connect' },
      },
    ],
    [
      'cut at the greeting',
      { greeting: hangUp },
      { type: 'rejected', failure: { code: 'platform_unavailable', permanent: false } },
    ],
    ['cut after the mail', { end: hangUp }, { type: 'uncertain' }],
  ];
  it.each(cases)('%s', async (_name, script, outcome) => {
    const { send } = await outgoing({ relay: await startRelay(script) });
    expect(await send(request(hello))).toMatchObject(outcome);
  });

  it('uncertain where the relay takes the mail and says nothing', async () => {
    const relay = await startRelay({ end: '' });
    const { send } = await outgoing({ relay, options: { answerTimeoutMs: 300 } });
    expect((await send(request(hello))).type).toBe('uncertain');
    expect(relay.mails).toHaveLength(1);
  });

  it('temporary where nobody listens or the name is unknown', async () => {
    const relay = await startRelay();
    await relay.close();
    const { send } = await outgoing({ relay });
    expect(await send(request(hello))).toMatchObject({
      failure: { code: 'platform_unavailable', platform_code: 'connect' },
    });
    const named = await outgoing({
      config: { relay: { host: 'relay.example', port: 25 } },
      options: { resolve: () => Promise.reject(new Error('NXDOMAIN')) },
    });
    expect(await named.send(request(hello))).toMatchObject({
      failure: { code: 'platform_unavailable', platform_code: 'dns' },
    });
  });

  it('connects to no private network that is not allowed, by whatever name', async () => {
    const relay = await startRelay();
    const config = { relay: { host: 'relay.example', port: relay.port, security: 'none' } };
    const direct = await outgoing({ relay, allowedNetworks: '' });
    expect(await direct.send(request(hello))).toMatchObject({
      type: 'rejected',
      failure: { permanent: true, platform_code: 'guard' },
    });
    for (const ips of [['127.0.0.1'], ['::ffff:127.0.0.1'], ['203.0.114.9', '10.0.0.1']]) {
      const { send } = await outgoing({
        config,
        allowedNetworks: '',
        options: { resolve: () => Promise.resolve(ips) },
      });
      expect(await send(request(hello))).toMatchObject({ failure: { platform_code: 'guard' } });
    }
    expect(relay.connections).toBe(0);
    const allowed = await outgoing({ config, options: { resolve: () => Promise.resolve(['127.0.0.1']) } });
    expect((await allowed.send(request(hello))).type).toBe('sent');
  });

  it('never goes on without TLS where TLS is a must', async () => {
    const relay = await startRelay();
    const { send } = await outgoing({ config: { relay: { host: '127.0.0.1', port: relay.port } } });
    expect((await send(request(hello))).type).toBe('rejected');
    expect(relay.commands.some((command) => command.startsWith('MAIL'))).toBe(false);
  });

  it('logs in, and says so when the relay refuses', async () => {
    const credentials = { relay_user: 'shop', relay_password: 'secret word' };
    const relay = await startRelay({ ehlo: ['AUTH PLAIN'] });
    const { send, connector, account } = await outgoing({ relay, credentials });
    expect((await send(request(hello))).type).toBe('sent');
    expect(relay.commands).toContain(
      `AUTH PLAIN ${Buffer.from('\u0000shop\u0000secret word').toString('base64')}`,
    );
    const context = { ...mailHost([]) };
    expect(await connector.probe!(account, context)).toMatchObject({ ok: true });

    const refusing = await startRelay({ ehlo: ['AUTH PLAIN'], auth: '535 5.7.8 wrong' });
    const other = await outgoing({ relay: refusing, credentials });
    expect(await other.send(request(hello))).toMatchObject({
      type: 'rejected',
      failure: { code: 'account_unauthorized', platform_code: '5.7.8' },
    });
    expect(await other.connector.probe!(other.account, context)).toEqual({
      ok: false,
      detail: 'The relay cannot be used: 5.7.8.',
    });
  });

  it('finds a kept connection that died, and takes a new one', async () => {
    const relay = await startRelay();
    const { send } = await outgoing({ relay });
    await send(request(hello));
    relay.dropLines();
    expect((await send(request(hello))).type).toBe('sent');
    expect(relay.connections).toBe(2);
  });

  it('an abort before the mail went out is no uncertainty', async () => {
    const { send } = await outgoing({ relay: await startRelay() });
    expect(await send(request(hello), AbortSignal.abort())).toMatchObject({
      type: 'rejected',
      failure: { permanent: false },
    });
  });

  it('an abort while the relay keeps silent is uncertain', async () => {
    const relay = await startRelay({ end: '' });
    const { send } = await outgoing({ relay });
    const abort = new AbortController();
    const sending = send(request(hello), abort.signal);
    while (relay.mails.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    abort.abort();
    expect((await sending).type).toBe('uncertain');
  });

  it('says that an account without a relay only receives, and that a key cannot sign', async () => {
    const { send } = await outgoing({});
    expect(await send(request(hello))).toMatchObject({
      failure: { code: 'no_route', platform_code: 'no_relay' },
    });
    const relay = await startRelay();
    const signing = await outgoing({
      relay,
      config: { dkim: { domain: 'shop.test', selector: 's1' } },
      credentials: { dkim_private_key: 'no key' },
    });
    expect(await signing.send(request(hello))).toMatchObject({
      failure: { code: 'account_unauthorized', platform_code: 'dkim_private_key' },
    });
    expect(relay.connections).toBe(0);
  });
});
