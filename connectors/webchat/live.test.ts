import { beforeEach, describe, expect, it } from 'vitest';
import { memoryHost } from '../../test/memory-host.ts';
import type { MemoryHost } from '../../test/memory-host.ts';
import type { LiveHandler, RunningServer } from '../contract/index.ts';
import type { Content } from '../../protocol/content.ts';
import { connector } from './index.ts';
import type { WebchatAccount, WebchatConfig, WebchatCredentials } from './manifest.ts';
import { newVisitor, signVisitor, visitorAddress } from './token.ts';
import { maxFrameBytes } from './wire.ts';
import { formPayload } from '../../protocol/questions.ts';
import { standaloneText } from '../../protocol/standalone.ts';
import type { ServerFrame } from './wire.ts';

const origin = 'https://shop.example';
const secret = 's'.repeat(32);
let account: WebchatAccount;
let host: MemoryHost<WebchatConfig, WebchatCredentials, undefined>;
let server: RunningServer<unknown, unknown>;
let accounts = 0;

beforeEach(async () => {
  const id = `acc_${accounts++}`;
  account = {
    id,
    merchantId: 'mer_1',
    test: true,
    config: { name: 'Shop', origins: [origin] },
    credentials: { secret, identity_secret: 'i'.repeat(32) },
    hookUrl: `https://chat.example/hooks/webchat/${id}`,
  };
  host = memoryHost({ accounts: [account as never], settings: undefined });
  host.clockMs = 1_795_312_800_000;
  server = await connector.server!.start(host as never);
});

const someone = (fill: number) => {
  const visitor = newVisitor(new Uint8Array(16).fill(fill), host.now());
  return {
    token: signVisitor(visitor, { accountId: account.id, secret }),
    address: visitorAddress(visitor.id),
  };
};

interface Tab {
  frames: ServerFrame[];
  closed: number | undefined;
  handler: LiveHandler;
  say(frame: unknown): Promise<void>;
  of<T extends ServerFrame['type']>(type: T): Extract<ServerFrame, { type: T }>[];
}

const settle = async (): Promise<void> => {
  for (let i = 0; i < 60; i++) await Promise.resolve();
};

function tab(headers: Record<string, string> = { origin }): Tab {
  const opened: Tab = {
    frames: [],
    closed: undefined,
    handler: undefined as never,
    say: async (frame) => {
      opened.handler.message(typeof frame === 'string' ? frame : JSON.stringify(frame));
      await settle();
    },
    of: (type) => opened.frames.filter((frame) => frame.type === type) as never,
  };
  opened.handler = server.connect!(
    {
      headers,
      query: new URLSearchParams(),
      send: (text) => void opened.frames.push(JSON.parse(text)),
      close: (code) => void (opened.closed = code ?? 1000),
    },
    account,
  );
  return opened;
}

async function resumed(token: string, after = 0): Promise<Tab> {
  const opened = tab();
  await opened.say({ type: 'resume', token, after });
  return opened;
}

const text = (clientId: string, words = 'hello') => ({
  type: 'message',
  client_id: clientId,
  content: { kind: 'text', text: words },
});

async function send(address: string, content: Content): Promise<string> {
  const entry = host.write(account as never, address, content);
  const request = {
    messageId: entry.messageId,
    idempotencyKey: 'k',
    address,
    part: { content },
    media: new Map(),
    thread: [],
  };
  const outcome = await server.send!(request, account as never, host);
  expect(outcome).toEqual({ type: 'sent', providerIds: [`${entry.messageId}.0`] });
  host.setState(entry.messageId, 'sent');
  await settle();
  return entry.messageId;
}

