import type { Answer } from '../emulator.ts';
import { badRequest, findMessage, refuse } from './model.ts';
import type { Chat, Json, Store } from './model.ts';

/**
 * What the Bot API refuses. Codes and shape are the platform's; the descriptions are close to its own, but they are for people, and
 * nothing may rely on them.
 */
export const limits = {
  text: 4096,
  caption: 1024,
  callbackBytes: 64,
  vcardBytes: 2048,
  buttons: 100,
  rowButtons: 8,
};

/** Lengths are those after entities are parsed, in UTF-16 units, as entities count. */
export function textRefusal(text: unknown, entities: unknown): Answer | undefined {
  if (typeof text !== 'string' || text.trim() === '') return badRequest('message text is empty');
  if (text.length > limits.text) return badRequest('message is too long');
  return entitiesRefusal(text, entities);
}

export function captionRefusal(caption: unknown, entities: unknown): Answer | undefined {
  if (caption === undefined) return undefined;
  if (typeof caption !== 'string') return badRequest('caption must be a string');
  if (caption.length > limits.caption) return badRequest('message caption is too long');
  return entitiesRefusal(caption, entities);
}

const entityTypes = new Set([
  'bold',
  'italic',
  'underline',
  'strikethrough',
  'spoiler',
  'code',
  'pre',
  'blockquote',
  'text_link',
]);

function entitiesRefusal(text: string, entities: unknown): Answer | undefined {
  if (entities === undefined) return undefined;
  if (!Array.isArray(entities)) return badRequest("can't parse entities");
  for (const { type, offset, length, url } of entities as Json[]) {
    if (!entityTypes.has(type as string))
      return badRequest("can't parse MessageEntity: unsupported type specified");
    if (!Number.isInteger(offset) || !Number.isInteger(length))
      return badRequest("can't parse MessageEntity: field must be of type Integer");
    if (
      (offset as number) < 0 ||
      (length as number) <= 0 ||
      (offset as number) + (length as number) > text.length
    )
      return badRequest('ENTITY_BOUNDS_INVALID');
    if (type === 'text_link' && !URL.canParse(String(url)))
      return badRequest("can't parse MessageEntity: url is invalid");
  }
  return undefined;
}

/** The chat to write into, or why not. */
export function chatOf(store: Store, id: unknown): Chat | Answer {
  if (id === undefined || id === '') return badRequest('chat_id is empty');
  const chat = store.chats.get(Number(id));
  if (!chat?.started) return badRequest('chat not found');
  if (chat.deleted) return refuse(403, 'Forbidden: user is deactivated');
  return chat.blocked ? refuse(403, 'Forbidden: bot was blocked by the user') : chat;
}

export function replyRefusal(chat: Chat, parameters: unknown): Answer | undefined {
  if (parameters === undefined) return undefined;
  const { message_id, allow_sending_without_reply } = parameters as Json;
  if (message_id === undefined) return badRequest("can't parse reply parameters");
  return findMessage(chat, message_id) || allow_sending_without_reply === true
    ? undefined
    : badRequest('message to be replied not found');
}

export function markupRefusal(markup: unknown): Answer | undefined {
  if (markup === undefined) return undefined;
  const rows = (markup as Json)['inline_keyboard'];
  if (rows === undefined) return undefined;
  if (!Array.isArray(rows) || !rows.every(Array.isArray))
    return badRequest("can't parse inline keyboard: expected an Array of Arrays");
  const buttons = (rows as Json[][]).flat();
  if (buttons.length > limits.buttons || rows.some((row) => (row as Json[]).length > limits.rowButtons))
    return badRequest('reply markup is too long');
  return buttons.map(buttonRefusal).find((refusal) => refusal !== undefined);
}

/** Exactly one of the fields that say what a button does. */
const buttonKinds = [
  'url',
  'callback_data',
  'web_app',
  'login_url',
  'switch_inline_query',
  'copy_text',
  'pay',
];

function buttonRefusal(button: Json): Answer | undefined {
  if (typeof button['text'] !== 'string' || button['text'] === '')
    return badRequest("can't parse inline keyboard button: text is empty");
  if (buttonKinds.filter((kind) => button[kind] !== undefined).length !== 1)
    return badRequest(
      "can't parse inline keyboard button: text buttons are unallowed in the inline keyboard",
    );
  const { url, callback_data: data } = button;
  if (url !== undefined && !/^(https?|tg):\/\/[^\s/]+/.test(String(url)))
    return badRequest('inline keyboard button URL is invalid');
  if (data === undefined) return undefined;
  const bytes = typeof data === 'string' ? Buffer.byteLength(data) : 0;
  return bytes < 1 || bytes > limits.callbackBytes ? badRequest('BUTTON_DATA_INVALID') : undefined;
}

/** A part of the list that https://core.telegram.org/bots/api#reactiontypeemoji names. */
const reactionEmojis = new Set([
  '👍',
  '👎',
  '❤',
  '🔥',
  '🥰',
  '👏',
  '😁',
  '🤔',
  '🤯',
  '😱',
  '😢',
  '🎉',
  '🤩',
  '🙏',
  '👌',
  '💯',
  '🤣',
  '⚡',
  '🏆',
  '💔',
  '😍',
  '👀',
  '🤝',
  '🤗',
  '😎',
  '❤\u200d🔥',
]);

export function reactionRefusal(reaction: unknown): Answer | undefined {
  if (reaction === undefined) return undefined;
  if (!Array.isArray(reaction) || reaction.length > 1) return badRequest('REACTIONS_TOO_MANY');
  return (reaction as Json[]).every(
    ({ type, emoji }) => type === 'emoji' && reactionEmojis.has(emoji as string),
  )
    ? undefined
    : badRequest('REACTION_INVALID');
}
