import type { Card, Content, ContentOf, Media } from '../../protocol/content.ts';
import type { FailureCode } from '../../protocol/failures.ts';
import type { SendRequest } from '../contract/index.ts';
import { cut, defined } from '../kit/fields.ts';
import { pressableCards, pressableOptions } from '../kit/pressable.ts';
import type { PressableAction } from '../kit/pressable.ts';
import { limits } from './manifest.ts';

/** A file as the platform knows it: uploaded, or to be fetched. */
export type Handle = { attachment_id: string } | { url: string };

/** The request bodies that a part becomes, without receiver; or why it can't be sent. */
export type Rendered = { ok: true; bodies: Record<string, unknown>[] } | { ok: false; code: FailureCode };

const ok = (...bodies: Record<string, unknown>[]): Rendered => ({ ok: true, bodies });
const textMessage = (text: string) => ({ message: { text } });
const template = (payload: object) => ({ message: { attachment: { type: 'template', payload } } });

/** Files that are sent as such. Pictures of cards go by address, for a generic template takes nothing else. */
export const mediaOf = (content: Content): Media | undefined =>
  content.kind === 'media' ? content.media : undefined;

export interface Rendering extends Pick<SendRequest, 'part' | 'replyTo'> {
  handle: Handle | undefined;
  /** The address from which the platform can fetch a picture. */
  addressOf: (media: Media) => string | undefined;
}

export function render({ part, replyTo, handle, addressOf }: Rendering): Rendered {
  const { content, payloads = [] } = part;
  switch (content.kind) {
    case 'text':
      return ok(textMessage(content.text));
    case 'media':
      return handle ? media(content, handle) : { ok: false, code: 'media_unavailable' };
    case 'choice':
      return choice(content, payloads);
    case 'card':
      return ok(generic([content.card], payloads, addressOf));
    case 'carousel':
      return ok(
        ...(content.text ? [textMessage(content.text)] : []),
        generic(content.cards, payloads, addressOf),
      );
    case 'reaction':
      if (!replyTo) return { ok: false, code: 'content_refused' };
      return ok(
        content.emoji === ''
          ? { sender_action: 'unreact', payload: { message_id: replyTo } }
          : { sender_action: 'react', payload: { message_id: replyTo, reaction: content.emoji } },
      );
    case 'typing':
      return ok({ sender_action: content.on === false ? 'typing_off' : 'typing_on' });
    case 'read':
      return ok({ sender_action: 'mark_seen' });
    case 'native':
      return ok(guarded(content.payload));
    default:
      return { ok: false, code: 'content_unsupported' };
  }
}

/** Attachments have no caption: it follows as a text. */
function media({ media: item, caption }: ContentOf<'media'>, handle: Handle): Rendered {
  const type = item.type === 'sticker' ? 'image' : item.type;
  const payload = 'url' in handle ? { ...handle, is_reusable: false } : handle;
  return ok({ message: { attachment: { type, payload } } }, ...(caption ? [textMessage(caption)] : []));
}

/** Quick replies go when one is pressed, which suits a question; a merchant who asks for buttons gets those that stay. */
function choice({ header, text, footer, options, style }: ContentOf<'choice'>, payloads: string[]): Rendered {
  const framed = [header, text, footer].filter(Boolean).join('\n\n');
  const shown = framed.length <= limits.text ? framed : text;
  const pressable = pressableOptions(options, payloads).map(({ title, payload }) => ({
    title: cut(title, limits.label),
    payload,
  }));
  if (style === 'buttons' && shown.length <= limits.templateText && options.length <= limits.templateButtons)
    return ok(
      template({
        template_type: 'button',
        text: shown,
        buttons: pressable.map((each) => ({ type: 'postback', ...each })),
      }),
    );
  return ok({
    message: { text: shown, quick_replies: pressable.map((each) => ({ content_type: 'text', ...each })) },
  });
}

function generic(cards: Card[], payloads: string[], addressOf: Rendering['addressOf']) {
  const elements = pressableCards(cards, payloads).map(({ title, subtitle, image, actions }) =>
    defined({
      title: cut(title, limits.element),
      subtitle: subtitle === undefined ? undefined : cut(subtitle, limits.element),
      image_url: image && addressOf(image),
      buttons: actions.length ? actions.map(button) : undefined,
    }),
  );
  // an element needs more than its title; without more it is a text
  const [only] = elements;
  if (elements.length === 1 && only && Object.keys(only).length === 1) return textMessage(only.title);
  return template({ template_type: 'generic', elements });
}

function button(action: PressableAction) {
  const title = cut(action.title, limits.label);
  switch (action.type) {
    case 'reply':
      return { type: 'postback', title, payload: action.payload };
    case 'url':
      return { type: 'web_url', title, url: action.url };
    case 'call':
      return { type: 'phone_number', title, payload: action.phone };
  }
}

/** A native payload says everything but who gets it: that is decided, and checked, by the gateway. */
function guarded(payload: Record<string, unknown>): Record<string, unknown> {
  const { recipient: _recipient, ...rest } = payload;
  return rest;
}
