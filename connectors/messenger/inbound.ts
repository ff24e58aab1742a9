import type { HookRequest, InboundItem, InboundMessage, Parsed } from '../contract/index.ts';
import { readJsonAs } from '../kit/body.ts';
import { defined, lineOf, timeMs, wellFormed } from '../kit/meta/text.ts';
import { eventId } from '../kit/meta/webhook.ts';
import { normalise } from './address.ts';
import type { MessengerAccount } from './manifest.ts';
import { native, saidIn } from './message.ts';
import { eventSchema, webhookSchema } from './wire.ts';
import type { WireEvent, WireReferral } from './wire.ts';

const ignored = (reason: string): InboundItem => ({ type: 'ignored', reason });

/** One request may hold several entries with several events. */
export function parse(request: HookRequest, account: MessengerAccount): Parsed {
  const body = readJsonAs(request.body, webhookSchema);
  if (!body.ok) return body;
  if (body.value.object !== 'page') return { ok: true, items: [ignored('another product')] };
  const items = body.value.entry.flatMap((entry): InboundItem[] => {
    if (entry.id !== account.config.page_id) return [ignored('another page')];
    return [
      ...(entry.messaging ?? []).flatMap(itemsOf),
      // another app has the conversation: these are for the record only
      ...(entry.standby ?? []).map(() => ignored('standby')),
      ...(entry.changes ?? []).map(() => ignored('a change of the page')),
    ];
  });
  return { ok: true, items: items.length ? items : [ignored('nothing in it')] };
}

interface Event extends WireEvent {
  psid: string;
  address: string;
  atMs: number | undefined;
}

function itemsOf(wire: unknown): InboundItem[] {
  const parsed = eventSchema.safeParse(wire);
  if (!parsed.success) return [ignored('unreadable event')];
  if (parsed.data.message?.is_echo) return [ignored('echo')];
  const psid = parsed.data.sender?.id ?? '';
  const address = normalise(`messenger:${psid}`);
  // people who only ticked a box on a web page have no id yet
  if (!address) return [ignored('no sender')];
  const event: Event = { ...parsed.data, psid, address, atMs: timeMs(parsed.data.timestamp, 1) };
  const reader = readers.find(([name]) => event[name] !== undefined);
  return reader ? reader[1](event) : [ignored('an event without a message')];
}

const said = (event: Event, message: Omit<InboundMessage, 'type' | 'sender' | 'atMs'>): InboundMessage => ({
  type: 'message',
  sender: { address: event.address },
  ...defined({ atMs: event.atMs }),
  ...message,
});

function messages(event: Event): InboundItem[] {
  const message = event.message!;
  if (message.is_deleted)
    return [
      said(event, {
        providerId: `${message.mid}#deleted`,
        content: { kind: 'removal', message_id: '' },
        replyTo: message.mid,
      }),
    ];
  const shared = defined({
    replyTo: message.reply_to?.mid || undefined,
    referral: referralOf(message.referral),
  });
  return saidIn(message).map((each, index) =>
    said(event, { providerId: index === 0 ? message.mid : `${message.mid}#${index}`, ...shared, ...each }),
  );
}

function postback(event: Event): InboundItem[] {
  const { mid, title, payload, referral } = event.postback!;
  return [
    said(event, {
      providerId: mid ?? eventId('postback', event.psid, event.timestamp, payload, title),
      content: { kind: 'text', text: lineOf(title, 65_536) ?? lineOf(payload, 65_536) ?? '…' },
      ...defined({ payload: lineOf(payload, 4096), referral: referralOf(referral) }),
    }),
  ];
}

/** Someone who already had a thread came back by a link or an advertisement, and said nothing yet. */
const referral = (event: Event): InboundItem[] => [
  said(event, {
    providerId: eventId('referral', event.psid, event.timestamp, event.referral!.ref, event.referral!.ad_id),
    ...native({ type: 'referral' }, 'Opened the conversation from a link'),
    ...defined({ referral: referralOf(event.referral) }),
  }),
];

function optin(event: Event): InboundItem[] {
  const { type, payload, ref, title } = event.optin!;
  return [
    said(event, {
      providerId: eventId('optin', event.psid, event.timestamp, type, payload, ref),
      // the whole of it, for it holds the token with which the merchant may write later
      ...native(
        { type: 'optin', optin: defined(event.optin!) },
        lineOf(title) ?? `Opted in${type ? ` (${wellFormed(type, 64)})` : ''}`,
      ),
      ...defined({ payload: lineOf(payload ?? ref, 4096) }),
    }),
  ];
}

function reaction(event: Event): InboundItem[] {
  const { mid, action, emoji, reaction: word } = event.reaction!;
  const shown = action === 'unreact' ? '' : wellFormed(emoji ?? word ?? '', 64);
  return [
    said(event, {
      providerId: eventId('reaction', event.psid, event.timestamp, mid, action, shown),
      content: { kind: 'reaction', message_id: '', emoji: shown },
      replyTo: mid,
    }),
  ];
}

function edit(event: Event): InboundItem[] {
  const { mid, text, num_edit } = event.message_edit!;
  if (!text) return [ignored('an edit to nothing')];
  return [
    said(event, {
      providerId:
        num_edit === undefined
          ? eventId('edit', event.psid, event.timestamp, mid, text)
          : `${mid}#edit${num_edit}`,
      content: { kind: 'edit', message_id: '', text: wellFormed(text) },
      replyTo: mid,
    }),
  ];
}

/** `mids` names what was delivered; older clients only say "all up to then". */
function delivery(event: Event): InboundItem[] {
  const { mids, watermark } = event.delivery!;
  const at = defined({ atMs: event.atMs ?? timeMs(watermark, 1) });
  if (mids?.length)
    return mids.map((mid) => ({
      type: 'receipt',
      providerIds: [mid],
      state: 'delivered',
      address: event.address,
      ...at,
    }));
  return upTo(event, 'delivered', watermark);
}

function upTo(event: Event, state: 'delivered' | 'read', watermark: number): InboundItem[] {
  const upToMs = timeMs(watermark, 1);
  if (upToMs === undefined) return [ignored('a receipt without a time')];
  return [
    { type: 'receipt', providerIds: [], state, upToMs, address: event.address, atMs: event.atMs ?? upToMs },
  ];
}

/** The first that the event has counts. */
const readers: readonly (readonly [keyof WireEvent & string, (event: Event) => InboundItem[]])[] = [
  ['message', messages],
  ['postback', postback],
  ['reaction', reaction],
  ['message_edit', edit],
  ['delivery', delivery],
  ['read', (event) => upTo(event, 'read', event.read!.watermark)],
  ['referral', referral],
  ['optin', optin],
];

function referralOf(wire: WireReferral | undefined): InboundMessage['referral'] {
  if (!wire) return undefined;
  return {
    source: lineOf(wire.source ?? wire.type, 128) ?? 'link',
    ...defined({
      ref: lineOf(wire.ref ?? wire.ad_id, 4096),
      url: lineOf(wire.referer_uri, 4096),
      headline: lineOf(wire.ads_context_data?.ad_title),
    }),
  };
}
