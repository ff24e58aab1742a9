import type { SendRequest } from '../contract/index.ts';
import type { Content, ContentOf, Media } from '../../protocol/content.ts';
import type { FailureCode } from '../../protocol/failures.ts';
import { standaloneText } from '../../protocol/standalone.ts';
import { addressRest } from '../../protocol/address.ts';
import { pressableCard, pressableOptions } from '../kit/pressable.ts';
import { messageIdOf } from './identity.ts';
import { cardButtons, keyboard, replyButton } from './keyboard.ts';
import { captionLimit } from './manifest.ts';
import type { TelegramConfig } from './manifest.ts';
import { formatted } from './markdown.ts';
import type { Entity, Formatted } from './markdown.ts';
import { fileName, mayGoByUrl, mediaMethod } from './media.ts';
import { vcard } from './vcard.ts';

/** One call of the Bot API. With a file it goes as multipart, else as JSON. */
export interface BotCall {
  method: string;
  params: Record<string, unknown>;
  file?: { field: string; name: string; mediaType: string; read(): Promise<Uint8Array> };
}

/** The call to make; nothing to do (a signal that Telegram has no word for); or why it cannot be made. */
export type Rendered =
  | { type: 'call'; call: BotCall }
  | { type: 'nothing' }
  | { type: 'refused'; code: FailureCode };

const call = (method: string, params: Record<string, unknown>, file?: BotCall['file']): Rendered => ({
  type: 'call',
  call: { method, params, ...(file ? { file } : {}) },
});
const refused = (code: FailureCode): Rendered => ({ type: 'refused', code });

export function render(request: SendRequest, config: TelegramConfig): Rendered {
  const { content } = request.part;
  const chat = { chat_id: Number(addressRest(request.address)) };
  switch (content.kind) {
    case 'typing':
      return content.on === false
        ? { type: 'nothing' }
        : call('sendChatAction', { ...chat, action: 'typing' });
    case 'reaction':
    case 'edit':
    case 'removal':
      return aboutEarlier(content, request, chat);
    default:
      return message(content, request, { ...chat, ...replyParameters(request, chat.chat_id) }, config);
  }
}

function replyParameters({ replyTo }: SendRequest, chatId: number): Record<string, unknown> {
  const message_id = messageIdOf(chatId, replyTo);
  return message_id === undefined
    ? {}
    : { reply_parameters: { message_id, allow_sending_without_reply: true } };
}

function aboutEarlier(
  content: ContentOf<'reaction'> | ContentOf<'edit'> | ContentOf<'removal'>,
  { replyTo }: SendRequest,
  chat: { chat_id: number },
): Rendered {
  const message_id = messageIdOf(chat.chat_id, replyTo);
  if (message_id === undefined) return refused('content_refused');
  const target = { ...chat, message_id };
  if (content.kind === 'removal') return call('deleteMessage', target);
  if (content.kind === 'edit') return call('editMessageText', { ...target, text: content.text });
  // Telegram writes its reactions without variation selectors (https://core.telegram.org/bots/api#reactiontypeemoji).
  const emoji = content.emoji.replaceAll('\ufe0f', '');
  return call('setMessageReaction', { ...target, reaction: emoji ? [{ type: 'emoji', emoji }] : [] });
}

function message(
  content: Content,
  request: SendRequest,
  to: Record<string, unknown>,
  config: TelegramConfig,
): Rendered {
  switch (content.kind) {
    case 'text':
      return call('sendMessage', {
        ...to,
        ...textParams(
          content.format === 'markdown' ? formatted(content.text) : plain(content.text),
          content.text,
        ),
      });
    case 'media':
      return media(content.media, request, config, {
        ...to,
        ...(content.caption ? { caption: content.caption } : {}),
      });
    case 'location':
      return location(content, to);
    case 'contact':
      return contact(content, to);
    case 'choice':
      return choice(content, request, to);
    case 'card':
      return card(content, request, to, config);
    case 'native':
      return native(content, to);
    default:
      // The capabilities declare no other kind native.
      return refused('content_unsupported');
  }
}

