import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { memoryHost } from '../../test/memory-host.ts';
import type { MemoryHost } from '../../test/memory-host.ts';
import type { Account, SendRequest, Session } from '../contract/index.ts';
import { manifest } from './manifest.ts';
import type { XmppAccount, XmppConfig, XmppCredentials, XmppSettings } from './manifest.ts';
import { createSessions } from './session.ts';
import type { Timing } from './session.ts';

const header = (id: string): string =>
  `<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' from='shop.test' id='${id}'>`;
const error = (condition: string): string =>
  `<stream:error><${condition} xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>`;

/** A server that does what a test says with what it is told. */
let server: Server;
let host: MemoryHost<XmppConfig, XmppCredentials, XmppSettings>;
let told = '';
let line: Socket | undefined;
let react: (said: string, socket: Socket) => void;
let session: Session | undefined;

/** Greets, takes the handshake, and hands every ping back. */
const proper = (said: string, socket: Socket): void => {
  if (said.includes('<stream:stream')) socket.write(header('stream-1'));
  if (said.includes('<handshake')) socket.write('<handshake/>');
  for (const [ping] of said.matchAll(/<iq[^>]*><ping[^>]*><\/iq>/g)) socket.write(ping);
};

const accountOf = (changed: Partial<XmppConfig> = {}): XmppAccount => ({
  id: 'acc_01KAP00000000000000000XMPP',
  merchantId: 'mer_01KAP00000000000000000TEST',
  test: false,
  config: manifest.config.parse({
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    domain: 'shop.test',
    address: 'shop.test',
    ...changed,
  }),
  credentials: { secret: 'example-secret' },
  hookUrl: 'https://gateway.test/hooks/xmpp/acc_01KAP00000000000000000XMPP',
});
const open = async (timing: Partial<Timing> = {}, changed: Partial<XmppConfig> = {}): Promise<Session> =>
  (session = await createSessions(timing).open(accountOf(changed), host));

const request = (
  content: SendRequest['part']['content'] = { kind: 'text', text: 'Bonjour' },
): SendRequest => ({
  messageId: 'msg_01KAP00000000000000000TEST',
  idempotencyKey: 'msg_01KAP00000000000000000TEST.0',
  address: 'xmpp:noa@people.test',
  part: { content },
  media: new Map(),
  thread: [],
});