describe('a visitor', () => {
  it('is acknowledged after the commit, once however often a message is repeated', async () => {
    const ada = someone(1);
    const one = await resumed(ada.token);
    await one.say(text('client-0001'));
    await one.say(text('client-0001'));
    expect(one.of('ack')).toHaveLength(2);
    expect(new Set(one.of('ack').map((ack) => ack.message_id)).size).toBe(1);
    expect(host.items.filter((item) => item.type === 'message')).toMatchObject([
      { sender: { address: ada.address }, content: { text: 'hello' } },
    ]);
    expect(one.of('entry')).toMatchObject([
      { entry: { client_id: 'client-0001', direction: 'inbound', sequence: 1 } },
    ]);
  });

  it('gets no acknowledgement while the ledger cannot be written, and one after', async () => {
    const one = await resumed(someone(1).token);
    host.failing = Infinity;
    await one.say(text('client-0001'));
    expect(one.of('ack')).toEqual([]);
    expect(one.of('error')).toMatchObject([{ code: 'unavailable', client_id: 'client-0001' }]);
    host.failing = 0;
    await one.say(text('client-0001'));
    expect(one.of('ack')).toHaveLength(1);
  });

  it('resumes after a place, and misses nothing that came while away', async () => {
    const ada = someone(1);
    const one = await resumed(ada.token);
    await one.say(text('client-0001'));
    one.handler.closed();
    await send(ada.address, { kind: 'text', text: 'while you were away' });
    const two = await resumed(ada.token, 1);
    expect(two.of('history').flatMap((frame) => frame.entries)).toMatchObject([
      { sequence: 2, direction: 'outbound', content: { text: 'while you were away' } },
    ]);
    expect(two.of('history').at(-1)).toMatchObject({ complete: true });
  });

  it('has all tabs in step', async () => {
    const ada = someone(1);
    const [one, two] = [await resumed(ada.token), await resumed(ada.token)];
    await one.say(text('client-0001'));
    await send(ada.address, { kind: 'text', text: 'hi' });
    for (const each of [one, two])
      expect(each.of('entry').map(({ entry }) => entry.sequence)).toEqual([1, 2]);
    await one.say({ type: 'read', up_to: 2 });
    expect(two.of('seen')).toEqual([{ type: 'seen', up_to: 2 }]);
    await server.send!(
      {
        messageId: 'm',
        idempotencyKey: 'k',
        address: ada.address,
        part: { content: { kind: 'typing' } },
        media: new Map(),
        thread: [],
      },
      account as never,
      host,
    );
    expect(two.of('typing')).toEqual([{ type: 'typing', on: true }]);
  });

  it('confirms what it got: delivered, then read, each once', async () => {
    const ada = someone(1);
    const one = await resumed(ada.token);
    const messageId = await send(ada.address, { kind: 'text', text: 'hi' });
    for (const type of ['received', 'received', 'read', 'read', 'received'])
      await one.say({ type, up_to: 1 });
    const receipts = host.items.filter((item) => item.type === 'receipt');
    expect(receipts).toMatchObject([
      { providerIds: [`${messageId}.0`], state: 'delivered' },
      { providerIds: [`${messageId}.0`], state: 'read' },
    ]);
    expect(host.state(messageId)).toBe('read');
  });

  it('confirms after a resume too, also when the gateway was started anew meanwhile', async () => {
    const ada = someone(1);
    const messageId = await send(ada.address, { kind: 'text', text: 'hi' });
    const one = await resumed(ada.token);
    await one.say({ type: 'read', up_to: 1 });
    expect(host.state(messageId)).toBe('read');
  });

  it('gets a kind that the panel does not draw as one that it does, live and later', async () => {
    const ada = someone(1);
    const live = await resumed(ada.token);
    await send(ada.address, { kind: 'template', name: 'ready', language: 'en', text: 'It is ready.' });
    const later = await resumed(ada.token);
    const seen = [
      ...live.of('entry'),
      ...later.of('history').flatMap(({ entries }) => entries.map((entry) => ({ entry }))),
    ];
    expect(seen.map(({ entry }) => entry.content)).toEqual([
      { kind: 'text', text: 'It is ready.' },
      { kind: 'text', text: 'It is ready.' },
    ]);
  });

  it('gets questions as they are, with what can be pressed, live and later', async () => {
    const ada = someone(1);
    const live = await resumed(ada.token);
    await send(ada.address, { kind: 'survey', text: 'How was it?', scale: { min: 1, max: 5 } });
    const later = await resumed(ada.token);
    const seen = [
      ...live.of('entry').map(({ entry }) => entry),
      ...later.of('history').flatMap(({ entries }) => entries),
    ];
    expect(seen).toHaveLength(2);
    for (const entry of seen) {
      expect(entry.content.kind).toBe('survey');
      expect(entry.payloads).toHaveLength(5);
    }
  });

  it('sees beside a form only the text that the merchant wrote, not the one for those who have no forms', async () => {
    const ada = someone(1);
    const fields = [{ id: 'name', label: 'Name', type: 'text' as const }];
    const form = { kind: 'form', title: 'About you', fields } as const;
    await send(ada.address, { ...form, fields, text: standaloneText({ ...form, fields }) });
    await send(ada.address, { ...form, fields, text: 'So that we know.' });
    const seen = (await resumed(ada.token)).of('history').flatMap(({ entries }) => entries);
    expect(seen.map(({ content }) => content.text)).toEqual([undefined, 'So that we know.']);
  });

  it('sends a form whole: its values beside the text that tells them', async () => {
    const one = await resumed(someone(1).token);
    const payload = formPayload('msg_01JD0000000000000000000007');
    await one.say({ ...text('client-0001', 'Name: Ada'), payload, values: { name: 'Ada', guests: 3 } });
    expect(one.of('ack')).toHaveLength(1);
    expect(host.items.at(-1)).toMatchObject({ payload, values: { name: 'Ada', guests: 3 } });
  });

  it.each([
    ['more fields than a form has', Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`f${i}`, 'x']))],
    ['a text longer than its field', { name: 'x'.repeat(501) }],
    ['half an emoji', { name: '\ud83d' }],
    ['a place off the map', { where: { latitude: 91, longitude: 0 } }],
    ['what is no value', { name: { first: 'Ada' } }],
    ['a name that no field has', { 'two words': 'x' }],
  ])('is refused %s in a form', async (_, values) => {
    const one = await resumed(someone(1).token);
    await one.say({
      ...text('client-0001', 'Name: Ada'),
      payload: formPayload('msg_01JD0000000000000000000007'),
      values,
    });
    expect(one.of('error')).toMatchObject([{ code: 'bad_frame', client_id: 'client-0001' }]);
    expect(host.items).toEqual([]);
  });

  it('does not see what was never sent', async () => {
    const ada = someone(1);
    const entry = host.write(account as never, ada.address, { kind: 'text', text: 'suppressed' });
    host.setState(entry.messageId, 'suppressed');
    expect((await resumed(ada.token)).of('history').flatMap((frame) => frame.entries)).toEqual([]);
  });
});

