import type { ContentOf } from '../../protocol/content.ts';
import type { FailureCode } from '../../protocol/failures.ts';
import { standaloneText } from '../../protocol/standalone.ts';
import type { Part } from '../contract/index.ts';
import { pressableOptions } from '../kit/pressable.ts';
import { splitText } from '../kit/text.ts';
import { carousel } from './carousel.ts';
import { addressOf, fileName } from './files.ts';
import type { Body, Files } from './files.ts';
import { keyboard } from './keyboard.ts';
import { limits } from './manifest.ts';

/** The requests that a part becomes; or why it can't be sent. */
export type Rendered = { ok: true; bodies: Body[] } | { ok: false; code: FailureCode };

const ok = (...bodies: Body[]): Rendered => ({ ok: true, bodies });
const text = (said: string): Body => ({ type: 'text', text: said });
const texts = (said: string): Body[] => splitText(said, limits.text).map(text);

export function render({ content, payloads = [] }: Part, files: Files): Rendered {
  switch (content.kind) {
    case 'text':
      return ok(text(content.text));
    case 'media':
      return media(content, files);
    case 'location': {
      const { latitude: lat, longitude: lon, name, address } = content;
      // Viber's locations have no name
      return ok(
        { type: 'location', location: { lat, lon } },
        ...texts([name, address].filter(Boolean).join('\n')),
      );
    }
    case 'contact':
      return ok(...contact(content));
    case 'choice': {
      const options = pressableOptions(content.options, payloads);
      return ok({ ...text(content.text), keyboard: keyboard(options) });
    }
    case 'card':
      return ok(...carousel([content.card], payloads, files));
    case 'carousel':
      return ok(...texts(content.text ?? ''), ...carousel(content.cards, payloads, files));
    case 'native': {
      // who gets it, and who sends it, is decided by the gateway
      const { receiver: _1, broadcast_list: _2, auth_token: _3, sender: _4, ...rest } = content.payload;
      return ok(rest);
    }
    default:
      return { ok: false, code: 'content_unsupported' };
  }
}

function media({ media: item, caption }: ContentOf<'media'>, files: Files): Rendered {
  const url = addressOf(item, files);
  const file = item.id === undefined ? undefined : files.get(item.id);
  if (!url || url.length > limits.url) return { ok: false, code: 'media_unavailable' };
  if (item.type === 'image' || item.type === 'sticker')
    return ok({ type: 'picture', text: caption ?? '', media: url });
  // Viber wants to know the size, which only a file held by the gateway has
  const said = caption ? texts(caption) : [];
  if (!file) return ok(...texts(url), ...said);
  const { bytes: size } = file;
  if (item.type === 'video') return ok({ type: 'video', media: url, size }, ...said);
  return ok({ type: 'file', media: url, size, file_name: fileName(file) }, ...said);
}

/** One person with one number is a contact card; whatever such a card can't hold is written out. */
function contact(content: ContentOf<'contact'>): Body[] {
  const [only, ...others] = content.contacts;
  const { name, phones = [], emails = [], organization } = only!;
  const [phone, ...more] = phones;
  const holds =
    others.length + more.length + emails.length === 0 &&
    organization === undefined &&
    name.length <= limits.contactName &&
    phone !== undefined &&
    phone.length <= limits.contactPhone;
  return holds
    ? [{ type: 'contact', contact: { name, phone_number: phone } }]
    : texts(standaloneText({ ...content, text: undefined }));
}
