import { createHash } from 'node:crypto';
import type { Host, Session } from '../contract/index.ts';
import type { Allowed } from '../kit/guard.ts';
import { answerJson } from '../kit/http.ts';
import { openSocket } from '../kit/websocket.ts';
import type { Socket } from '../kit/websocket.ts';
import { callDiscord } from './api.ts';
import { eventItems } from './events.ts';
import { knownOf } from './known.ts';
import type { DiscordAccount, DiscordConfig, DiscordCredentials } from './manifest.ts';
import { send } from './outbound.ts';
import {
  channelSchema,
  deletedSchema,
  frameSchema,
  gatewayUrlSchema,
  helloSchema,
  readySchema,
  userSchema,
} from './wire.ts';

/** "Gateway Opcodes" */
const ops = {
  dispatch: 0,
  heartbeat: 1,
  identify: 2,
  resume: 6,
  reconnect: 7,
  invalid: 9,
  hello: 10,
  ack: 11,
} as const;
/** DIRECT_MESSAGES and DIRECT_MESSAGE_REACTIONS; what is said in direct messages needs no privilege. */
const intents = (1 << 12) | (1 << 13);
/** A code of our own closes without ending Discord's session, so that it can be resumed ("Resuming"). */
const resumable = 4900;
const readyWithinMs = 30_000;

type DiscordHost = Host<DiscordConfig, DiscordCredentials, undefined>;

/** Where a session can be taken up again: what was accepted last is the last that Discord need not repeat. */
interface Place {
  url: string;
  sessionId: string;
  sequence: number;
}
const places = new WeakMap<DiscordAccount, Place>();

/** Sends always go by HTTP. Without `direct_messages` there is nothing to hold. */
export async function open(
  account: DiscordAccount,
  host: DiscordHost,
  { allowed = [] }: { allowed?: Allowed } = {},
): Promise<Session> {
  const sending: Pick<Session, 'send'> = { send: (request, context) => send(request, account, context) };
  if (!account.config.direct_messages) {
    const { promise: closed, resolve } = Promise.withResolvers<string>();
    return { ...sending, closed, close: async () => resolve('closed') };
  }
  const connection = new Connection(account, host);
  await connection.open(allowed);
  return { ...sending, closed: connection.closed, close: () => connection.close() };
}

class Connection {
  readonly #account: DiscordAccount;
  readonly #host: DiscordHost;
  readonly #ended = Promise.withResolvers<string>();
  readonly #ready = Promise.withResolvers<void>();
  #socket: Socket | undefined;
  #beat: ReturnType<typeof setTimeout> | undefined;
  #acknowledged = true;
  /** Events are taken in one after the other, in their order. */
  #work: Promise<void> = Promise.resolve();
  #failed = false;

  constructor(account: DiscordAccount, host: DiscordHost) {
    this.#account = account;
    this.#host = host;
  }

  get closed(): Promise<string> {
    return this.#ended.promise;
  }

