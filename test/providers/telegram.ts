import { startEmulator } from './emulator.ts';
import type { Answer, Emulator, Recorded } from './emulator.ts';
import { methodNamed } from './telegram/methods.ts';
import { badRequest, refuse } from './telegram/model.ts';
import type { Chat, Json, Store, StoredMessage, Webhook } from './telegram/model.ts';
import { readParameters } from './telegram/parameters.ts';
import type { Parameters } from './telegram/parameters.ts';
import { createPerson } from './telegram/person.ts';
import type { Person } from './telegram/person.ts';
import { createUpdates } from './telegram/updates.ts';
import type { Delivered } from './telegram/updates.ts';

export type { Person } from './telegram/person.ts';
export type { Delivered } from './telegram/updates.ts';

export interface TelegramOptions {
  /** The bot's token: digits, a colon, letters. */
  token: string;
  username?: string;
  /** Wait before an Update that was not taken is sent again. Default 20; doubled each time. */
  retryDelayMs?: number;
  /** Tries before an Update is dropped. Default 10. */
  tries?: number;
  nowSeconds?(): number;
}

/** A Bot API on loopback, with the people who use its one bot. Follows Bot API 10.3 (https://core.telegram.org/bots/api). */
export interface TelegramEmulator extends Emulator {
  /** A person by user id; the bot can write to them once they started it. */
  user(id: number, profile?: { first_name?: string; last_name?: string; language_code?: string }): Person;
  webhook(): Webhook | undefined;
  /** Every Update, oldest first. */
  readonly updates: readonly Delivered[];
  /** Callback queries that were answered; presses still spinning. */
  readonly answered: readonly string[];
  readonly spinning: ReadonlySet<string>;
  /** Method calls that came as the answer to an Update, and how they ended. */
  readonly replies: { method: string; values: Json; answer: Answer }[];
  /** Lets held Updates go and waits until all have been taken or dropped. */
  settled(): Promise<void>;
}

export async function startTelegramEmulator(options: TelegramOptions): Promise<TelegramEmulator> {
  const gone = new AbortController();
  const people = new Map<number, Person>();
  const replies: TelegramEmulator['replies'] = [];
  const reactions = new Set<Promise<unknown>>();
  let lastId = 100;
  const store: Store = {
    token: options.token,
    bot: {
      id: Number(options.token.split(':')[0]),
      is_bot: true,
      first_name: 'Emulated',
      username: options.username ?? 'emulated_bot',
    },
    chats: new Map(),
    files: new Map(),
    spinning: new Set(),
    answered: [],
    webhook: undefined,
    pendingUpdates: () => updates.pending(),
    poll: (values) => updates.poll(values),
    nowSeconds: options.nowSeconds ?? (() => Math.floor(Date.now() / 1000)),
    nextId: () => ++lastId,
  };
  const updates = createUpdates({
    store,
    mode: () => emulator.callbacks,
    onReply: async (method, values) => {
      replies.push({ method, values, answer: await run(method, { values, files: {} }) });
    },
    signal: gone.signal,
    retryDelayMs: options.retryDelayMs ?? 20,
    tries: options.tries ?? 10,
  });

  async function run(name: string, parameters: Parameters): Promise<Answer> {
    const answer = await methodNamed(name)(store, parameters);
    updates.webhookChanged();
    if (answer.status === 200 && /^send/i.test(name)) await tellPerson((answer.body as Json)['result']);
    return answer;
  }

  /** The person sees the message and may act on it: before the bot has its answer, or just after. */
  async function tellPerson(sent: unknown): Promise<void> {
    if (typeof sent !== 'object' || sent === null) return;
    const message = sent as StoredMessage;
    const react = async () => people.get(message.chat.id)?.whenSent?.(message);
    if (emulator.callbacks === 'early') return void (await react());
    const later = new Promise((resolve) => setImmediate(resolve))
      .then(react)
      .finally(() => reactions.delete(later));
    reactions.add(later);
  }

  const emulator = await startEmulator({
    answer: (call) => answerCall(store, call, run),
    faults: {
      throttle: refuse(429, 'Too Many Requests: retry after 1', { retry_after: 1 }),
      fail: refuse(500, 'Internal Server Error'),
      unauthorized: refuse(401, 'Unauthorized'),
    },
  });
  const close = emulator.close;
  return Object.assign(emulator, {
    webhook: () => store.webhook,
    updates: updates.delivered,
    answered: store.answered,
    spinning: store.spinning,
    replies,
    user: (id: number, profile = {}) => {
      const person = people.get(id) ?? createPerson(store, updates, newChat(store, id, profile));
      people.set(id, person);
      return person;
    },
    settled: async () => {
      await Promise.all(reactions);
      await updates.settled();
    },
    close: async () => {
      gone.abort();
      updates.webhookChanged();
      await close();
    },
  });
}

function newChat(store: Store, id: number, profile: Json): Chat {
  const person = { id, is_bot: false, first_name: 'Noa', language_code: 'fr', ...profile };
  const chat: Chat = {
    id,
    person,
    messages: [],
    reactions: new Map(),
    actions: [],
    started: false,
    blocked: false,
    deleted: false,
  };
  store.chats.set(id, chat);
  return chat;
}

async function answerCall(
  store: Store,
  call: Recorded,
  run: (name: string, parameters: Parameters) => Promise<Answer>,
): Promise<Answer> {
  const path = call.path.split('?')[0]!;
  const file = /^\/file\/bot([^/]+)\/(.+)$/.exec(path);
  const method = /^\/bot([^/]+)\/(\w+)$/.exec(path);
  const token = (file ?? method)?.[1];
  // The public service only routes what looks like a token; anything else is no address of its own.
  if (token === undefined || !/^[1-9]\d*:[\w-]{20,}$/.test(token)) return refuse(404, 'Not Found');
  if (token !== store.token) return refuse(401, 'Unauthorized');
  if (file) {
    const found = [...store.files.values()].find((one) => one.path === decodeURIComponent(file[2]!));
    return found ? { status: 200, body: found.bytes } : refuse(404, 'Not Found');
  }
  const parameters = await readParameters(call);
  return parameters ? run(method![2]!, parameters) : badRequest("can't parse the request's parameters");
}
