import type { InboundItem, InboundMessage } from '../contract/index.ts';
import { defined, lineOf, timeMs } from '../kit/fields.ts';
import { atMsOf, messageIdOf, normalise } from './address.ts';
import { ignored, senderOf } from './inbound.ts';
import type { Known } from './known.ts';
import { attached } from './media.ts';
import { plainOf } from './text.ts';
import { attachmentSchema, deletedSchema, messageSchema, reactionSchema } from './wire.ts';
import type { DiscordMessage } from './wire.ts';

export interface GatewayEvent {
  name: string;
  data: unknown;
  /** The same where Discord repeats the event, and no other event's. */
  id: string;
}

/** What an event of the gateway says ("Gateway Events"). */
export function eventItems({ name, data, id }: GatewayEvent, known: Known): InboundItem[] {
  const reader = Object.hasOwn(readers, name) ? readers[name] : undefined;
  return reader ? reader(data, known, id) : [ignored('unknown event')];
}

const elsewhere = [ignored('not a direct conversation')];
const unreadable = [ignored('unreadable event')];

type Reader = (data: unknown, known: Known, eventId: string) => InboundItem[];
const readers: Readonly<Record<string, Reader>> = {
  MESSAGE_CREATE: (data, known) => {
    const message = messageSchema.safeParse(data).data;
    if (!message) return unreadable;
    if (message.guild_id !== undefined) return elsewhere;
    return created(message, known);
  },
  MESSAGE_UPDATE: (data, known) => {
    const message = messageSchema.safeParse(data).data;
    if (!message) return unreadable;
    if (message.guild_id !== undefined) return elsewhere;
    return [edited(message, known)];
  },
  MESSAGE_DELETE: (data, known) => {
    const deleted = deletedSchema.safeParse(data).data;
    if (!deleted) return unreadable;
    if (deleted.guild_id !== undefined) return elsewhere;
    const user = known.userOfChannel(deleted.channel_id);
    const address = user && normalise(`discord:${user}`);
    // Discord does not say whose message it was
    if (known.isOwn(deleted.id)) return [ignored('own echo')];
    if (!address) return [ignored('a removal in a conversation not seen before')];
    const target = messageIdOf({ channel: deleted.channel_id, message: deleted.id });
    return [
      {
        type: 'message',
        providerId: `${target}:removed`,
        sender: { address },
        content: { kind: 'removal', message_id: '' },
        replyTo: target,
      },
    ];
  },
  MESSAGE_REACTION_ADD: (data, known, eventId) => [reacted(data, known, { eventId, on: true })],
  MESSAGE_REACTION_REMOVE: (data, known, eventId) => [reacted(data, known, { eventId, on: false })],
};

/** Types of messages that a person writes ("Message Types"): the default and an answer. */
const written = new Set([undefined, 0, 19]);

function created(message: DiscordMessage, known: Known): InboundItem[] {
  const { id, channel_id: channel, author } = message;
  if (author?.bot) {
    if (author.id === known.self) known.noteOwn(id);
    return [ignored(author.id === known.self ? 'own echo' : 'another bot')];
  }
  const sender = senderOf(author);
  if (!sender || !author) return [ignored('no sender')];
  known.learn(channel, author.id);
  if (!written.has(message.type)) return [ignored('a notice of the platform')];
  const providerId = messageIdOf({ channel, message: id });
  const about = message.message_reference?.message_id;
  const base: Pick<InboundMessage, 'type' | 'sender' | 'atMs' | 'replyTo'> = {
    type: 'message',
    sender,
    atMs: atMsOf(id),
    ...(about ? { replyTo: messageIdOf({ channel, message: about }) } : {}),
  };
  const stickers = (message.sticker_items ?? []).map(({ name }) => `[${name}]`).join(' ');
  const text = lineOf(plainOf([message.content, stickers].filter(Boolean).join('\n')), 65_536);
  const files = (message.attachments ?? []).flatMap((file) => attachmentSchema.safeParse(file).data ?? []);
  const [first, ...more] = files;
  if (!first)
    return text === undefined
      ? [ignored('a message without content')]
      : [{ ...base, providerId, content: { kind: 'text', text } }];
  return [
    { ...base, providerId, ...attached(first, text) },
    ...more.map((file) => ({ ...base, providerId: `${providerId}:file:${file.id}`, ...attached(file) })),
  ];
}

function edited(message: DiscordMessage, known: Known): InboundItem {
  const { id, channel_id: channel, author, edited_timestamp: at } = message;
  if (author?.bot) return ignored(author.id === known.self ? 'own echo' : 'another bot');
  const sender = senderOf(author);
  const text = lineOf(plainOf(message.content ?? ''), 65_536);
  // Discord also says so when it adds the preview of a link
  if (!sender || text === undefined || !at) return ignored('a change of looks');
  const target = messageIdOf({ channel, message: id });
  return {
    type: 'message',
    providerId: `${target}:edit:${at}`,
    sender,
    content: { kind: 'edit', message_id: '', text },
    replyTo: target,
    ...defined({ atMs: timeMs(Date.parse(at), 1) }),
  };
}

function reacted(
  data: unknown,
  known: Known,
  { eventId, on }: { eventId: string; on: boolean },
): InboundItem {
  const event = reactionSchema.safeParse(data).data;
  if (!event) return ignored('unreadable event');
  const { user_id: user, channel_id: channel, message_id: message, emoji } = event;
  if (event.guild_id !== undefined) return ignored('not a direct conversation');
  if (user === known.self) return ignored('own echo');
  const address = normalise(`discord:${user}`);
  const name = lineOf(emoji.name, 62);
  if (!address || !name) return ignored('a reaction without an emoji');
  known.learn(channel, user);
  const target = messageIdOf({ channel, message });
  return {
    type: 'message',
    providerId: `${target}:reaction:${eventId}`,
    sender: { address },
    content: { kind: 'reaction', message_id: '', emoji: on ? (emoji.id ? `:${name}:` : name) : '' },
    replyTo: target,
  };
}
