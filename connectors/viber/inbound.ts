import { languageSchema } from '../../protocol/content.ts';
import { failure } from '../../protocol/failures.ts';
import type { HookRequest, InboundItem, InboundMessage, InboundSender, Parsed } from '../contract/index.ts';
import { readJsonAs } from '../kit/body.ts';
import { defined, lineOf, timeMs } from '../kit/fields.ts';
import { verifyBodySignature, viberSignature } from '../kit/signatures/index.ts';
import type { Verified } from '../kit/signatures/index.ts';
import { normalise } from './address.ts';
import type { ViberAccount } from './manifest.ts';
import { readBody } from './pressed.ts';
import { callbackSchema, exactJson } from './wire.ts';
import type { WireCallback, WireMessage, WireUser } from './wire.ts';
import { z } from 'zod';

export const verify = (request: HookRequest, { credentials }: ViberAccount): Verified =>
  verifyBodySignature(request, credentials.auth_token, viberSignature);

const ignored = (reason: string): InboundItem => ({ type: 'ignored', reason });

export function parse(request: HookRequest): Parsed {
  // refuses what is too deep or no JSON, before it is read with exact numbers
  const body = readJsonAs(request.body, z.unknown());
  if (!body.ok) return body;
  const callback = callbackSchema.safeParse(exactJson(request.body));
  if (!callback.success) return { ok: false, status: 422, detail: 'The body is no call-back of Viber.' };
  return { ok: true, items: [itemOf(callback.data)] };
}

function itemOf(callback: WireCallback): InboundItem {
  switch (callback.event) {
    case 'message':
      return message(callback);
    case 'delivered':
    case 'seen':
    case 'failed':
      return receipt(callback, callback.event);
    case 'subscribed':
      return consent(native(callback, { type: 'subscribed' }, 'Subscribed to the bot'), 'opted_in');
    case 'conversation_started':
      return started(callback);
    case 'unsubscribed':
      return consent(unsubscribed(callback), 'opted_out');
    case 'webhook':
      return ignored('a check of the address');
    default:
      return ignored('an unknown event');
  }
}

type Said = Pick<InboundMessage, 'content'> & Partial<InboundMessage>;

function message(callback: WireCallback): InboundItem {
  const said = callback.message && saidIn(callback.message);
  return said ? item(callback, callback.sender, said) : ignored('a message of an unknown kind');
}

function item(callback: WireCallback, user: WireUser | undefined, said: Said): InboundItem {
  const address = normalise(`viber:${user?.id ?? ''}`);
  if (!user || !address) return ignored('no sender');
  // the same in every repetition
  if (!callback.message_token) return ignored('no message token');
  return {
    type: 'message',
    providerId: callback.message_token,
    sender: senderOf(user, address),
    ...defined({ atMs: timeMs(callback.timestamp, 1) }),
    ...said,
  };
}

function senderOf({ name, language }: WireUser, address: string): InboundSender {
  const tag = languageSchema.safeParse(language);
  return { address, ...defined({ name: lineOf(name, 256), language: tag.success ? tag.data : undefined }) };
}

const native = (callback: WireCallback, payload: Record<string, unknown>, text: string): InboundItem =>
  item(callback, callback.user, {
    content: { kind: 'native', connector: 'viber', payload, text },
    automatic: true,
  });

/** It names the person by their id alone. */
const unsubscribed = (callback: WireCallback): InboundItem =>
  native(
    { ...callback, ...(callback.user_id ? { user: { id: callback.user_id } } : {}) },
    { type: 'unsubscribed' },
    'Unsubscribed from the bot',
  );

const consent = (said: InboundItem, state: 'opted_out' | 'opted_in'): InboundItem =>
  said.type === 'message'
    ? { ...said, consent: { state, statement: state === 'opted_out' ? 'unsubscribed' : 'subscribed' } }
    : said;

/** Someone opened the chat and said nothing yet; `context` is what stood in the link. */
function started(callback: WireCallback): InboundItem {
  const ref = lineOf(callback.context, 4096);
  const payload = { type: 'conversation_started', subscribed: callback.subscribed === true };
  const opened = native(callback, payload, 'Opened the conversation');
  return opened.type === 'message' && ref ? { ...opened, referral: { source: 'link', ref } } : opened;
}

const states = { delivered: 'delivered', seen: 'read', failed: 'failed' } as const;

function receipt(callback: WireCallback, event: keyof typeof states): InboundItem {
  const { message_token: id, user_id, timestamp } = callback;
  if (!id) return ignored('a receipt of no message');
  const state = states[event];
  return {
    type: 'receipt',
    providerIds: [id],
    state,
    // why is told only in words
    ...(state === 'failed' ? { failure: failure('undelivered') } : {}),
    ...defined({ address: normalise(`viber:${user_id ?? ''}`), atMs: timeMs(timestamp, 1) }),
  };
}

const mediaTypes = { picture: 'image', video: 'video', file: 'file', sticker: 'sticker' } as const;

function saidIn(said: WireMessage): Said | undefined {
  const { type, media, location, contact } = said;
  const text = lineOf(said.text, 65_536);
  if (type === 'location' && location)
    return { content: { kind: 'location', latitude: location.lat, longitude: location.lon } };
  if (type === 'contact' && contact) {
    const phone = lineOf(contact.phone_number, 40);
    const name = lineOf(contact.name) ?? phone;
    return name
      ? { content: { kind: 'contact', contacts: [{ name, ...(phone ? { phones: [phone] } : {}) }] } }
      : undefined;
  }
  const url = lineOf(media, 4096);
  if (Object.hasOwn(mediaTypes, type) && url) {
    const named = defined({ name: lineOf(said.file_name, 240) });
    return {
      content: {
        kind: 'media',
        media: { type: mediaTypes[type as keyof typeof mediaTypes], id: 'media', ...named },
        ...(text ? { caption: text } : {}),
      },
      media: { media: { reference: url, ...named } },
    };
  }
  if (type === 'text' && text) return spoken(text);
  // a link that was shared
  return type === 'url' && url ? { content: { kind: 'text', text: url } } : undefined;
}

function spoken(text: string): Said {
  const pressed = readBody(text);
  if (!pressed) return { content: { kind: 'text', text } };
  return { content: { kind: 'text', text: pressed.title || pressed.payload }, payload: pressed.payload };
}
