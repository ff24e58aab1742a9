import type { Card, ContentOf } from '../../../protocol/content.ts';
import type { SendRequest } from '../../contract/index.ts';
import { cut, defined } from '../fields.ts';
import { limits } from './capabilities.ts';
import { carousel } from './carousel.ts';
import { products } from './catalogue.ts';
import type { MadeAtMeta } from './config.ts';
import type { FileOf, Handle } from './file.ts';
import { flowMessage } from './flow.ts';
import { card, choice, payloadsOf } from './interactive.ts';
import type { Rendered } from './rendered.ts';

const one = (body: Record<string, unknown>): Rendered => ({ ok: true, bodies: [body] });
const textBody = (text: string) => ({
  type: 'text',
  text: { preview_url: /https?:\/\//.test(text), body: text },
});

export interface Rendering {
  fileOf: FileOf;
  /** What the account has at Meta. */
  made?: MadeAtMeta | undefined;
}

export function render(
  { part, replyTo, messageId }: Pick<SendRequest, 'part' | 'replyTo' | 'messageId'>,
  { fileOf, made = {} }: Rendering,
): Rendered {
  const { content } = part;
  switch (content.kind) {
    case 'text':
      return one(textBody(content.text));
    case 'media': {
      const handle = fileOf(content.media);
      return handle ? media(content, handle) : { ok: false, code: 'media_unavailable' };
    }
    case 'location': {
      const { latitude, longitude, name, address } = content;
      const place = { name: name && cut(name, limits.place), address: address && cut(address, limits.place) };
      return one({ type: 'location', location: { latitude, longitude, ...defined(place) } });
    }
    case 'contact':
      return one({ type: 'contacts', contacts: content.contacts.map(contact) });
    case 'choice':
      return choice(
        content,
        payloadsOf(
          part,
          content.options.map(({ id }) => id),
        ),
      );
    case 'card': {
      const { image } = content.card;
      return card(content.card, payloadsOf(part, replyIds(content.card)), image && fileOf(image));
    }
    case 'carousel':
      return carousel(content, payloadsOf(part, content.cards.flatMap(replyIds)), fileOf);
    case 'product':
      return products(content, made);
    case 'form':
      return flowMessage(content, messageId, made);
    case 'template':
      return one({ type: 'template', template: template(content, fileOf) });
    case 'reaction':
      if (!replyTo) return { ok: false, code: 'content_refused' };
      return one({ type: 'reaction', reaction: { message_id: replyTo, emoji: content.emoji } });
    case 'typing':
    case 'read':
      return signal(content, replyTo);
    case 'native':
      return one(guarded(content.payload));
    default:
      return { ok: false, code: 'content_unsupported' };
  }
}

const replyIds = ({ actions = [] }: Card): string[] =>
  actions.flatMap((action) => (action.type === 'reply' ? [action.id] : []));

const wireType = {
  image: 'image',
  audio: 'audio',
  video: 'video',
  file: 'document',
  sticker: 'sticker',
} as const;

/** Sounds and stickers have no caption: it follows as a text. */
function media({ media: item, caption }: ContentOf<'media'>, handle: Handle): Rendered {
  const type = wireType[item.type];
  const captioned = type === 'image' || type === 'video' || type === 'document';
  const filename = type === 'document' ? item.name : undefined;
  const body = {
    type,
    [type]: { ...handle, ...defined({ caption: captioned ? caption : undefined, filename }) },
  };
  return { ok: true, bodies: captioned || !caption ? [body] : [body, textBody(caption)] };
}

const contact = ({ name, phones, emails, organization }: ContentOf<'contact'>['contacts'][number]) =>
  defined({
    // the platform wants one part of the name beside the whole
    name: { formatted_name: name, first_name: name },
    phones: phones?.map((phone) => ({ phone, type: 'CELL' })),
    emails: emails?.map((email) => ({ email, type: 'WORK' })),
    org: organization === undefined ? undefined : { company: organization },
  });

const buttonParameter = {
  quick_reply: (value: string) => ({ type: 'payload', payload: cut(value, limits.templatePayload) }),
  url: (value: string) => ({ type: 'text', text: value }),
  copy_code: (value: string) => ({ type: 'coupon_code', coupon_code: value }),
};

function template({ name, language, header, parameters, buttons }: ContentOf<'template'>, fileOf: FileOf) {
  const [top] = header ?? [];
  const topParameter =
    typeof top === 'object'
      ? { type: wireType[top.type], [wireType[top.type]]: fileOf(top) }
      : { type: 'text', text: top };
  const components = [
    ...(top === undefined ? [] : [{ type: 'header', parameters: [topParameter] }]),
    ...(parameters?.length
      ? [{ type: 'body', parameters: parameters.map((text) => ({ type: 'text', text })) }]
      : []),
    ...(buttons ?? []).map(({ index, type, value }) => ({
      type: 'button',
      sub_type: type,
      index: String(index),
      parameters: [buttonParameter[type](value)],
    })),
  ];
  // templates are named by locales with an underscore: en_US
  return {
    name,
    language: { code: language.replaceAll('-', '_') },
    ...(components.length ? { components } : {}),
  };
}

/** Both are about a message of the consumer's; typing marks it as read, which the platform does not do apart. */
function signal(content: ContentOf<'typing'> | ContentOf<'read'>, messageId: string | undefined): Rendered {
  // nothing ends it, and without a message there is nothing to show it on: a missing signal is no failure
  if (content.kind === 'typing' && (content.on === false || !messageId)) return { ok: true, bodies: [] };
  if (!messageId) return { ok: false, code: 'content_unsupported' };
  const typing = content.kind === 'typing' ? { typing_indicator: { type: 'text' } } : {};
  return one({ status: 'read', message_id: messageId, ...typing });
}

/** A native payload says everything but who gets it: that is decided, and checked, by the gateway. */
function guarded(payload: Record<string, unknown>): Record<string, unknown> {
  const {
    to: _to,
    recipient: _recipient,
    recipient_type: _type,
    messaging_product: _product,
    ...rest
  } = payload;
  return rest;
}
