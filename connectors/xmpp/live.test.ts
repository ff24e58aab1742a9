import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { memoryHost } from '../../test/memory-host.ts';
import type { MemoryHost } from '../../test/memory-host.ts';
import type { Content } from '../../protocol/content.ts';
import type {
  Account,
  InboundMessage,
  InboundReceipt,
  OutboundMedia,
  SendOutcome,
  SendRequest,
  Session,
} from '../contract/index.ts';
import { logIn } from './client.testing.ts';
import type { Client } from './client.testing.ts';
import { manifest } from './manifest.ts';
import type { XmppAccount, XmppConfig, XmppCredentials, XmppSettings } from './manifest.ts';
import { componentSecret, domains, startProsody } from './prosody.testing.ts';
import type { Prosody } from './prosody.testing.ts';
import { createSessions } from './session.ts';
import { attr, child, ns, own, write } from './stanza.ts';
import type { Element } from './xml-stream.ts';

const address = `hello@${domains.shop}`;
const alice = `xmpp:alice@${domains.people}`;

let prosody: Prosody;
let host: MemoryHost<XmppConfig, XmppCredentials, XmppSettings>;
let session: Session;
let app: Client;
let count = 0;
const open: (() => Promise<void>)[] = [];

const accountOf = (changed: Partial<XmppConfig> = {}, secret = componentSecret): XmppAccount => ({
  id: 'acc_01KAP00000000000000000XMPP',
  merchantId: 'mer_01KAP00000000000000000TEST',
  test: false,
  config: manifest.config.parse({
    host: '127.0.0.1',
    port: prosody.componentPort,
    domain: domains.shop,
    address,
    name: 'Shop',
    ...changed,
  }),
  credentials: { secret },
  hookUrl: 'https://gateway.test/hooks/xmpp/acc_01KAP00000000000000000XMPP',
});

const hostOf = (account: XmppAccount) =>
  memoryHost<XmppConfig, XmppCredentials, XmppSettings>({
    accounts: [account as Account<never, never>],
    settings: { allowedNetworks: ['127.0.0.0/8'] },
  });

async function connected(account = accountOf()): Promise<Session> {
  const made = await createSessions().open(account, host);
  open.push(() => made.close());
  return made;
}

async function person(name: string, resource?: string): Promise<Client> {
  const made = await logIn(prosody.clientPort, name, resource);
  open.push(() => made.close());
  return made;
}

const requestOf = (content: Content, changed: Partial<SendRequest> = {}): SendRequest => ({
  messageId: 'msg_01KAP00000000000000000TEST',
  idempotencyKey: `msg_01KAP000000000000000${String(++count).padStart(6, '0')}.0`,
  address: alice,
  part: { content },
  media: new Map(),
  thread: [],
  ...changed,
});
const send = (content: Content, changed: Partial<SendRequest> = {}): Promise<SendOutcome> =>
  session.send(requestOf(content, changed), host);

const taken = (): InboundMessage[] => host.items.filter((item) => item.type === 'message');
const receipts = (): InboundReceipt[] => host.items.filter((item) => item.type === 'receipt');
async function until<T>(ask: () => T | undefined | false): Promise<T> {
  return expect
    .poll(ask, { timeout: 10_000, interval: 10 })
    .toBeTruthy()
    .then(() => ask() as T);
}
const bodyOf = (stanza: Element): string | undefined => own(stanza, 'body')?.text;
const hasBody =
  (words: string) =>
  (stanza: Element): boolean =>
    stanza.name === 'message' && bodyOf(stanza) === words;
const chat = (id: string, ...children: string[]): string =>
  write('message', { to: address, id, type: 'chat' }, ...children);
const says = (words: string): string => write('body', {}, words);

beforeAll(async () => {
  prosody = await startProsody(['alice', 'bob']);
});
afterAll(() => prosody?.stop());
beforeEach(async () => {
  host = hostOf(accountOf());
  session = await connected();
  app = await person('alice');
});
afterEach(async () => {
  for (const end of open.splice(0).toReversed()) await end();
});

