import type { HookRequest, InboundItem, InboundMessage, Parsed } from '../contract/index.ts';
import { readJsonAs } from '../kit/body.ts';
import { defined, lineOf, wellFormed } from '../kit/fields.ts';
import { phoneAddress, senderOf } from '../kit/whatsapp/address.ts';
import { readOrder } from '../kit/whatsapp/order.ts';
import { failureOf } from '../kit/whatsapp/outcome.ts';
import { fileAt, place, pressed, reaction, referralOf, unread, words } from '../kit/whatsapp/said.ts';
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
      referral: referralIn(event),
    }),
    ...saidIn(event, event.message_type),
  };
}

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
  return read ?? unread(manifest.name, type, 'Vonage');
}

const mediaIn = (event: VonageEvent, type: keyof typeof mediaTypes): Said | undefined =>
  fileAt({ ...event[type], type: mediaTypes[type], url: event[type]?.url });

function otherIn(event: VonageEvent, type: string): Said | undefined {
  const { reply, button, location, reaction: reacted } = event;
  switch (type) {
    case 'text':
      return words(event.text);
    case 'reply':
      return reply && pressed(reply.title, reply.id);
    case 'button':
      return button && pressed(button.text, button.payload);
    case 'location':
      return (
        location &&
        place({
          ...location,
          latitude: location.lat ?? location.latitude,
          longitude: location.long ?? location.longitude,
        })
      );
    case 'order':
      return readOrder({ id: wellFormed(event.message_uuid), type, order: event['order'] });
    case 'reaction':
      return reacted && reaction(reacted.action === 'unreact' ? '' : reacted.emoji);
    default:
      return undefined;
  }
}

function referralIn({ whatsapp }: VonageEvent): InboundMessage['referral'] {
  const referral = whatsapp?.referral;
  return referralOf(
    referral && {
      type: referral.source_type,
      ref: referral.source_id,
      url: referral.source_url,
      headline: referral.headline,
    },
  );
}
