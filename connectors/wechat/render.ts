import { createHash } from 'node:crypto';
import type { Content, ContentOf } from '../../protocol/content.ts';
import type { FailureCode } from '../../protocol/failures.ts';
import type { SendRequest } from '../contract/index.ts';
import { mediaUrl } from '../kit/media-url.ts';
import { pressableOptions } from '../kit/pressable.ts';
import { shorten } from '../kit/text.ts';
import { limits } from './manifest.ts';
import type { WechatAccount } from './manifest.ts';
import type { MediaKind } from './media.ts';

type Body = Record<string, unknown>;
/** The one call that a part becomes, below `/cgi-bin/message/`; or why it can't be sent. */
export type Rendered = { ok: true; path: string; json: Body } | { ok: false; code: FailureCode };

const kindOfMedia: Readonly<Record<string, MediaKind>> = { image: 'image', audio: 'voice', video: 'video' };

/** As what the media of a part is uploaded, if it has some. */
export const uploadOf = (content: Content): { id: string | undefined; kind: MediaKind } | undefined => {
  if (content.kind !== 'media') return undefined;
  const kind = kindOfMedia[content.media.type];
  return kind && { id: content.media.id, kind };
};

export function render(request: SendRequest, account: WechatAccount, mediaId?: string): Rendered {
  const { content, payloads = [] } = request.part;
  const { kf_account } = account.config;
  const custom = (msgtype: string, json: unknown): Rendered => ({
    ok: true,
    path: 'custom/send',
    json: { msgtype, [msgtype]: json, ...(kf_account ? { customservice: { kf_account } } : {}) },
  });
  switch (content.kind) {
    case 'text':
      return custom('text', { content: content.text });
    case 'media': {
      const kind = kindOfMedia[content.media.type];
      return kind && mediaId
        ? custom(kind, { media_id: mediaId })
        : { ok: false, code: 'content_unsupported' };
    }
    case 'choice': {
      const list = pressableOptions(content.options, payloads).map(({ title, payload }) => ({
        id: payload,
        content: shorten(title, limits.menuItem),
      }));
      return custom('msgmenu', { head_content: content.text, list, tail_content: '' });
    }
    case 'card': {
      const article = articleOf(content, request);
      return article
        ? custom('news', { articles: [article] })
        : custom('text', { content: wordsOf(content) });
    }
    case 'template':
      return template(content, request, account);
    case 'typing':
      return {
        ok: true,
        path: 'custom/typing',
        json: { command: content.on === false ? 'CancelTyping' : 'Typing' },
      };
    case 'native':
      return { ok: true, path: 'custom/send', json: content.payload };
    default:
      return { ok: false, code: 'content_unsupported' };
  }
}

const wordsOf = ({ card }: ContentOf<'card'>): string =>
  shorten([card.title, card.subtitle].filter(Boolean).join('\n'), limits.text);

/** An article leads somewhere: to the card's address, or else to its picture; a card with neither is words. */
function articleOf({ card }: ContentOf<'card'>, { media }: SendRequest): Body | undefined {
  const { title, subtitle, image, actions = [] } = card;
  const picurl = mediaUrl(image, media);
  const url = actions.flatMap((action) => (action.type === 'url' ? action.url : []))[0] ?? picurl;
  return url === undefined
    ? undefined
    : { title, description: subtitle ?? '', url, ...(picurl ? { picurl } : {}) };
}

/** "Send template messages" and "Send subscription notices" differ in the address and in how a link is called. */
function template(
  { name, parameters = [], buttons = [] }: ContentOf<'template'>,
  { idempotencyKey }: SendRequest,
  { config }: WechatAccount,
): Rendered {
  const known = config.templates.find(({ id }) => id === name);
  if (!known || known.keys.length !== parameters.length) return { ok: false, code: 'template_refused' };
  const data = Object.fromEntries(known.keys.map((key, index) => [key, { value: parameters[index] }]));
  const url = buttons.find(({ type }) => type === 'url')?.value;
  if (known.subscription)
    return {
      ok: true,
      path: 'subscribe/bizsend',
      json: { template_id: name, ...(url ? { page: url } : {}), data },
    };
  // the same id within ten minutes is sent once
  const client_msg_id = createHash('sha256').update(idempotencyKey).digest('hex').slice(0, 32);
  return {
    ok: true,
    path: 'template/send',
    json: { template_id: name, ...(url ? { url } : {}), data, client_msg_id },
  };
}