describe('with a real Prosody', () => {
  test('a text goes out, its receipt and its read mark come back', async () => {
    const words = 'Votre vélo est prêt : « 5 < 6 & 7 » 🚲';
    const outcome = await send({ kind: 'text', text: words });
    const shown = await app.until(hasBody(words));
    const id = attr(shown, 'id')!;
    expect(outcome).toEqual({ type: 'sent', providerIds: [id] });
    expect(attr(shown, 'from')).toBe(`${address}/gateway`);
    expect(child(shown, 'request', ns.receipts)).toBeDefined();
    app.send(chat('r1', write('received', { xmlns: ns.receipts, id })));
    await until(() => receipts().length === 1);
    app.send(chat('r2', write('displayed', { xmlns: ns.markers, id })));
    await until(() => receipts().length === 2);
    expect(receipts()).toEqual([
      { type: 'receipt', providerIds: [id], state: 'delivered' },
      { type: 'receipt', providerIds: [id], state: 'read' },
    ]);
  });

  test('a text comes in once, and the app hears that it is in the ledger', async () => {
    const id = 'a0c1b2d3-0000-4000-8000-000000000001';
    const stanza = chat(id, says('Bonjour &lt;vous&gt; 👋'), write('request', { xmlns: ns.receipts }));
    app.send(stanza, stanza);
    await app.until((each) => attr(child(each, 'received', ns.receipts), 'id') === id);
    await until(() => host.repeated === 1);
    expect(taken()).toMatchObject([
      {
        providerId: `alice@${domains.people}/-/${id}`,
        sender: { address: alice },
        content: { kind: 'text', text: 'Bonjour <vous> 👋' },
      },
    ]);
  });

  test('edits, reactions, removals, answers, typing and files go both ways', async () => {
    const sent = await send({ kind: 'text', text: 'Première' });
    const target = sent.type === 'sent' ? sent.providerIds[0]! : '';
    const about = { message_id: 'msg_x' };
    await send({ kind: 'edit', ...about, text: 'Seconde' }, { replyTo: target });
    await send({ kind: 'reaction', ...about, emoji: '👍' }, { replyTo: target });
    await send({ kind: 'removal', ...about }, { replyTo: target });
    await send({ kind: 'typing' });
    const file: OutboundMedia = {
      url: 'https://gateway.test/media/1?sig=a&b=c',
      mediaType: 'image/jpeg',
      bytes: 3,
      name: 'vélo.jpg',
      read: () => Promise.resolve(new Uint8Array(3)),
    };
    await send(
      { kind: 'media', media: { type: 'image', id: 'med_1' } },
      { media: new Map([['med_1', file]]) },
    );
    const url = 'https://gateway.test/media/1/v%C3%A9lo.jpg?sig=a&b=c';
    const shown = await app.until(hasBody(url));
    expect(child(child(shown, 'x', ns.oob), 'url', ns.oob)?.text).toBe(url);
    const of = (name: string, within: string) =>
      attr(
        child(
          app.seen.find((each) => child(each, name, within)),
          name,
          within,
        ),
        'id',
      );
    expect(of('replace', ns.correct)).toBe(target);
    expect(of('reactions', ns.reactions)).toBe(target);
    expect(of('retract', ns.retract)).toBe(target);
    expect(app.seen.some((each) => child(each, 'composing', ns.states))).toBe(true);

    const mine = 'a0c1b2d3-0000-4000-8000-000000000002';
    app.send(
      chat(mine, says('Je viens'), write('reply', { xmlns: ns.reply, to: address, id: target })),
      chat(
        'a0c1b2d3-0000-4000-8000-000000000003',
        says('Je viens demain'),
        write('replace', { xmlns: ns.correct, id: mine }),
      ),
      chat(
        'a0c1b2d3-0000-4000-8000-000000000004',
        write('reactions', { xmlns: ns.reactions, id: target }, write('reaction', {}, '❤️')),
      ),
      chat('a0c1b2d3-0000-4000-8000-000000000005', write('retract', { xmlns: ns.retract, id: mine })),
      chat(
        'a0c1b2d3-0000-4000-8000-000000000006',
        says('https://up.test/a.png'),
        write('x', { xmlns: ns.oob }, write('url', {}, 'https://up.test/a.png')),
      ),
      chat('t1', write('composing', { xmlns: ns.states })),
    );
    await until(() => host.items.some(({ type }) => type === 'signal'));
    const theirs = `alice@${domains.people}/-/${mine}`;
    expect(taken().map(({ content, replyTo }) => [content.kind, replyTo])).toEqual([
      ['text', target],
      ['edit', theirs],
      ['reaction', target],
      ['removal', theirs],
      ['media', undefined],
    ]);
  });

  test('nobody of that name is a refusal at once', async () => {
    const outcome = await send(
      { kind: 'text', text: 'Y a quelqu’un ?' },
      { address: `xmpp:nobody@${domains.people}` },
    );
    expect(outcome).toMatchObject({
      type: 'rejected',
      failure: { code: 'unreachable', platform_code: 'service-unavailable' },
    });
  });

  test('apps may ask what it is, ping it, and put it on their list', async () => {
    app.send(
      write('iq', { type: 'get', id: 'p', to: address }, write('ping', { xmlns: ns.ping })),
      write('iq', { type: 'get', id: 'd', to: `${address}/gateway` }, write('query', { xmlns: ns.info })),
      write('iq', { type: 'get', id: 'v', to: address }, write('vCard', { xmlns: 'vcard-temp' })),
      write('presence', { type: 'subscribe', to: address }),
    );
    expect(attr(await app.until((each) => attr(each, 'id') === 'p'), 'type')).toBe('result');
    const info = child(await app.until((each) => attr(each, 'id') === 'd'), 'query', ns.info);
    expect(info?.children.some((each) => attr(each, 'var') === ns.receipts)).toBe(true);
    expect(attr(await app.until((each) => attr(each, 'id') === 'v'), 'type')).toBe('error');
    await app.until((each) => each.name === 'presence' && attr(each, 'from') === `${address}/gateway`);
    await app.until((each) => each.name === 'presence' && attr(each, 'type') === 'subscribed');
    await until(() => taken().length === 1);
    app.send(write('presence', { type: 'unsubscribe', to: address }));
    await until(() => taken().length === 2);
    expect(taken().map(({ consent }) => consent?.state)).toEqual(['opted_in', 'opted_out']);
  });

  test('a ledger that cannot be written is said to the person, and no receipt is given', async () => {
    host.failing = 1;
    app.send(
      chat('a0c1b2d3-0000-4000-8000-000000000007', says('Perdu ?'), write('request', { xmlns: ns.receipts })),
    );
    const error = await app.until((each) => attr(each, 'type') === 'error');
    expect(child(own(error, 'error'), 'resource-constraint', ns.stanzas)).toBeDefined();
    expect(app.seen.some((each) => child(each, 'received', ns.receipts))).toBe(false);
    expect(host.logged.join('\n')).not.toContain('Perdu');
  });

  test.each([
    ['a wrong secret', { secret: 'wrong-secret' }, {}, 'secret_refused'],
    [
      'a domain that the server does not know',
      {},
      { domain: 'no.test', address: 'no.test' },
      'component_unknown',
    ],
    ['a component that is connected already', {}, {}, 'component_already_connected'],
  ])(
    '%s is refused, and the state of the account says so',
    async (_, { secret = componentSecret }: { secret?: string }, changed: Partial<XmppConfig>, name) => {
      const account = accountOf(changed, secret);
      await expect(createSessions().open(account, host)).rejects.toMatchObject({ name });
      expect(host.logged.join('\n')).not.toContain(secret);
    },
  );

  test('private networks are behind the guard unless the operator allows them', async () => {
    const closed = { ...host, settings: { allowedNetworks: [] } };
    await expect(createSessions().open(accountOf(), closed)).rejects.toMatchObject({ reason: 'guard' });
  });

  test('after Prosody was restarted it is opened again, and nothing is lost or doubled', async () => {
    const before = Array.from({ length: 20 }, (_, at) => `avant ${at}`);
    expect(
      (await Promise.all(before.map((text) => send({ kind: 'text', text })))).map(({ type }) => type),
    ).toEqual(before.map(() => 'sent'));
    await app.until(hasBody('avant 19'));
    expect(app.seen.flatMap((each) => bodyOf(each) ?? [])).toEqual(before);
    const id = 'a0c1b2d3-0000-4000-8000-000000000008';
    app.send(chat(id, says('Avant la panne')));
    await until(() => taken().length === 1);

    await prosody.end();
    expect(await session.closed).toMatch(/^(server_shut_down|closed_by_server|connection_closed)$/);
    expect(await send({ kind: 'text', text: 'Pendant' })).toMatchObject({
      type: 'rejected',
      failure: { code: 'account_disconnected', permanent: false },
    });
    await expect(createSessions().open(accountOf(), host)).rejects.toMatchObject({ reason: 'connect' });

    await prosody.start();
    session = await connected();
    app = await person('alice');
    // what was not taken is sent again by the gateway, what the app is not sure of by the app
    expect((await send({ kind: 'text', text: 'Pendant' })).type).toBe('sent');
    await app.until(hasBody('Pendant'));
    app.send(chat(id, says('Avant la panne')), chat('a0c1b2d3-0000-4000-8000-000000000009', says('Après')));
    await until(() => taken().length === 2);
    expect(taken().map(({ content }) => content.text)).toEqual(['Avant la panne', 'Après']);
    expect(app.seen.flatMap((each) => bodyOf(each) ?? [])).toEqual(['Pendant']);
  });

  test('a server that dies in the middle leaves what it did not show it read uncertain', async () => {
    const outcomes = Promise.all(
      Array.from({ length: 50 }, (_, at) => send({ kind: 'text', text: `vite ${at}` })),
    );
    await prosody.end('SIGKILL');
    const kinds = new Set((await outcomes).map(({ type }) => type));
    for (const kind of kinds) expect(['sent', 'uncertain']).toContain(kind);
    await prosody.start();
  });

  test('while nobody is connected people hear that it does not arrive', async () => {
    await session.close();
    app.send(chat('a0c1b2d3-0000-4000-8000-000000000010', says('Ouvert ?')));
    const error = await app.until((each) => attr(each, 'type') === 'error');
    expect(attr(own(error, 'error'), 'type')).toBe('wait');
  });

  test('what one device of a person sends is not taken from their other one as well', async () => {
    const other = await person('alice', 'laptop');
    other.send(write('iq', { type: 'set', id: 'c' }, write('enable', { xmlns: ns.carbons })));
    await other.until((each) => attr(each, 'id') === 'c');
    app.send(chat('a0c1b2d3-0000-4000-8000-000000000011', says('Une fois')));
    await other.until((each) => child(each, 'sent', ns.carbons) !== undefined);
    await until(() => taken().length === 1);
    other.send(chat('a0c1b2d3-0000-4000-8000-000000000012', says('Deux')));
    await until(() => taken().length === 2);
    expect(taken().map(({ content }) => content.text)).toEqual(['Une fois', 'Deux']);
  });
});
