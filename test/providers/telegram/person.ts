import { storeFile, storeMessage } from './model.ts';
import type { Chat, Json, Store, StoredMessage } from './model.ts';
import type { Delivered, Updates } from './updates.ts';

export interface Button {
  text: string;
  url?: string;
  callback_data?: string;
}

/** A person with the app in hand. What they do becomes an Update; each call ends when the bot has taken it. */
export interface Person {
  readonly id: number;
  readonly chat: Chat;
  /** What the bot wrote, oldest first. */
  received(): StoredMessage[];
  /** The buttons under the bot's latest message, or under another one. */
  buttons(message?: StoredMessage): Button[];
  /** Opens the bot, also through `t.me/bot?start=payload`. */
  starts(payload?: string): Promise<Delivered>;
  writes(text: string, options?: { replyTo?: number }): Promise<Delivered>;
  edits(messageId: number, text: string): Promise<Delivered>;
  /** Any Message by its fields, for what has no verb here. */
  sends(fields: Json): Promise<Delivered>;
  sendsPhoto(bytes: Uint8Array, caption?: string): Promise<Delivered>;
  sendsFile(
    field: 'document' | 'voice' | 'audio' | 'video' | 'sticker',
    bytes: Uint8Array,
    fields?: Json,
  ): Promise<Delivered>;
  sendsLocation(latitude: number, longitude: number): Promise<Delivered>;
  sendsContact(phone: string, firstName: string): Promise<Delivered>;
  /** Presses the button with this label, on the latest message that has it. */
  presses(label: string): Promise<Delivered>;
  reacts(messageId: number, emoji: string): Promise<Delivered>;
  blocks(): Promise<Delivered>;
  unblocks(): Promise<Delivered>;
  deletesAccount(): void;
  /** Runs for each message of the bot's; with callbacks `early` before the bot has its answer. */
  whenSent?: (message: StoredMessage) => unknown;
}

export function createPerson(store: Store, updates: Updates, chat: Chat): Person {
  const { person } = chat;
  const update = (kind: string, body: Json) => updates.send(chat.id, kind, body);
  const says = (fields: Json) => {
    chat.started = true;
    return update('message', storeMessage(store, chat, person, fields));
  };
  const received = () => chat.messages.filter((message) => message.from.id === store.bot.id);
  const buttons = (message = received().at(-1)) =>
    (
      (message?.['reply_markup'] as { inline_keyboard?: Button[][] } | undefined)?.inline_keyboard ?? []
    ).flat();
  const findMessage = (id: number | undefined) => chat.messages.find((message) => message.message_id === id);
  const member = (status: string, before: string) =>
    update('my_chat_member', {
      chat: { id: chat.id, type: 'private' },
      from: person,
      date: store.nowSeconds(),
      old_chat_member: { user: store.bot, status: before },
      new_chat_member: { user: store.bot, status },
    });
  return {
    id: person.id,
    chat,
    received,
    buttons,
    starts: (payload) =>
      says({
        text: payload ? `/start ${payload}` : '/start',
        entities: [{ type: 'bot_command', offset: 0, length: 6 }],
      }),
    writes: (text, { replyTo } = {}) =>
      says({ text, ...(replyTo === undefined ? {} : { reply_to_message: findMessage(replyTo) }) }),
    edits: (messageId, text) => {
      const message = Object.assign(findMessage(messageId)!, { text, edit_date: store.nowSeconds() });
      return update('edited_message', { ...message });
    },
    sends: says,
    sendsPhoto: (bytes, caption) => {
      const small = { ...storeFile(store, bytes.slice(0, 10), 'small.jpg'), width: 90, height: 67 };
      return says({
        photo: [small, { ...storeFile(store, bytes, 'photo.jpg'), width: 1280, height: 960 }],
        ...(caption ? { caption } : {}),
      });
    },
    sendsFile: (field, bytes, fields = {}) =>
      says({ [field]: { ...storeFile(store, bytes, String(fields['file_name'] ?? field)), ...fields } }),
    sendsLocation: (latitude, longitude) => says({ location: { latitude, longitude } }),
    sendsContact: (phone_number, first_name) => says({ contact: { phone_number, first_name } }),
    presses: (label) => {
      const message = received().findLast((one) =>
        buttons(one).some((button) => button.text === label && button.callback_data),
      );
      if (!message) throw new Error(`no message of the bot's has a button "${label}" that can be pressed`);
      const id = String(store.nextId() * 1_000_003);
      store.spinning.add(id);
      const data = buttons(message).find((button) => button.text === label)!.callback_data;
      return update('callback_query', { id, from: person, message, chat_instance: String(chat.id), data });
    },
    reacts: (messageId, emoji) => {
      const new_reaction = emoji ? [{ type: 'emoji', emoji }] : [];
      return update('message_reaction', {
        chat: { id: chat.id, type: 'private' },
        message_id: messageId,
        user: person,
        date: store.nowSeconds(),
        old_reaction: [],
        new_reaction,
      });
    },
    blocks: () => {
      chat.blocked = true;
      return member('kicked', 'member');
    },
    unblocks: () => {
      chat.blocked = false;
      return member('member', 'kicked');
    },
    deletesAccount: () => {
      chat.deleted = true;
    },
  };
}
