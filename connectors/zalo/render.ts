import type { Card, ContentOf, Media } from '../../protocol/content.ts';
import type { FailureCode } from '../../protocol/failures.ts';
import type { SendRequest } from '../contract/index.ts';
import { pressableCard, pressableOptions } from '../kit/pressable.ts';
import type { Pressable, PressableAction } from '../kit/pressable.ts';
import { shorten } from '../kit/text.ts';
import { limits } from './manifest.ts';
import { queryOf } from './pressed.ts';
import { iconOf } from './reactions.ts';

type Body = Record<string, unknown>;
export interface UploadedFile {
  id: string;
  gif: boolean;
}
/** One call: what is to be uploaded for it, and its body, without the recipient. */
export interface Step {
  path: string;
  file?: Media;
  body(file: UploadedFile | undefined): Body;
}
export type Rendered = { ok: true; steps: Step[] } | { ok: false; code: FailureCode };

const consultation = '/v3.0/oa/message/cs';
const ok = (...steps: Step[]): Rendered => ({ ok: true, steps });
const message = (said: Body): Step => ({ path: consultation, body: () => ({ message: said }) });

export function render({ part, replyTo }: Pick<SendRequest, 'part' | 'replyTo'>): Rendered {
  const { content, payloads = [] } = part;
  switch (content.kind) {
    case 'text':
      return ok(message({ text: content.text }));
    case 'media':
      return ok(media(content));
    case 'choice': {
      const buttons = pressableOptions(content.options, payloads).map(reply);
      return ok(withButtons(content.text, buttons));
    }
    case 'card':
      return ok(...card(content.card, payloads));
    case 'reaction': {
      const react_icon = iconOf(content.emoji);
      if (react_icon === undefined || replyTo === undefined)
        return { ok: false, code: 'content_unsupported' };
      // reactions are still of version 2
      const body = { sender_action: { react_message_id: replyTo, react_icon } };
      return ok({ path: '/v2.0/oa/message', body: () => body });
    }
    case 'native':
      return ok(message(content.payload));
    default:
      return { ok: false, code: 'content_unsupported' };
  }
}

const picture = (file: UploadedFile, text: string | undefined): Body => ({
  message: {
    ...(text ? { text } : {}),
    attachment: {
      type: 'template',
      payload: {
        template_type: 'media',
        elements: [{ media_type: file.gif ? 'gif' : 'image', attachment_id: file.id }],
      },
    },
  },
});

const media = ({ media: file, caption }: ContentOf<'media'>): Step => ({
  path: consultation,
  file,
  body: (uploaded) =>
    file.type === 'image'
      ? picture(uploaded!, caption)
      : { message: { attachment: { type: 'file', payload: { token: uploaded!.id } } } },
});

const withButtons = (text: string, buttons: Body[]): Step =>
  message({ text, attachment: { type: 'template', payload: { buttons } } });

/** A press is said to the account without showing in the chat. */
function reply({ title: full, payload }: Pressable): Body {
  const title = shorten(full, limits.label);
  return { title, type: 'oa.query.hide', payload: queryOf(payload, title) };
}

function button(action: PressableAction): Body {
  if (action.type === 'reply') return reply(action);
  const title = shorten(action.title, limits.label);
  if (action.type === 'url') return { title, type: 'oa.open.url', payload: { url: action.url } };
  return { title, type: 'oa.open.phone', payload: { phone_code: action.phone } };
}

/** The picture with the words, or, where there is something to press, before them. */
function card(of: Card, payloads: string[]): Step[] {
  const { title, subtitle, image, actions } = pressableCard(of, payloads);
  const words = shorten([title, subtitle].filter(Boolean).join('\n'), limits.text);
  const buttons = actions.map(button);
  const shown: Step[] = image
    ? [
        {
          path: consultation,
          file: image,
          body: (file) => picture(file!, buttons.length ? undefined : words),
        },
      ]
    : [];
  if (buttons.length) return [...shown, withButtons(words, buttons)];
  return image ? shown : [message({ text: words })];
}
