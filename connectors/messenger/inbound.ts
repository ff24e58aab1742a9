import type { HookRequest, InboundItem, InboundMessage, Parsed } from '../contract/index.ts';
import { readJsonAs } from '../kit/body.ts';
import { ignored, readEvent, referralOf, removalOf, said } from '../kit/meta/events.ts';
import { defined, timeMs } from '../kit/fields.ts';
import { normalise } from './address.ts';
import type { MessengerAccount } from './manifest.ts';
import { saidIn } from './message.ts';
import { eventSchema, webhookSchema } from './wire.ts';
import type { WireEvent } from './wire.ts';

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

function itemsOf(wire: unknown): InboundItem[] {
  const parsed = eventSchema.safeParse(wire);
  if (!parsed.success) return [ignored('unreadable event')];
  const { sender, message, delivery: delivered, read } = parsed.data;
  if (message?.is_echo) return [ignored('echo')];
  const id = sender?.id ?? '';
  const address = normalise(`messenger:${id}`);
  // people who only ticked a box on a web page have no id yet
  if (!address) return [ignored('no sender')];
  const speaker = { connector: 'messenger', id, address };
  const event: Event = { address, atMs: timeMs(parsed.data.timestamp, 1) };
  if (message) return messages(message).map((each) => said(parsed.data, speaker, each));
  if (delivered) return delivery(event, delivered);
  if (read) return upTo(event, 'read', read.watermark);
  return [readEvent(parsed.data, speaker) ?? ignored('an event without a message')];
}

interface Event {
  address: string;
  atMs: number | undefined;
}

type Message = Omit<InboundMessage, 'type' | 'sender' | 'atMs'>;

function messages(message: NonNullable<WireEvent['message']>): Message[] {
  const { mid, is_deleted, reply_to, referral } = message;
  if (is_deleted) return [removalOf(mid)];
  const shared = defined({ replyTo: reply_to?.mid || undefined, referral: referralOf(referral) });
  return saidIn(message).map((each, index) => ({
    providerId: index === 0 ? mid : `${mid}#${index}`,
    ...shared,
    ...each,
  }));
}

/** `mids` names what was delivered; older clients only say "all up to then". */
function delivery(event: Event, { mids, watermark }: NonNullable<WireEvent['delivery']>): InboundItem[] {
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