const plain = (text: string): Formatted => ({ text, entities: [] });

/** A text that is nothing but marks goes as it was written. */
const textParams = ({ text, entities }: Formatted, source: string): Record<string, unknown> =>
  text.trim() ? { text, ...(entities.length ? { entities } : {}) } : { text: source };

function media(
  of: Media,
  request: SendRequest,
  config: TelegramConfig,
  params: Record<string, unknown>,
): Rendered {
  const held = of.id === undefined ? undefined : request.media.get(of.id);
  if (!held) return refused('media_unavailable');
  const { method, field } = mediaMethod(of.type, held.mediaType);
  if (config.media_by_url && mayGoByUrl(field, held)) return call(method, { ...params, [field]: held.url });
  return call(method, params, {
    field,
    name: fileName(held, field),
    mediaType: held.mediaType,
    read: () => held.read(),
  });
}

function location(
  { latitude, longitude, name, address }: ContentOf<'location'>,
  to: Record<string, unknown>,
): Rendered {
  const title = name ?? address;
  if (!title) return call('sendLocation', { ...to, latitude, longitude });
  return call('sendVenue', {
    ...to,
    latitude,
    longitude,
    title,
    address: (name && address) || `${latitude}, ${longitude}`,
  });
}

const maxVcardBytes = 2048;

/** One person with a number is a contact of Telegram's; several, or one without a number, go as one vCard file. */
function contact(content: ContentOf<'contact'>, to: Record<string, unknown>): Rendered {
  const cards = content.contacts.map(vcard);
  const [first] = content.contacts;
  const phone = first?.phones?.[0];
  if (content.contacts.length === 1 && first && phone && Buffer.byteLength(cards[0]!) <= maxVcardBytes) {
    return call('sendContact', { ...to, phone_number: phone, first_name: first.name, vcard: cards[0] });
  }
  const caption = standaloneText(content);
  return call(
    'sendDocument',
    { ...to, ...(caption.length <= captionLimit.max ? { caption } : {}) },
    {
      field: 'document',
      name: 'contacts.vcf',
      mediaType: 'text/vcard',
      read: async () => new TextEncoder().encode(cards.join('')),
    },
  );
}

/** Buttons under the question, one for each option. */
function choice(
  { text, options, header }: ContentOf<'choice'>,
  { part }: SendRequest,
  to: Record<string, unknown>,
): Rendered {
  return call('sendMessage', {
    ...to,
    text: header ? `${header}\n\n${text}` : text,
    ...(header ? { entities: [bold(header)] } : {}),
    reply_markup: keyboard(pressableOptions(options, part.payloads ?? []).map(replyButton)),
  });
}

const bold = (text: string): Entity => ({ type: 'bold', offset: 0, length: text.length });

function card(
  { card: of }: ContentOf<'card'>,
  request: SendRequest,
  to: Record<string, unknown>,
  config: TelegramConfig,
): Rendered {
  const buttons = cardButtons(pressableCard(of, request.part.payloads ?? []).actions);
  const markup = buttons.length ? { reply_markup: keyboard(buttons) } : {};
  const text = [of.title, of.subtitle].filter(Boolean).join('\n');
  if (!of.image) return call('sendMessage', { ...to, text, entities: [bold(of.title)], ...markup });
  return media(of.image, request, config, {
    ...to,
    caption: text,
    caption_entities: [bold(of.title)],
    ...markup,
  });
}

/** A send method of the Bot API with the merchant's own parameters (a poll, an invoice); where it goes is never theirs to say. */
function native({ connector, payload }: ContentOf<'native'>, to: Record<string, unknown>): Rendered {
  const { method, ...params } = payload;
  if (connector !== 'telegram' || typeof method !== 'string' || !/^send[A-Z][A-Za-z]{1,40}$/.test(method))
    return refused('content_refused');
  return call(method, { ...to, ...params, chat_id: to['chat_id'] });
}
