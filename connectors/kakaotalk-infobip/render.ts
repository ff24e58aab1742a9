import type { Card, ContentOf } from '../../protocol/content.ts';
import type { FailureCode } from '../../protocol/failures.ts';
import type { SendRequest } from '../contract/index.ts';
import { pressableCard, pressableOptions } from '../kit/pressable.ts';
import type { Pressable } from '../kit/pressable.ts';
import { shorten } from '../kit/text.ts';
import { limits } from './manifest.ts';

type Body = Record<string, unknown>;
export type Rendered = { ok: true; contents: Body[] } | { ok: false; code: FailureCode };

const ok = (...contents: Body[]): Rendered => ({ ok: true, contents });
const no = (code: FailureCode): Rendered => ({ ok: false, code });

/** What goes out as `content`, one after the other. */
export function render({ part, media }: Pick<SendRequest, 'part' | 'media'>): Rendered {
  const { content, payloads = [] } = part;
  const urlOf = (id: string | undefined) => (id === undefined ? undefined : media.get(id)?.url);
  switch (content.kind) {
    case 'text':
      return ok({ type: 'TEXT', text: content.text });
    case 'media': {
      const url = urlOf(content.media.id);
      return url === undefined ? no('media_unavailable') : ok({ type: 'IMAGE', url });
    }
    case 'choice':
      return ok(buttons(content.text, pressableOptions(content.options, payloads).map(reply)));
    case 'card': {
      const url = urlOf(content.card.image?.id);
      if (content.card.image && url === undefined) return no('media_unavailable');
      return ok(...(url === undefined ? [] : [{ type: 'IMAGE', url }]), card(content.card, payloads));
    }
    case 'template':
      return template(content);
    case 'native':
      return ok(content.payload);
    default:
      return no('content_unsupported');
  }
}

const reply = ({ title, payload }: Pressable): Body => ({
  type: 'REPLY',
  name: shorten(title, limits.label),
  extra: payload,
});
const buttons = (text: string, list: Body[]): Body => ({ type: 'BUTTON_LIST', text, buttons: list });

function card(of: Card, payloads: string[]): Body {
  const { title, subtitle, actions } = pressableCard(of, payloads);
  const text = shorten([title, subtitle].filter(Boolean).join('\n'), limits.text);
  const list = actions.flatMap((action): Body[] => {
    if (action.type === 'reply') return [reply(action)];
    if (action.type !== 'url') return [];
    const name = shorten(action.title, limits.label);
    return [{ type: 'OPEN_URL', name, urlMobile: action.url, urlPc: action.url }];
  });
  return list.length ? buttons(text, list) : { type: 'TEXT', text };
}

/** Kakao compares the filled text with the approved one. Buttons of a template want their names, which a template content does not have. */
function template({ name, text, header = [], buttons: given = [] }: ContentOf<'template'>): Rendered {
  const [title] = header;
  if (given.length || typeof title === 'object') return no('content_unsupported');
  if (name.length > 30 || text.length > limits.text.max || (title ?? '').length > limits.title.max)
    return no('template_refused');
  return ok({ type: 'TEMPLATE', templateCode: name, text, ...(title === undefined ? {} : { title }) });
}
