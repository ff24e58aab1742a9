import { createHash } from 'node:crypto';
import type { Media } from '../../protocol/content.ts';
import type { HookRequest, InboundItem, InboundMessage, Parsed } from '../contract/index.ts';
import { readJsonAs } from '../kit/body.ts';
import { defined, lineOf, timeMs } from '../kit/fields.ts';
import { sameSecret } from '../kit/signature.ts';
import type { Verified } from '../kit/signatures/index.ts';
import { normalise } from './address.ts';
import type { ZaloAccount } from './manifest.ts';
import { readQuery } from './pressed.ts';
import { emojiOf } from './reactions.ts';
import { eventSchema, signedSchema } from './wire.ts';
import type { WireAttachment, WireEvent } from './wire.ts';

/** Zalo repeats for hours with the time of the first attempt; de-duplication is what stops a replay within a day. */
const toleranceMs = 86_400_000;
const refused = (reason: string): Verified => ({ ok: false, reason });

/** `X-ZEvent-Signature: mac=` and the SHA-256 of app id, body, the timestamp in it and the OA secret key. */
export function verify(request: HookRequest, { config, credentials }: ZaloAccount, nowMs: number): Verified {
  const given = /^(?:mac=)?([0-9a-f]{64})$/i.exec(request.headers['x-zevent-signature'] ?? '')?.[1];
  if (!given) return refused('no X-ZEvent-Signature header');
  const signed = readJsonAs(request.body, signedSchema);
  if (!signed.ok) return refused('no signed time');
  const { timestamp } = signed.value;
  if (Math.abs(nowMs - Number(timestamp)) > toleranceMs) return refused('the signed time is too far away');
  const hash = createHash('sha256').update(config.app_id).update(request.body).update(timestamp);
  const expected = hash.update(credentials.oa_secret_key).digest('hex');
  return sameSecret(given.toLowerCase(), expected) ? { ok: true } : refused('the signature does not match');
}

const ignored = (reason: string): InboundItem => ({ type: 'ignored', reason });

export function parse(request: HookRequest): Parsed {
  const body = readJsonAs(request.body, eventSchema);
  return body.ok ? { ok: true, items: itemsOf(body.value) } : body;
}

type Said = Pick<InboundMessage, 'content'> & Partial<InboundMessage>;

function itemsOf(event: WireEvent): InboundItem[] {
  const { event_name: name } = event;
  if (name === 'user_received_message' || name === 'user_seen_message')
    return receipts(event, name === 'user_seen_message' ? 'read' : 'delivered');
  if (name.startsWith('oa_')) return [ignored('own echo')];
  if (name.startsWith('anonymous_')) return [ignored('somebody who has no id yet')];
  if (name.includes('_group')) return [ignored('not a one-on-one chat')];
  const said = saidIn(event);
  if (typeof said === 'string') return [ignored(said)];
  const address = normalise(`zalo:${(event.sender ?? event.follower)?.id ?? ''}`);
  if (!address) return [ignored('no sender')];
  // events without a message are told apart by who, what and when, which a repetition repeats
  const own = event.message?.msg_id ?? `${name}.${address.slice(5)}.${event.timestamp}`;
  return said.map((each, index) => ({
    type: 'message',
    providerId:
      name === 'user_reacted_message' ? `${own}.${event.timestamp}` : index === 0 ? own : `${own}.${index}`,
    sender: { address },
    ...defined({ atMs: timeMs(event.timestamp, 1) }),
    ...each,
  }));
}

/** Why it says nothing to a merchant, or what it says. */
function saidIn(event: WireEvent): Said[] | string {
  const { event_name: name, message, info } = event;
  switch (name) {
    case 'follow':
      return [consent('follow', 'Followed the account', 'opted_in')];
    case 'unfollow':
      return [consent('unfollow', 'Unfollowed the account', 'opted_out')];
    case 'user_reacted_message': {
      const emoji = emojiOf(message?.react_icon ?? '');
      if (emoji === undefined || !message?.msg_id) return 'an unknown reaction';
      return [{ content: { kind: 'reaction', message_id: '', emoji }, replyTo: message.msg_id }];
    }
    case 'user_submit_info': {
      const phone = lineOf(info?.phone, 40);
      const contact = lineOf(info?.name) ?? phone;
      if (!contact) return 'no information';
      return [
        {
          content: { kind: 'contact', contacts: [{ name: contact, ...(phone ? { phones: [phone] } : {}) }] },
        },
      ];
    }
  }
  if (!name.startsWith('user_send_') || !message?.msg_id) return 'an unknown event';
  const text = lineOf(message.text, 65_536);
  const attached = (message.attachments ?? []).flatMap((each, index) =>
    attachedIn(each, index ? undefined : text),
  );
  if (attached.length) return attached;
  return text ? [spoken(text)] : 'a message of an unknown kind';
}

const consent = (type: 'follow' | 'unfollow', text: string, state: 'opted_in' | 'opted_out'): Said => ({
  content: { kind: 'native', connector: 'zalo', payload: { type }, text },
  automatic: true,
  consent: { state, statement: type },
});

function spoken(text: string): Said {
  const pressed = readQuery(text);
  if (!pressed) return { content: { kind: 'text', text } };
  return { content: { kind: 'text', text: pressed.title || pressed.payload }, payload: pressed.payload };
}

const mediaTypes: Readonly<Record<string, Media['type']>> = {
  image: 'image',
  gif: 'image',
  sticker: 'sticker',
  audio: 'audio',
  video: 'video',
  file: 'file',
};

function attachedIn({ type = '', payload }: WireAttachment, text: string | undefined): Said[] {
  if (!payload) return [];
  if (payload.coordinates) {
    const { latitude, longitude } = payload.coordinates;
    return [{ content: { kind: 'location', latitude, longitude, ...defined({ name: lineOf(text) }) } }];
  }
  const url = lineOf(payload.url, 4096);
  if (!url) return [];
  const media = Object.hasOwn(mediaTypes, type) ? mediaTypes[type] : undefined;
  if (media) {
    const named = defined({ name: lineOf(payload.name, 240) });
    return [
      {
        content: {
          kind: 'media',
          media: { type: media, id: 'media', ...named },
          ...(text ? { caption: text } : {}),
        },
        media: { media: { reference: url, ...named } },
      },
    ];
  }
  const lines = [
    text,
    lineOf(payload.title),
    lineOf(payload.description, 4096),
    text?.includes(url) ? undefined : url,
  ];
  return [{ content: { kind: 'text', text: lines.filter((line) => line !== undefined).join('\n') } }];
}

function receipts({ message, timestamp }: WireEvent, state: 'delivered' | 'read'): InboundItem[] {
  const ids = message?.msg_ids ?? (message?.msg_id ? [message.msg_id] : []);
  const atMs = defined({ atMs: timeMs(timestamp, 1) });
  return ids.length
    ? ids.map((id) => ({ type: 'receipt', providerIds: [id], state, ...atMs }))
    : [ignored('a receipt of no message')];
}
