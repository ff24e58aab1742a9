import type { HookRequest, InboundItem, InboundMessage, Parsed } from '../contract/index.ts';
import { readJsonAs } from '../kit/body.ts';
import { ignored, readEvent, referralOf, removalOf, said } from '../kit/meta/events.ts';
import { defined, lineOf, timeMs } from '../kit/fields.ts';
import { normalise } from './address.ts';
import type { InstagramAccount } from './manifest.ts';
import { saidIn } from './message.ts';
import { changeSchema, eventSchema, webhookSchema } from './wire.ts';
import type { WireEvent } from './wire.ts';

/** One request may hold several entries with several events. */
export function parse(request: HookRequest, account: InstagramAccount): Parsed {
  const body = readJsonAs(request.body, webhookSchema);
  if (!body.ok) return body;
  if (body.value.object !== 'instagram') return { ok: true, items: [ignored('another product')] };
  const own = account.config.account_id;
  const items = body.value.entry.flatMap((entry): InboundItem[] => {
    if (entry.id !== own) return [ignored('another account')];
    return [
      ...(entry.messaging ?? []).flatMap((event) => itemsOf(event, own)),
      // another app has the conversation: these are for the record only
      ...(entry.standby ?? []).map(() => ignored('standby')),
      ...(entry.changes ?? []).flatMap((change) => changed(change, own)),
    ];
  });
  return { ok: true, items: items.length ? items : [ignored('nothing in it')] };
}

function changed(wire: unknown, own: string): InboundItem[] {
  const change = changeSchema.safeParse(wire).data;
  return change && change.field.startsWith('mess')
    ? itemsOf(change.value, own)
    : [ignored('a comment or another change of the account')];
}

function itemsOf(wire: unknown, own: string): InboundItem[] {
  const parsed = eventSchema.safeParse(wire);
  if (!parsed.success) return [ignored('unreadable event')];
  const { sender, message, read, timestamp } = parsed.data;
  if (message?.is_echo || message?.is_self || sender?.id === own) return [ignored('echo')];
  const id = sender?.id ?? '';
  const address = normalise(`instagram:${id}`);
  if (!address) return [ignored('no sender')];
  const speaker = { connector: 'instagram', id, address };
  if (message) return messages(message).map((each) => said(parsed.data, speaker, each));
  if (read) {
    const at = defined({ atMs: timeMs(timestamp, 1) });
    return [{ type: 'receipt', providerIds: [read.mid], state: 'read', address, ...at }];
  }
  return [readEvent(parsed.data, speaker) ?? ignored('an event without a message')];
}

type Message = Omit<InboundMessage, 'type' | 'sender' | 'atMs'>;

function messages(message: NonNullable<WireEvent['message']>): Message[] {
  const { mid, is_deleted, reply_to, referral } = message;
  if (is_deleted) return [removalOf(mid)];
  const shared = defined({
    replyTo: reply_to?.mid,
    referral: referralOf(referral) ?? storyOf(reply_to?.story),
  });
  return saidIn(message).map((each, index) => ({
    providerId: index === 0 ? mid : `${mid}#${index}`,
    ...shared,
    ...each,
  }));
}

/** An answer to a story of the account's. */
const storyOf = (story: { id?: string | undefined; url?: string | undefined } | undefined) =>
  story && { source: 'story', ...defined({ ref: lineOf(story.id, 4096), url: lineOf(story.url, 4096) }) };
