import type { Media } from '../../protocol/content.ts';
import type { HookRequest, InboundItem, InboundMessage, Parsed } from '../contract/index.ts';
import { readJsonAs } from '../kit/body.ts';
import { defined, lineOf, timeMs, wellFormed } from '../kit/fields.ts';
import { lineSignature, verifyBodySignature } from '../kit/signatures/index.ts';
import type { Verified } from '../kit/signatures/index.ts';
import { normalise } from './address.ts';
import type { LineAccount } from './manifest.ts';
import { readData } from './pressed.ts';
import { eventSchema, webhookSchema } from './wire.ts';
import type { WireEvent, WireMessage } from './wire.ts';

export const verify = (request: HookRequest, { credentials }: LineAccount): Verified =>
  verifyBodySignature(request, credentials.channel_secret, lineSignature);

const ignored = (reason: string): InboundItem => ({ type: 'ignored', reason });

/** One request may hold several events, and none when the console checks the address. */
export function parse(request: HookRequest): Parsed {
  const body = readJsonAs(request.body, webhookSchema);
  if (!body.ok) return body;
  const items = body.value.events.map(itemOf);
  return { ok: true, items: items.length ? items : [ignored('a check of the address')] };
}

type Said = Pick<InboundMessage, 'content'> & Partial<InboundMessage>;

function itemOf(wire: unknown): InboundItem {
  const parsed = eventSchema.safeParse(wire);
  if (!parsed.success) return ignored('unreadable event');
  const event = parsed.data;
  if (event.source?.type !== 'user') return ignored('not a one-on-one chat');
  if (event.mode === 'standby') return ignored('another module has the conversation');
  const address = normalise(`line:${event.source.userId ?? ''}`);
  if (!address) return ignored('no sender');
  const reader = Object.hasOwn(readers, event.type) ? readers[event.type] : undefined;
  if (!reader) return ignored('an unknown event');
  const said = reader(event);
  if (typeof said === 'string') return ignored(said);
  return {
    type: 'message',
    // the same in a redelivery
    providerId: event.webhookEventId,
    sender: { address },
    ...defined({ atMs: timeMs(event.timestamp, 1) }),
    ...said,
  };
}

/** What an event says, or why it says nothing to a merchant. */
const readers: Readonly<Record<string, (event: WireEvent) => Said | string>> = {
  message: ({ message }) => {
    const said = message && saidIn(message);
    if (!said) return 'a message of an unknown kind';
    // not the id of the event: quotes and unsend events name the message, which a redelivery brings with the same id
    return { providerId: message.id, ...said, ...defined({ replyTo: message.quotedMessageId }) };
  },
  unsend: ({ unsend }) =>
    unsend ? { content: { kind: 'removal', message_id: '' }, replyTo: unsend.messageId } : 'unreadable event',
  postback: ({ postback }) => {
    if (!postback) return 'unreadable event';
    const { payload, title } = readData(postback.data);
    const { datetime, date, time } = postback.params ?? {};
    const text = lineOf(title) ?? lineOf(datetime ?? date ?? time) ?? lineOf(payload, 4096) ?? '…';
    return { content: { kind: 'text', text }, ...defined({ payload: lineOf(payload, 4096) }) };
  },
  follow: ({ follow }) => {
    const unblocked = follow?.isUnblocked === true;
    const shown = unblocked ? 'Unblocked the account' : 'Added the account as a friend';
    return {
      ...native({ type: 'follow', is_unblocked: unblocked }, shown),
      automatic: true,
      consent: { state: 'opted_in', statement: 'follow' },
    };
  },
  unfollow: () => ({
    ...native({ type: 'unfollow' }, 'Blocked the account'),
    automatic: true,
    consent: { state: 'opted_out', statement: 'unfollow' },
  }),
};

const native = (payload: Record<string, unknown>, text: string): Said => ({
  content: { kind: 'native', connector: 'line', payload, text },
});

const mediaTypes: Readonly<Record<string, Media['type']>> = {
  image: 'image',
  video: 'video',
  audio: 'audio',
  file: 'file',
};

function saidIn(message: WireMessage): Said | undefined {
  const { type, text, latitude, longitude } = message;
  if (type === 'text') {
    const said = lineOf(text, 65_536);
    return said === undefined ? undefined : { content: { kind: 'text', text: said } };
  }
  if (type === 'location' && latitude !== undefined && longitude !== undefined)
    return {
      content: {
        kind: 'location',
        latitude,
        longitude,
        ...defined({ name: lineOf(message.title), address: lineOf(message.address) }),
      },
    };
  if (type === 'sticker') return sticker(message);
  const media = Object.hasOwn(mediaTypes, type) ? mediaTypes[type] : undefined;
  if (!media) return undefined;
  const named = defined({ name: lineOf(message.fileName, 240) });
  const elsewhere = lineOf(message.contentProvider?.originalContentUrl, 4096);
  return {
    content: { kind: 'media', media: { type: media, id: 'media', ...named } },
    media: { media: { reference: elsewhere ?? message.id, ...named } },
  };
}

/** LINE hands out no picture of a sticker, only its ids and what it is about. */
function sticker({ packageId, stickerId, text, keywords = [] }: WireMessage): Said {
  const about =
    lineOf(text) ??
    keywords
      .slice(0, 3)
      .map((word) => wellFormed(word, 64))
      .join(', ');
  return native(
    defined({ type: 'sticker', package_id: lineOf(packageId, 64), sticker_id: lineOf(stickerId, 64) }),
    about ? `Sticker: ${about}` : 'Sticker',
  );
}
