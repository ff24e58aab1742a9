import type { Answer } from '../emulator.ts';
import { badRequest, findMessage, ok, refuse, storeMessage } from './model.ts';
import type { Chat, Json, Store, StoredMessage } from './model.ts';
import type { Parameters } from './parameters.ts';
import {
  captionRefusal,
  chatOf,
  limits,
  markupRefusal,
  reactionRefusal,
  replyRefusal,
  textRefusal,
} from './rules.ts';
import { fileOf } from './uploads.ts';
import { deleteWebhook, getWebhookInfo, setWebhook } from './webhook.ts';

export type Method = (store: Store, parameters: Parameters) => Answer | Promise<Answer>;

/** The fields that a send method puts into its Message, or its refusal. */
type Fields = (
  parameters: Parameters,
  store: Store,
) => { fields: Json } | Answer | Promise<{ fields: Json } | Answer>;

const isAnswer = (value: object): value is Answer => 'status' in value;

/** What all send methods share: the chat, the reply, the keyboard; then the Message is kept and returned. */
const sending =
  (fieldsOf: Fields): Method =>
  async (store, parameters) => {
    const { chat_id, reply_parameters, reply_markup } = parameters.values;
    const chat = chatOf(store, chat_id);
    if (isAnswer(chat)) return chat;
    const refusal = replyRefusal(chat, reply_parameters) ?? markupRefusal(reply_markup);
    if (refusal) return refusal;
    const said = await fieldsOf(parameters, store);
    if (isAnswer(said)) return said;
    const target = findMessage(chat, (reply_parameters as Json | undefined)?.['message_id']);
    return ok(
      storeMessage(store, chat, store.bot, {
        ...said.fields,
        ...(target ? { reply_to_message: target } : {}),
        ...(reply_markup === undefined ? {} : { reply_markup }),
      }),
    );
  };

const sendingFile = (field: string, captioned = true): Method =>
  sending(async (parameters, store) => {
    const { caption, caption_entities } = parameters.values;
    const refusal = captioned ? captionRefusal(caption, caption_entities) : undefined;
    if (refusal) return refusal;
    const file = await fileOf(store, field, parameters);
    if (isAnswer(file)) return file;
    return {
      fields: {
        [field]: field === 'photo' ? [{ ...file.field, width: 640, height: 480 }] : file.field,
        ...(captioned && caption !== undefined ? { caption, caption_entities } : {}),
      },
    };
  });

/** A missing or empty parameter, named as the Bot API does. */
const missing = (values: Json, names: string[]): Answer | undefined => {
  const name = names.find((of) => values[of] === undefined || values[of] === '');
  return name === undefined ? undefined : badRequest(`parameter "${name}" is required`);
};

const point = ({ latitude, longitude }: Json): { location: Json } | Answer => {
  const [lat, lon] = [Number(latitude), Number(longitude)];
  const inside = Math.abs(lat) <= 90 && Math.abs(lon) <= 180;
  return inside ? { location: { latitude: lat, longitude: lon } } : badRequest('wrong location specified');
};

const sendVenue = sending(({ values }) => {
  const refusal = missing(values, ['latitude', 'longitude', 'title', 'address']);
  if (refusal) return refusal;
  const at = point(values);
  return isAnswer(at)
    ? at
    : { fields: { ...at, venue: { ...at, title: values['title'], address: values['address'] } } };
});

const sendContact = sending(({ values }) => {
  const refusal = missing(values, ['phone_number', 'first_name']);
  if (refusal) return refusal;
  const { phone_number, first_name, last_name, vcard } = values;
  if (Buffer.byteLength(String(vcard ?? '')) > limits.vcardBytes) return badRequest('vCard is too long');
  return { fields: { contact: { phone_number, first_name, last_name, vcard } } };
});

const chatActions = new Set([
  'typing',
  'upload_photo',
  'record_video',
  'upload_video',
  'record_voice',
  'upload_voice',
  'upload_document',
  'choose_sticker',
  'find_location',
]);

const sendChatAction: Method = (store, { values }) => {
  const chat = chatOf(store, values['chat_id']);
  if (isAnswer(chat)) return chat;
  if (!chatActions.has(values['action'] as string)) return badRequest('wrong parameter action in request');
  chat.actions.push(values['action'] as string);
  return ok(true);
};

