import { createHash } from 'node:crypto';
import type { Content } from '../../protocol/content.ts';
import type {
  HookRequest,
  HookResponse,
  InboundItem,
  InboundMedia,
  InboundMessage,
  Parsed,
} from '../contract/index.ts';
import { readJson, readJsonAs } from '../kit/body.ts';
import { defined, lineOf, wellFormed } from '../kit/fields.ts';
import { sameSecret } from '../kit/signature.ts';
import type { Verified } from '../kit/signatures/index.ts';
import { addressOf, providerIdOf } from './address.ts';
import type { VkAccount } from './manifest.ts';
import { permission } from './permission.ts';
import { attachmentSchema, eventSchema, messageSchema, newMessageSchema, typingSchema } from './wire.ts';
import type { Attachment, VkEvent, VkMessage } from './wire.ts';

/** The secret key stands in the body, and the community with it; nothing is signed. */
export function verify(request: HookRequest, { config, credentials }: VkAccount): Verified {
  const read = readJsonAs(request.body, eventSchema);
  if (!read.ok) return { ok: false, reason: 'no event of VK' };
  if (!sameSecret(read.value.secret, credentials.secret))
    return { ok: false, reason: 'the secret is missing, or another' };
  return read.value.group_id === config.group_id ? { ok: true } : { ok: false, reason: 'another community' };
}

const text = (body: string) => ({ status: 200, headers: { 'content-type': 'text/plain' }, body });

/** VK asks for a text of the community's before it sends events there. */
export function handshake(request: HookRequest, account: VkAccount): HookResponse | undefined {
  const read = readJsonAs(request.body, eventSchema);
  return read.ok && read.value.type === 'confirmation' && verify(request, account).ok
    ? text(account.credentials.confirmation)
    : undefined;
}

/** Anything but `ok` counts as failed, and comes again. */
export function parse(request: HookRequest): Parsed {
  const read = readJsonAs(request.body, eventSchema);
  if (!read.ok) return read;
  return { ok: true, items: itemsOf(read.value), response: text('ok') };
}

const ignored = (reason: string): InboundItem[] => [{ type: 'ignored', reason }];

function itemsOf({ type, object, event_id }: VkEvent): InboundItem[] {
  switch (type) {
    case 'message_new': {
      const read = newMessageSchema.safeParse(object).data?.message ?? messageSchema.safeParse(object).data;
      return read ? messageItems(read, said) : ignored('unknown shape of a message');
    }
    case 'message_edit': {
      const read = messageSchema.safeParse(object).data;
      return read ? messageItems(read, edited) : ignored('unknown shape of a message');
    }
    case 'message_typing_state': {
      const read = typingSchema.safeParse(object).data;
      const address = addressOf(read?.from_id ?? 0);
      return address && read?.state === 'typing'
        ? [{ type: 'signal', sender: { address }, signal: 'typing' }]
        : ignored('nobody types');
    }
    case 'message_reply':
      return ignored('own echo');
    case 'message_allow':
      return permission(type, object, event_id);
    case 'message_deny':
      return permission(type, object, event_id);
    default:
      return ignored('unknown event');
  }
}

type Said = Pick<InboundMessage, 'content' | 'media'> & {
  suffix: string;
  payload?: string;
  atMs?: number;
  replyTo?: string;
};

function messageItems(message: VkMessage, read: (message: VkMessage) => Said[]): InboundItem[] {
  const { peer_id: peer, from_id: from, conversation_message_id: cmid } = message;
  if (from < 0) return ignored('own echo');
  const address = addressOf(from);
  if (address === undefined || peer !== from) return ignored('a chat of several people');
  const found = read(message);
  if (found.length === 0) return ignored('nothing in it that can be carried');
  return found.map(({ suffix, ...rest }) => ({
    type: 'message',
    providerId: `${providerIdOf(peer, cmid)}${suffix}`,
    sender: { address },
    ...rest,
  }));
}