beforeEach(async () => {
  told = '';
  react = proper;
  server = createServer((socket) => {
    line = socket;
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => {
      const said = chunk.toString();
      told += said;
      react(said, socket);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  host = memoryHost<XmppConfig, XmppCredentials, XmppSettings>({
    accounts: [accountOf() as Account<never, never>],
    settings: { allowedNetworks: ['127.0.0.0/8'] },
  });
});
afterEach(async () => {
  line?.destroy();
  await session?.close();
  session = undefined;
  await new Promise((closed) => server.close(closed));
});

test('the handshake is the SHA-1 of the stream and the secret, which itself is never said', async () => {
  await open();
  const proof = createHash('sha1').update('stream-1example-secret').digest('hex');
  expect(told).toContain(`<handshake>${proof}</handshake>`);
  expect(told).not.toContain('example-secret');
});

test.each([
  ['silence', () => {}, 'handshake_unanswered'],
  [
    'silence after the greeting',
    (said: string, socket: Socket) => void (said.includes('<stream:stream') && socket.write(header('1'))),
    'handshake_unanswered',
  ],
  ['an end', (_: string, socket: Socket) => void socket.end(), 'connection_closed'],
  [
    'another protocol',
    (_: string, socket: Socket) => void socket.write('220 mail.test ESMTP\r\n'),
    'stream_error_not_well_formed',
  ],
  [
    'a document type',
    (_: string, socket: Socket) => void socket.write('<!DOCTYPE x>'),
    'stream_error_restricted_xml',
  ],
  [
    'the error of a port for people',
    (_: string, socket: Socket) => void socket.write(header('') + error('invalid-namespace')),
    'not_a_component_port',
  ],
  [
    'a refused secret',
    (said: string, socket: Socket) =>
      void socket.write(said.includes('<handshake') ? error('not-authorized') : header('1')),
    'secret_refused',
  ],
  [
    'an error of next year',
    (_: string, socket: Socket) => void socket.write(header('') + error('too-tired')),
    'stream_error_too_tired',
  ],
])('%s at the beginning has a name', async (_, behaviour, name) => {
  react = behaviour;
  await expect(open({ handshakeMs: 200 })).rejects.toMatchObject({ name });
});

test('a message that the server does not show it read is uncertain, and the line is given up', async () => {
  const held = await open({ answerMs: 100 });
  react = () => {};
  expect(await held.send(request(), host)).toEqual({ type: 'uncertain', reason: 'server_silent' });
  expect(await held.closed).toBe('server_silent');
  expect(await held.send(request(), host)).toMatchObject({
    type: 'rejected',
    failure: { code: 'account_disconnected' },
  });
});

test('a line that breaks after the message leaves it uncertain', async () => {
  const held = await open();
  react = (_, socket) => socket.destroy();
  expect(await held.send(request(), host)).toMatchObject({ type: 'uncertain' });
});

test('the gateway can give up a send: before it nothing goes out, after it the outcome is open', async () => {
  const held = await open();
  const stop = new AbortController();
  react = () => stop.abort();
  expect(await held.send(request(), { ...host, signal: stop.signal })).toEqual({
    type: 'uncertain',
    reason: 'aborted',
  });
  told = '';
  expect(await held.send(request(), { ...host, signal: stop.signal })).toMatchObject({
    type: 'rejected',
    failure: { permanent: false },
  });
  expect(told).toBe('');
});

test('an error that comes later is a receipt', async () => {
  const held = await open();
  expect(await held.send(request(), host)).toMatchObject({ type: 'sent' });
  line!.write(
    "<message type='error' from='noa@people.test' to='shop.test' id='msg_01KAP00000000000000000TEST.0'><error type='cancel'><forbidden xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>",
  );
  await expect
    .poll(() => host.items)
    .toMatchObject([{ type: 'receipt', state: 'failed', failure: { code: 'blocked' } }]);
});

test('an error of one message is no other’s', async () => {
  const held = await open();
  const forged =
    "<message type='error' from='eve@people.test' to='shop.test' id='msg_01KAP00000000000000000TEST.9'><error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>";
  react = (said, socket) => {
    socket.write(forged);
    proper(said, socket);
  };
  expect(await held.send(request(), host)).toMatchObject({ type: 'sent' });
});

test('content that cannot be sent has its code', async () => {
  const held = await open();
  const about = { message_id: 'msg_x' };
  for (const content of [
    { kind: 'reaction', ...about, emoji: '👍' },
    { kind: 'edit', ...about, text: 'x' },
    { kind: 'removal', ...about },
  ] as const)
    expect(await held.send(request(content), host)).toMatchObject({ failure: { code: 'content_refused' } });
  expect(
    await held.send(request({ kind: 'media', media: { type: 'image', id: 'gone' } }), host),
  ).toMatchObject({ failure: { code: 'media_unavailable' } });
  expect(await held.send(request({ kind: 'location', latitude: 1, longitude: 2 }), host)).toMatchObject({
    failure: { code: 'content_unsupported' },
  });
});

test('nothing that a merchant writes ends an element', async () => {
  const held = await open();
  const words = "</body><x a='\"'/>]]>&amp;\u0000";
  await held.send(request({ kind: 'text', text: words }), host);
  expect(told).toContain('<body>&lt;/body&gt;&lt;x a=&apos;&quot;&apos;/&gt;]]&gt;&amp;amp;\ufffd</body>');
});

test('a read mark is good for everything before it', async () => {
  const held = await open();
  const ids = [1, 2, 3].map((at) => `msg_01KAP000000000000000READ0${at}.0`);
  for (const idempotencyKey of ids) await held.send({ ...request(), idempotencyKey }, host);
  const mark = (id: string): string =>
    `<message from='noa@people.test/a' to='shop.test'><displayed xmlns='urn:xmpp:chat-markers:0' id='${id}'/></message>`;
  line!.write(mark(ids[1]!) + mark(ids[2]!));
  await expect.poll(() => host.items.length).toBe(3);
  expect(host.items).toMatchObject(ids.map((id) => ({ state: 'read', providerIds: [id] })));
});

test('counters as ids lose nothing, and what is repeated soon is once', async () => {
  await open();
  host.clockMs = Date.UTC(2026, 10, 22, 12);
  const say = (id: string, words: string, from = 'noa@people.test/a'): void =>
    void line!.write(
      `<message type='chat' from='${from}' to='shop.test' id='${id}'><body>${words}</body></message>`,
    );
  say('1', 'oui');
  say('1', 'oui');
  say('1', 'non');
  say('2', 'oui');
  await expect.poll(() => host.items.length + host.repeated).toBe(4);
  host.clockMs += 86_400_000;
  say('1', 'oui');
  await expect.poll(() => host.items.length).toBe(4);
  expect(host.repeated).toBe(1);
});

test('who is put on a list, taken off and put on again within seconds is on it', async () => {
  await open();
  host.clockMs = Date.UTC(2026, 10, 22, 12);
  const states = ['subscribe', 'unsubscribe', 'subscribe'];
  for (const [at, type] of states.entries()) {
    line!.write(`<presence type='${type}' from='noa@people.test' to='shop.test'/>`);
    await expect.poll(() => host.items.length).toBe(at + 1);
    host.clockMs += 1000;
  }
  expect(host.items).toMatchObject(states.map((statement) => ({ consent: { statement } })));
});

test('what the server sent before it saw our end is still taken', async () => {
  const held = await open();
  react = (said, socket) => {
    if (!said.includes('</stream:stream>')) return proper(said, socket);
    socket.write(
      "<message type='chat' from='noa@people.test/a' to='shop.test' id='5f0d6c1e-7a1b-4c52'><body>Encore</body></message>",
    );
    socket.end('</stream:stream>');
  };
  await held.close();
  expect(host.items).toMatchObject([{ type: 'message', content: { text: 'Encore' } }]);
  expect(await held.closed).toBe('closed_by_server');
});

test('a component that has names before its domain says of others that there is nobody', async () => {
  await open({}, { address: 'hello@shop.test' });
  line!.write(
    "<message type='chat' from='noa@people.test/a' to='other@shop.test' id='x1'><body>Allô</body></message>",
  );
  await expect.poll(() => told).toContain("id='x1'><error type='cancel'><item-not-found");
  expect(host.items).toEqual([]);
});

test('encrypted words are refused, so that their author sees that nobody reads them', async () => {
  await open();
  line!.write(
    "<message type='chat' from='noa@people.test/a' to='shop.test' id='x2'><encrypted xmlns='urn:xmpp:omemo:2'/><body>…</body></message>",
  );
  await expect.poll(() => told).toContain("id='x2'><error type='modify'><not-acceptable");
  expect(host.items).toEqual([]);
});

test('a line over which nothing comes back is found out without a message', async () => {
  const held = await createSessions({ answerMs: 50 }).open(
    { ...accountOf(), config: { ...accountOf().config, ping_seconds: 0.05 } },
    host,
  );
  react = () => {};
  expect(await held.closed).toBe('server_silent');
});
