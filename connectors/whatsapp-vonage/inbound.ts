import type { HookRequest, InboundItem, InboundMessage, Parsed } from '../contract/index.ts';
import { readJsonAs } from '../kit/body.ts';
import { defined, lineOf, wellFormed } from '../kit/meta/text.ts';
import { phoneAddress, senderOf } from '../kit/whatsapp/address.ts';
import { readOrder } from '../kit/whatsapp/order.ts';
import { failureOf } from '../kit/whatsapp/outcome.ts';
import type { Said } from '../kit/whatsapp/said.ts';
import { manifest } from './manifest.ts';
import type { VonageAccount } from './manifest.ts';
import { codeOf, codes, states } from './status.ts';
import { eventSchema } from './wire.ts';
import type { VonageEvent } from './wire.ts';

const ignored = (reason: string): InboundItem => ({ type: 'ignored', reason });

/** Each call-back is about one message. */
export function parse(request: HookRequest, account: VonageAccount): Parsed {
  const body = readJsonAs(request.body, eventSchema);
  if (!body.ok) return body;
  const event = body.value;
  if (event.channel !== 'whatsapp') return { ok: true, items: [ignored('another channel')] };
  return {
    ok: true,
    items: [event.status === undefined ? messageOf(event, account) : receiptOf(event, event.status)],
  };
}

const timeOf = ({ timestamp }: VonageEvent): number | undefined => {
  const atMs = timestamp === undefined ? NaN : Date.parse(timestamp);
  return Number.isSafeInteger(atMs) && atMs > 0 ? atMs : undefined;
};

function receiptOf(event: VonageEvent, status: string): InboundItem {
  const state = Object.hasOwn(states, status) ? states[status] : undefined;
  if (!state) return ignored(`status ${wellFormed(status, 64)}`);
  return {
    type: 'receipt',
    providerIds: [wellFormed(event.message_uuid)],
    state,
    ...(state === 'failed' ? { failure: failureOf(codeOf(event.error), codes) } : {}),
    ...defined({ atMs: timeOf(event) }),
  };
}

function messageOf(event: VonageEvent, { config }: VonageAccount): InboundItem {
  if (event.message_type === undefined) return ignored('unknown event');
  if (phoneAddress(event.from) === `whatsapp:${config.sender}`) return ignored('own echo');
  const who = event.whatsapp?.sender;
  const sender = senderOf([who?.user_id, event.from, who?.wa_id, who?.parent_user_id]);
  if (!sender) return ignored('no sender');
  const name = lineOf(event.profile?.name);
  return {
    type: 'message',
    providerId: wellFormed(event.message_uuid),
    sender: { ...sender, ...(name ? { name } : {}) },
    ...defined({
      atMs: timeOf(event),
      replyTo: lineOf(event.context?.message_uuid, 128),
      referral: referralOf(event),
    }),
    ...saidIn(event, event.message_type),
  };
}

const pressed = (title: string | undefined, payload: string | undefined): Said => ({
  content: { kind: 'text', text: lineOf(title, 65_536) ?? '…' },
  ...(payload ? { payload: wellFormed(payload, 4096) } : {}),
});

const mediaTypes = {
  image: 'image',
  audio: 'audio',
  video: 'video',
  file: 'file',
  vcard: 'file',
  sticker: 'sticker',
} as const;

function saidIn(event: VonageEvent, type: string): Said {
  const read = Object.hasOwn(mediaTypes, type)
    ? mediaIn(event, type as keyof typeof mediaTypes)
    : otherIn(event, type);
  return (
    read ?? {
      content: {
        kind: 'native',
        connector: manifest.name,
        payload: { type: wellFormed(type, 64) },
        text: 'A message of a kind that Vonage does not pass on',
      },
    }
  );
}

function mediaIn(event: VonageEvent, type: keyof typeof mediaTypes): Said | undefined {
  const { url, caption, name } = event[type] ?? {};
  if (!url || url.length > 2048 || !/^https?:\/\//.test(url) || !URL.canParse(url)) return undefined;
  const named = lineOf(name, 240);
  return {
    content: {
      kind: 'media',
      media: defined({ type: mediaTypes[type], id: 'media', name: named }),
      ...(caption ? { caption: wellFormed(caption) } : {}),
    },
    media: { media: defined({ reference: url, name: named }) },
  };
}

function otherIn(event: VonageEvent, type: string): Said | undefined {
  switch (type) {
    case 'text':
      return event.text ? { content: { kind: 'text', text: wellFormed(event.text) } } : undefined;
    case 'reply':
      return event.reply && pressed(event.reply.title, event.reply.id);
    case 'button':
      return event.button && pressed(event.button.text, event.button.payload);
    case 'location':
      return placeIn(event);
    case 'order':
      return readOrder({ id: wellFormed(event.message_uuid), type, order: event['order'] });
    case 'reaction':
      return (
        event.reaction && {
          content: {
            kind: 'reaction',
            message_id: '',
            emoji: event.reaction.action === 'unreact' ? '' : wellFormed(event.reaction.emoji ?? '', 64),
          },
        }
      );
    default:
      return undefined;
  }
}

function placeIn({ location }: VonageEvent): Said | undefined {
  const latitude = location?.lat ?? location?.latitude ?? NaN;
  const longitude = location?.long ?? location?.longitude ?? NaN;
  if (!(Math.abs(latitude) <= 90) || !(Math.abs(longitude) <= 180)) return undefined;
  const words = { name: lineOf(location?.name), address: lineOf(location?.address) };
  return { content: { kind: 'location', latitude, longitude, ...defined(words) } };
}

/** Click-to-WhatsApp advertisements and posts. */
function referralOf({ whatsapp }: VonageEvent): InboundMessage['referral'] {
  const referral = whatsapp?.referral;
  if (!referral) return undefined;
  return {
    source: lineOf(referral.source_type, 128) ?? 'ad',
    ...defined({
      ref: lineOf(referral.source_id, 4096),
      url: lineOf(referral.source_url, 4096),
      headline: lineOf(referral.headline),
    }),
  };
}
