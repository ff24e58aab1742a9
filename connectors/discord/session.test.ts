import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { answered, recording } from '../../test/conformance/scripted.ts';
import type { Host, InboundItem, Session } from '../contract/index.ts';
import { spec } from './discord.conformance.ts';
import type { DiscordAccount, DiscordConfig, DiscordCredentials } from './manifest.ts';
import { open } from './session.ts';

const allowed = ['127.0.0.0/8'];
let gateway: WebSocketServer;
let url: string;
let account: DiscordAccount;
let taken: InboundItem[];
let failing: boolean;
const opened: Session[] = [];

beforeEach(async () => {
  gateway = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(gateway, 'listening');
  url = `ws://127.0.0.1:${(gateway.address() as AddressInfo).port}`;
  account = { ...(spec.account as DiscordAccount) };
  taken = [];
  failing = false;
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.close()));
  for (const client of gateway.clients) client.terminate();
  await new Promise((resolve) => gateway.close(resolve));
});

function host(): Host<DiscordConfig, DiscordCredentials, undefined> {
  const { context } = recording((request) =>
    answered(
      request.url.endsWith('/gateway/bot')
        ? { status: 200, body: { url, shards: 1 } }
        : { status: 200, body: { id: channel, type: 1, recipients: [noa] } },
    ),
  );
  return {
    ...context,
    settings: undefined,
    accounts: () => [account],
    account: () => account,
    accept: (_, items) => {
      if (failing) return Promise.reject(new Error('the ledger is full'));
      taken.push(...items);
      return Promise.resolve(items.map(() => ({ duplicate: false })));
    },
    thread: () => Promise.resolve([]),
  };
}

const channel = '900100200300400500';
const noa = { id: '700100200300400500', username: 'noa' };
const text = (id: number, content: string) => ({
  id: `120000000000000000${id}`,
  channel_id: channel,
  author: noa,
  content,
});

/** One connection of the bot's, as Discord sees it. */
interface Line {
  said: { op: number; d: Record<string, unknown> }[];
  say(op: number, d?: unknown, t?: string, s?: number): void;
  heard(op: number): Promise<Record<string, unknown>>;
  socket: WebSocket;
}
async function connects(): Promise<Line> {
  const [socket] = (await once(gateway, 'connection')) as [WebSocket];
  const said: Line['said'] = [];
  const waiting: (() => void)[] = [];
  socket.on('message', (data: Buffer) => {
    said.push(JSON.parse(data.toString()) as Line['said'][number]);
    for (const wake of waiting.splice(0)) wake();
  });
  const heard = async (op: number): Promise<Record<string, unknown>> => {
    for (;;) {
      const at = said.findIndex((frame) => frame.op === op);
      if (at >= 0) return said.splice(at, 1)[0]!.d;
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
  };
  return { said, heard, socket, say: (op, d, t, s) => socket.send(JSON.stringify({ op, d, t, s })) };
}

const ready = () => ({
  v: 10,
  session_id: 'session-of-our-own',
  resume_gateway_url: url,
  user: { id: '1100000000000000001' },
});

async function session(): Promise<{ session: Session; line: Line }> {
  const connecting = connects();
  const opening = open(account, host(), { allowed });
  const line = await connecting;
  line.say(10, { heartbeat_interval: 45_000 });
  expect(await line.heard(2)).toMatchObject({ token: account.credentials.bot_token, intents: 12_288 });
  line.say(0, ready(), 'READY', 1);
  const made = await opening;
  opened.push(made);
  return { session: made, line };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}

it('identifies, takes events in their order, beats when asked', async () => {
  const { line } = await session();
  line.say(0, text(1, 'un'), 'MESSAGE_CREATE', 2);
  line.say(0, text(2, 'deux'), 'MESSAGE_CREATE', 3);
  line.say(0, {}, 'SOMETHING_OF_NEXT_YEAR', 4);
  await until(() => taken.length === 2);
  expect(taken.map((item) => item.type === 'message' && item.content.text)).toEqual(['un', 'deux']);
  line.say(1);
  expect(await line.heard(1)).toBe(4);
});

it('is taken up again after what was accepted last, when Discord asks for it', async () => {
  const first = await session();
  first.line.say(0, text(1, 'un'), 'MESSAGE_CREATE', 2);
  await until(() => taken.length === 1);
  first.line.say(7);
  expect(await first.session.closed).toMatch(/^closed with/);
  const connecting = connects();
  const opening = open(account, host(), { allowed });
  const line = await connecting;
  line.say(10, { heartbeat_interval: 45_000 });
  expect(await line.heard(6)).toEqual({
    token: account.credentials.bot_token,
    session_id: 'session-of-our-own',
    seq: 2,
  });
  line.say(0, {}, 'RESUMED', 3);
  opened.push(await opening);
});

it('an event that could not be taken in is asked for again', async () => {
  const { session: made, line } = await session();
  failing = true;
  line.say(0, text(1, 'un'), 'MESSAGE_CREATE', 2);
  line.say(0, text(2, 'deux'), 'MESSAGE_CREATE', 3);
  await made.closed;
  expect(taken).toEqual([]);
  failing = false;
  const connecting = connects();
  const opening = open(account, host(), { allowed });
  const again = await connecting;
  again.say(10, { heartbeat_interval: 45_000 });
  expect(await again.heard(6)).toMatchObject({ seq: 1 });
  again.say(0, text(1, 'un'), 'MESSAGE_CREATE', 2);
  again.say(0, {}, 'RESUMED', 3);
  opened.push(await opening);
  await until(() => taken.length === 1);
});

it('a session that Discord gave up begins anew', async () => {
  const { session: made, line } = await session();
  line.say(9, false);
  await made.closed;
  await session();
});

it('a refused token says so, without the token', async () => {
  const { session: made, line } = await session();
  line.socket.close(4004);
  expect(await made.closed).toBe('the bot token is refused');
});

it('asks whose conversation it is when something is removed there', async () => {
  const { line } = await session();
  line.say(0, { id: '1300000000000000001', channel_id: channel }, 'MESSAGE_DELETE', 2);
  await until(() => taken.length === 1);
  expect(taken[0]).toMatchObject({
    sender: { address: 'discord:700100200300400500' },
    content: { kind: 'removal' },
  });
});

it('frames that are none are passed over', async () => {
  const { line } = await session();
  for (const frame of ['', '[]', '{"op":"x"}', '\ud800']) line.socket.send(frame);
  line.say(0, text(1, 'un'), 'MESSAGE_CREATE', 2);
  await until(() => taken.length === 1);
});

it('holds nothing where the merchant wants none, and still sends', async () => {
  account = { ...account, config: { ...account.config, direct_messages: false } };
  const made = await open(account, host());
  await made.close();
  expect(await made.closed).toBe('closed');
  expect(gateway.clients.size).toBe(0);
});

it('goes nowhere that the guard forbids', async () => {
  await expect(open(account, host())).rejects.toThrow();
});