function edited(message: VkMessage): Said[] {
  if (!message.text) return [];
  const { peer_id: peer, conversation_message_id: cmid, update_time: at } = message;
  const mark = at ?? createHash('sha256').update(message.text).digest('hex').slice(0, 16);
  const content = { kind: 'edit' as const, message_id: '', text: wellFormed(message.text) };
  const atMs = at === undefined ? undefined : at * 1000;
  return [{ suffix: `:edited:${mark}`, content, replyTo: providerIdOf(peer, cmid), ...defined({ atMs }) }];
}

function said(message: VkMessage): Said[] {
  const shown = (message.attachments ?? []).flatMap((value) => {
    const attachment = attachmentSchema.safeParse(value).data;
    return (attachment && shownIn(attachment)) ?? [];
  });
  const place = placeOf(message);
  if (place) shown.push({ content: place });
  const [first] = shown;
  const words = wellFormed(message.text ?? '');
  if (words !== '' && first?.content.kind === 'media') first.content = { ...first.content, caption: words };
  else if (words !== '') shown.unshift({ content: { kind: 'text', text: words } });
  const reply = message.reply_message?.conversation_message_id;
  const more = defined({
    atMs: message.date === undefined ? undefined : message.date * 1000,
    replyTo: reply === undefined ? undefined : providerIdOf(message.peer_id, reply),
  });
  return shown.map((one, index) => ({
    ...one,
    ...more,
    suffix: index === 0 ? '' : `:${index}`,
    ...(index === 0 ? { ...pressed(message), ...referred(message) } : {}),
  }));
}

/** Payloads are JSON. Ours is `{"p": "…"}`; anything else, as VK's own `{"command": "start"}`, is a postback as a whole. */
function pressed({ payload }: VkMessage): { payload?: string } {
  const read = payload === undefined ? undefined : readJson(new TextEncoder().encode(payload));
  if (payload === undefined || !read?.ok) return {};
  const own =
    typeof read.value === 'object' && read.value !== null ? (read.value as { p?: unknown }).p : undefined;
  return defined({ payload: lineOf(typeof own === 'string' ? own : payload, 1024) });
}

/** `vk.me/community?ref=…&ref_source=…` */
function referred({ ref, ref_source: source }: VkMessage): Pick<InboundMessage, 'referral'> {
  const of = lineOf(ref, 256);
  return of === undefined ? {} : { referral: { source: lineOf(source, 64) ?? 'link', ref: of } };
}

function placeOf({ geo }: VkMessage): Content | undefined {
  const { latitude = Number.NaN, longitude = Number.NaN } = geo?.coordinates ?? {};
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180
    ? { kind: 'location', latitude, longitude, ...defined({ name: lineOf(geo?.place?.title) }) }
    : undefined;
}

type Shown = { content: Content; media?: Record<string, InboundMedia> };

function shownIn({
  type,
  photo,
  sticker,
  doc,
  audio_message: voice,
  link,
  video,
}: Attachment): Shown | undefined {
  switch (type) {
    case 'photo':
      return file('image', photo?.orig_photo?.url ?? largest(photo?.sizes));
    case 'sticker':
      return file('sticker', largest(sticker?.images));
    case 'audio_message':
      return file('audio', voice?.link_ogg ?? voice?.link_mp3, voice?.link_ogg ? 'audio/ogg' : 'audio/mpeg');
    case 'doc':
      return file('file', doc?.url, undefined, lineOf(doc?.title, 240));
    case 'link':
      return link?.url ? { content: { kind: 'text', text: wellFormed(link.url) } } : undefined;
    case 'video':
      // films are played on VK, and have no address of their own
      return (
        video && { content: { kind: 'text', text: `https://vk.com/video${video.owner_id}_${video.id}` } }
      );
    default:
      return undefined;
  }
}

const largest = (pictures: { url: string; width?: number | undefined }[] = []): string | undefined =>
  pictures.toSorted((a, b) => (b.width ?? 0) - (a.width ?? 0))[0]?.url;

function file(
  type: 'image' | 'audio' | 'file' | 'sticker',
  url: string | undefined,
  mediaType?: string,
  name?: string,
): Shown | undefined {
  if (url === undefined || !/^https?:\/\//i.test(url)) return undefined;
  return {
    content: { kind: 'media', media: { type, id: 'file' } },
    media: { file: { reference: wellFormed(url), ...defined({ mediaType, name }) } },
  };
}