/** The methods about an earlier message. `missing` is the platform's word for "no such message". */
const about =
  (act: string, change: (message: StoredMessage, chat: Chat, values: Json) => Answer): Method =>
  (store, { values }) => {
    const chat = chatOf(store, values['chat_id']);
    if (isAnswer(chat)) return chat;
    const message = findMessage(chat, values['message_id']);
    return message ? change(message, chat, values) : badRequest(`message to ${act} not found`);
  };

const editing = (field: 'text' | 'caption'): Method =>
  about('edit', (message, _chat, values) => {
    const refusal =
      field === 'text'
        ? textRefusal(values['text'], values['entities'])
        : captionRefusal(values['caption'], values['caption_entities']);
    if (refusal) return refusal;
    if (!message.from.is_bot) return badRequest("message can't be edited");
    const hasText = message['text'] !== undefined;
    if ((field === 'text') !== hasText) return badRequest(`there is no ${field} in the message to edit`);
    if (message[field] === values[field]) return badRequest('message is not modified');
    message[field] = values[field];
    message['edit_date'] = message.date + 1;
    return ok(message);
  });

const twoDaysSeconds = 48 * 3600;

const getFile: Method = (store, { values }) => {
  const id = String(values['file_id'] ?? '');
  const file = store.files.get(id);
  if (!file) return badRequest('invalid file_id');
  if (file.bytes.length > 20 * 1024 * 1024) return badRequest('file is too big');
  return ok({ file_id: id, file_unique_id: id, file_size: file.bytes.length, file_path: file.path });
};

const answerCallbackQuery: Method = (store, { values }) => {
  const id = String(values['callback_query_id'] ?? '');
  if (!store.spinning.delete(id))
    return badRequest('query is too old and response timeout expired or query ID is invalid');
  store.answered.push(id);
  return ok(true);
};

export const methods: Record<string, Method> = {
  getMe: (store) => ok(store.bot),
  getChat: (store, { values }) => {
    const chat = store.chats.get(Number(values['chat_id']));
    return chat?.started ? ok({ type: 'private', ...chat.person }) : badRequest('chat not found');
  },
  getFile,
  setWebhook,
  deleteWebhook,
  getWebhookInfo,
  getUpdates: (store, { values }) => store.poll(values),
  answerCallbackQuery,
  sendMessage: sending(
    ({ values: { text, entities } }) => textRefusal(text, entities) ?? { fields: { text, entities } },
  ),
  sendPhoto: sendingFile('photo'),
  sendAnimation: sendingFile('animation'),
  sendAudio: sendingFile('audio'),
  sendVoice: sendingFile('voice'),
  sendVideo: sendingFile('video'),
  sendDocument: sendingFile('document'),
  sendSticker: sendingFile('sticker', false),
  sendLocation: sending(({ values }) => {
    const at = missing(values, ['latitude', 'longitude']) ?? point(values);
    return isAnswer(at) ? at : { fields: at };
  }),
  sendVenue,
  sendContact,
  sendDice: sending(() => ({ fields: { dice: { emoji: '🎲', value: 4 } } })),
  sendChatAction,
  setMessageReaction: about('react', (message, chat, { reaction }) => {
    const refusal = reactionRefusal(reaction);
    if (!refusal)
      chat.reactions.set(
        message.message_id,
        ((reaction ?? []) as Json[]).map(({ emoji }) => emoji as string),
      );
    return refusal ?? ok(true);
  }),
  editMessageText: editing('text'),
  editMessageCaption: editing('caption'),
  deleteMessage: (store, parameters) =>
    about('delete', (message, chat) => {
      if (store.nowSeconds() - message.date > twoDaysSeconds) return badRequest("message can't be deleted");
      chat.messages.splice(chat.messages.indexOf(message), 1);
      return ok(true);
    })(store, parameters),
};

/** Names of methods are case-insensitive. */
export function methodNamed(name: string): Method {
  const known = Object.keys(methods).find((of) => of.toLowerCase() === name.toLowerCase());
  return known ? methods[known]! : () => refuse(404, 'Not Found: method not found');
}