  async open(allowed: Allowed): Promise<void> {
    const url = places.get(this.#account)?.url ?? (await this.#gatewayUrl());
    const socket = await openSocket(`${url.replace(/\/+$/, '')}/?v=10&encoding=json`, {
      allowed,
      signal: this.#host.signal,
      onText: (text) => this.#take(text),
    });
    this.#socket = socket;
    void socket.closed.then((code) => this.#gone(code));
    const late = setTimeout(() => this.#leave(), readyWithinMs);
    try {
      await Promise.race([
        this.#ready.promise,
        this.closed.then((reason) => {
          throw new Error(reason);
        }),
      ]);
    } finally {
      clearTimeout(late);
    }
  }

  async close(): Promise<void> {
    this.#socket?.close(resumable);
    await this.closed;
    await this.#work;
  }

  async #gatewayUrl(): Promise<string> {
    const result = await callDiscord(this.#account, { method: 'GET', path: '/gateway/bot' }, this.#host);
    const read =
      result.type === 'answer' && result.status === 200
        ? gatewayUrlSchema.safeParse(answerJson(result))
        : undefined;
    if (!read?.success) throw new Error('Discord did not say where its gateway is');
    return read.data.url;
  }

  #leave(): void {
    this.#socket?.close(resumable);
  }

  #gone(code: number): void {
    clearTimeout(this.#beat);
    // "Gateway Close Event Codes": after these a session cannot be taken up again
    if ([4004, 4007, 4009, 4010, 4011, 4012, 4013, 4014].includes(code)) places.delete(this.#account);
    this.#ended.resolve(code === 4004 ? 'the bot token is refused' : `closed with ${code}`);
  }

  #say(op: number, d: unknown): void {
    this.#socket?.send(JSON.stringify({ op, d }));
  }

  #take(text: string): void {
    const frame = frameSchema.safeParse(jsonOf(text)).data;
    if (!frame) return;
    const { op, d } = frame;
    if (op === ops.hello) this.#greet(d);
    else if (op === ops.heartbeat) this.#heartbeat();
    else if (op === ops.ack) this.#acknowledged = true;
    else if (op === ops.reconnect) this.#leave();
    else if (op === ops.invalid) {
      if (d !== true) places.delete(this.#account);
      this.#leave();
    } else if (op === ops.dispatch) {
      const { t, s } = frame;
      this.#work = this.#work.then(() => this.#dispatch(t ?? '', d, s ?? 0));
    }
  }

  #greet(d: unknown): void {
    const hello = helloSchema.safeParse(d).data;
    if (!hello) return this.#leave();
    const everyMs = hello.heartbeat_interval;
    // the first beat at a random moment of the interval, as Discord asks
    const [byte = 0] = this.#host.random(1);
    this.#beatIn((everyMs * byte) / 256, everyMs);
    const token = this.#account.credentials.bot_token;
    const place = places.get(this.#account);
    if (place) return this.#say(ops.resume, { token, session_id: place.sessionId, seq: place.sequence });
    const properties = { os: process.platform, browser: 'passerelle', device: 'passerelle' };
    this.#say(ops.identify, { token, intents, properties });
  }

  #beatIn(waitMs: number, everyMs: number): void {
    this.#beat = setTimeout(() => {
      // no answer to the last beat: the line is dead
      if (!this.#acknowledged) return this.#leave();
      this.#heartbeat();
      this.#beatIn(everyMs, everyMs);
    }, waitMs);
    this.#beat.unref();
  }

  #heartbeat(): void {
    this.#acknowledged = false;
    this.#say(ops.heartbeat, places.get(this.#account)?.sequence ?? null);
  }

  /** What could not be taken in ends the connection: it is resumed before that event, and Discord repeats it. */
  async #dispatch(name: string, data: unknown, sequence: number): Promise<void> {
    if (this.#failed) return;
    const known = knownOf(this.#account);
    if (name === 'READY') {
      const ready = readySchema.safeParse(data).data;
      if (!ready) return this.#leave();
      known.self = ready.user.id;
      places.set(this.#account, { url: ready.resume_gateway_url, sessionId: ready.session_id, sequence });
      return this.#ready.resolve();
    }
    const place = places.get(this.#account);
    if (name === 'RESUMED') this.#ready.resolve();
    else
      try {
        if (name === 'MESSAGE_DELETE') await this.#whose(data);
        const session = createHash('sha256')
          .update(place?.sessionId ?? '')
          .digest('hex')
          .slice(0, 12);
        const items = eventItems({ name, data, id: `${session}.${sequence}` }, known);
        if (items.some(({ type }) => type !== 'ignored')) await this.#host.accept(this.#account, items);
      } catch (error) {
        this.#failed = true;
        this.#host.log.error('discord.event_not_accepted', { accountId: this.#account.id, error });
        return this.#leave();
      }
    if (place) places.set(this.#account, { ...place, sequence });
  }

  /** A removal names the channel alone: whose conversation it is can be asked. */
  async #whose(data: unknown): Promise<void> {
    const channel = deletedSchema.safeParse(data).data?.channel_id;
    const known = knownOf(this.#account);
    if (channel === undefined || known.userOfChannel(channel)) return;
    const result = await callDiscord(
      this.#account,
      { method: 'GET', path: `/channels/${channel}` },
      this.#host,
    );
    const read = result.type === 'answer' ? channelSchema.safeParse(answerJson(result)).data : undefined;
    const { recipients } = (read ?? {}) as { recipients?: unknown[] };
    const person = userSchema.safeParse(recipients?.[0]).data;
    if (person) known.learn(channel, person.id);
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