describe('an attacker', () => {
  it("reaches no other visitor's thread: not by an id, a forged or an expired token", async () => {
    const ada = someone(1);
    await (await resumed(ada.token)).say(text('client-0001', 'private'));
    const forged = signVisitor(newVisitor(new Uint8Array(16).fill(1), host.now()), {
      accountId: account.id,
      secret: 'x'.repeat(32),
    });
    const expired = signVisitor({ id: ada.address.slice(8), expires: 1 }, { accountId: account.id, secret });
    for (const token of [ada.address, ada.address.slice(8), forged, expired, '']) {
      const mallory = await resumed(token);
      expect(mallory.frames).toEqual([{ type: 'error', code: 'unauthorized' }]);
      expect(mallory.closed).toBe(4401);
    }
  });

  it('cannot speak, read or confirm before resuming', async () => {
    for (const frame of [text('client-0001'), { type: 'typing', on: true }, { type: 'read', up_to: 9 }]) {
      const mallory = tab();
      await mallory.say(frame);
      expect(mallory.closed).toBe(4401);
    }
    expect(host.items).toEqual([]);
  });

  it('cannot change who it is on an open line', async () => {
    const mallory = await resumed(someone(2).token);
    await mallory.say({ type: 'resume', token: someone(1).token, after: 0 });
    expect(mallory.closed).toBe(4401);
  });

  it("cannot confirm another visitor's messages, nor take their client ids", async () => {
    const ada = someone(1);
    const messageId = await send(ada.address, { kind: 'text', text: 'hi' });
    const mallory = await resumed(someone(2).token);
    await mallory.say({ type: 'read', up_to: 1000 });
    expect(host.state(messageId)).toBe('sent');
    await (await resumed(ada.token)).say(text('client-0001', 'from ada'));
    await mallory.say(text('client-0001', 'from mallory'));
    expect(host.items.filter((item) => item.type === 'message')).toHaveLength(2);
  });

  it.each([
    ['https://evil.example'],
    ['null'],
    ['https://shop.example.evil.example'],
    ['http://localhost:3000'],
    [''],
  ])('is refused from the origin %s', async (from) => {
    const mallory = tab(from ? { origin: from, host: 'evil.example' } : {});
    await mallory.say({ type: 'resume', token: someone(1).token, after: 0 });
    expect(mallory.frames).toEqual([{ type: 'error', code: 'origin_refused' }]);
    expect(mallory.closed).toBe(4403);
  });

  it('gets an error for each bad frame, and the line stays', async () => {
    const one = await resumed(someone(1).token);
    const bad = [
      '',
      'x',
      '[]',
      'null',
      '{"type":"admin"}',
      '{"type":"ping","more":1}',
      '['.repeat(5000),
      JSON.stringify(text('short')),
      JSON.stringify(text('client-0001', ' ')),
      String.raw`{"type":"message","client_id":"client-0001","content":{"kind":"text","text":"\ud800"}}`,
    ];
    for (const frame of bad) await one.say(frame);
    expect(one.of('error').map(({ code }) => code)).toEqual(bad.map(() => 'bad_frame'));
    await one.say({ type: 'ping' });
    expect(one.of('pong')).toHaveLength(1);
  });

  it('is cut off for frames too large or too many', async () => {
    const large = await resumed(someone(1).token);
    await large.say(`"${'x'.repeat(maxFrameBytes)}"`);
    expect(large.closed).toBe(1009);
    const fast = await resumed(someone(1).token);
    for (let i = 0; i < 120; i++) await fast.say({ type: 'ping' });
    expect(fast.closed).toBe(4429);
  });

  it('is slowed down, with a time after which to come back; other visitors are not', async () => {
    const one = await resumed(someone(1).token);
    for (let i = 0; i < 25; i++) await one.say(text(`client-${1000 + i}`));
    expect(one.of('ack')).toHaveLength(20);
    expect(one.of('error')).toHaveLength(5);
    expect(one.of('error')[0]).toMatchObject({
      code: 'rate_limited',
      client_id: 'client-1020',
      retry_after_ms: 500,
    });
    const two = await resumed(someone(2).token);
    await two.say(text('client-0001'));
    expect(two.of('ack')).toHaveLength(1);
  });

  it('is cut off when its token runs out on an open line', async () => {
    const ada = {
      token: signVisitor({ id: 'u.ada', expires: host.now() / 1000 + 60 }, { accountId: account.id, secret }),
      address: 'webchat:u.ada',
    };
    const one = await resumed(ada.token);
    host.clockMs = host.now() + 61_000;
    await send(ada.address, { kind: 'text', text: 'too late' });
    expect(one.of('entry')).toEqual([]);
    expect(one.closed).toBe(4401);
  });

  it('leaves no content, token or address in the log', async () => {
    const ada = someone(1);
    const one = await resumed(ada.token);
    host.failing = Infinity;
    await one.say(text('client-0001', 'very private'));
    expect(host.logged).toHaveLength(1);
    for (const hidden of ['very private', ada.token, ada.address])
      expect(host.logged.join()).not.toContain(hidden);
  });
});
