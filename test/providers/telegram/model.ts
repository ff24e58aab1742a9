import type { Answer } from '../emulator.ts';

/** A Message, a User, a File… of the Bot API, as it goes over the wire. */
export type Json = Record<string, unknown>;

export interface StoredMessage extends Json {
  message_id: number;
  date: number;
  chat: { id: number; type: string; first_name?: unknown };
  from: { id: number; is_bot: boolean };
}

/** One private chat between the bot and a person. */
export interface Chat {
  id: number;
  person: Json & { id: number; is_bot: boolean };
  messages: StoredMessage[];
  /** The bot's reaction to each message. */
  reactions: Map<number, string[]>;
  /** `typing` and the like, oldest first. */
  actions: string[];
  /** The person spoke to the bot at least once: before that the bot cannot write. */
  started: boolean;
  blocked: boolean;
  deleted: boolean;
}

export interface StoredFile {
  bytes: Uint8Array;
  path: string;
}

export interface Webhook {
  url: string;
  secret?: string;
  allowed?: string[];
}

/** Everything an emulated Bot API remembers. */
export interface Store {
  token: string;
  bot: Json & { id: number; is_bot: true };
  chats: Map<number, Chat>;
  files: Map<string, StoredFile>;
  /** Presses that wait for an answer; the app shows a spinner meanwhile. */
  spinning: Set<string>;
  answered: string[];
  webhook: Webhook | undefined;
  /** What a poll asked for by name; as with Telegram, it stays so. */
  allowed?: string[];
  pendingUpdates(): number;
  poll(values: Json): Promise<Answer>;
  nowSeconds(): number;
  nextId(): number;
}

export const ok = (result: unknown): Answer => ({ status: 200, body: { ok: true, result } });

/** The Bot API's only shape of a refusal; the HTTP status equals `error_code`. */
export const refuse = (code: number, description: string, parameters?: Json): Answer => ({
  status: code,
  body: { ok: false, error_code: code, description, ...(parameters ? { parameters } : {}) },
});

export const badRequest = (description: string): Answer => refuse(400, `Bad Request: ${description}`);

export function storeMessage(
  store: Store,
  chat: Chat,
  from: Store['bot'] | Chat['person'],
  fields: Json,
): StoredMessage {
  const message: StoredMessage = {
    message_id: store.nextId(),
    from,
    chat: { id: chat.id, type: 'private', first_name: chat.person['first_name'] },
    date: store.nowSeconds(),
    ...fields,
  };
  chat.messages.push(message);
  return message;
}

export const findMessage = (chat: Chat, id: unknown): StoredMessage | undefined =>
  chat.messages.find((message) => message.message_id === Number(id));

/** Keeps bytes and gives them a `file_id`. */
export function storeFile(store: Store, bytes: Uint8Array, name: string): Json {
  const number = store.nextId();
  const file_id = `file-${number}-of-${store.bot.id}`;
  store.files.set(file_id, {
    bytes,
    path: `documents/file_${number}.${/\.(\w{1,8})$/.exec(name)?.[1] ?? 'bin'}`,
  });
  return { file_id, file_unique_id: `unique-${number}`, file_size: bytes.length };
}
