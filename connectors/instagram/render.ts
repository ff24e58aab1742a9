import type { Card, ContentOf, Media } from '../../protocol/content.ts';
import type { FailureCode } from '../../protocol/failures.ts';
import type { SendRequest } from '../contract/index.ts';
import { defined } from '../kit/fields.ts';
import { pressableCards, pressableOptions } from '../kit/pressable.ts';
import type { PressableAction } from '../kit/pressable.ts';
import { fits, shorten, splitText } from '../kit/text.ts';
import { limits } from './manifest.ts';

/** The request bodies that a part becomes, without receiver; or why it can't be sent. */
export type Rendered = { ok: true; bodies: Record<string, unknown>[] } | { ok: false; code: FailureCode };

const ok = (...bodies: Record<string, unknown>[]): Rendered => ({ ok: true, bodies });
const textMessage = (text: string) => ({ message: { text } });
const texts = (text = '') => splitText(text, limits.text).map(textMessage);
const template = (payload: object) => ({ message: { attachment: { type: 'template', payload } } });

/** A file as the platform knows it: uploaded, or to be fetched. */
export type Handle = { attachment_id: string } | { url: string };

/** What a sticker goes as: a picture. */
export const attachmentType = ({ type }: Media): string => (type === 'sticker' ? 'image' : type);

export interface Rendering extends Pick<SendRequest, 'part' | 'replyTo'> {
  /** The file of a part that is media. */
  handle: Handle | undefined;
  /** The address from which Meta can fetch a picture of a card. */
  addressOf: (media: Media) => string | undefined;
}

export function render({ part, replyTo, handle, addressOf }: Rendering): Rendered {
  const { content, payloads = [] } = part;
  switch (content.kind) {
    case 'text':
      return ok(textMessage(content.text));
    case 'media':
      return media(content, handle);
    case 'choice':
      return ok(choice(content, payloads));
    case 'card':
      return ok(generic([content.card], payloads, addressOf));
    case 'carousel':
      return ok(...texts(content.text), generic(content.cards, payloads, addressOf));
    case 'reaction': {
      if (!replyTo) return { ok: false, code: 'content_refused' };
      const [sender_action, reaction] =
        content.emoji === '' ? ['unreact', {}] : ['react', { reaction: content.emoji }];
      return ok({ sender_action, payload: { message_id: replyTo, ...reaction } });
    }
    case 'typing':
      return ok({ sender_action: content.on === false ? 'typing_off' : 'typing_on' });
    case 'read':
      return ok({ sender_action: 'mark_seen' });
    case 'native': {
      // who gets it is decided, and checked, by the gateway
      const { recipient: _recipient, ...rest } = content.payload;
      return ok(rest);
    }
    default:
      return { ok: false, code: 'content_unsupported' };
  }
}

/** Pictures go in a list, everything else alone. Attachments have no caption: it follows as a text. */
function media({ media: item, caption }: ContentOf<'media'>, payload: Handle | undefined): Rendered {
  if (!payload) return { ok: false, code: 'media_unavailable' };
  const attachment = { type: attachmentType(item), payload };
  const message = attachment.type === 'image' ? { attachments: [attachment] } : { attachment };
  return ok({ message }, ...texts(caption));
}

/** Quick replies go when one is pressed; the few options that buttons hold stay. */
function choice({ text, options }: ContentOf<'choice'>, payloads: string[]) {
  const pressable = pressableOptions(options, payloads).map(({ title, payload }) => ({
    title: shorten(title, limits.label),
    payload,
  }));
  if (fits(text, limits.templateText) && options.length <= limits.templateButtons)
    return template({
      template_type: 'button',
      text,
      buttons: pressable.map((each) => ({ type: 'postback', ...each })),
    });
  return { message: { text, quick_replies: pressable.map((each) => ({ content_type: 'text', ...each })) } };
}

function generic(cards: Card[], payloads: string[], addressOf: Rendering['addressOf']) {
  const elements = pressableCards(cards, payloads).map(({ title, subtitle, image, actions }) =>
    defined({
      title: shorten(title, limits.element),
      subtitle: subtitle ? shorten(subtitle, limits.element) : undefined,
      image_url: image && addressOf(image),
      buttons: actions.length ? actions.flatMap(button) : undefined,
    }),
  );
  // an element needs more than its title; without more it is a text
  const [only] = elements;
  if (elements.length === 1 && only && Object.keys(only).length === 1) return textMessage(only.title);
  return template({ template_type: 'generic', elements });
}

/** Instagram has no button that calls; the capabilities keep such an action out. */
function button(action: PressableAction): object[] {
  const title = shorten(action.title, limits.label);
  if (action.type === 'reply') return [{ type: 'postback', title, payload: action.payload }];
  return action.type === 'url' ? [{ type: 'web_url', title, url: action.url }] : [];
}
