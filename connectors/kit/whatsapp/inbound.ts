import type { HookRequest, InboundItem, InboundMessage, Parsed } from '../../contract/index.ts';
import { readJsonAs } from '../body.ts';
import { failureOfCode } from '../meta/graph.ts';
import { defined, timeMs, wellFormed } from '../fields.ts';
import { eventId } from '../meta/webhook.ts';
import { saidIn } from './messages.ts';
import { paymentOf } from './payment.ts';
import { referralOf } from './said.ts';
import { movedSender, senderOf, withShared } from './sender.ts';
import { codes, states } from './status.ts';
import { contactSchema, messageSchema, preferenceSchema, statusSchema, webhookSchema } from './wire.ts';
import type { WebhookValue, WireContact, WireMessage } from './wire.ts';

const ignored = (reason: string): InboundItem => ({ type: 'ignored', reason });

/** Whose webhook it is. */
export interface CloudNumber {
  /** The connector that native contents name. */
  connector: string;
  /** Items about another number are ignored; left out: the webhook belongs to one number alone. */
  phoneNumberId?: string | undefined;
}

/** The Cloud API's webhook. One request may hold several entries, changes, messages and statuses, in any mix. */
export function parseCloud(request: HookRequest, { connector, phoneNumberId }: CloudNumber): Parsed {
  const body = readJsonAs(request.body, webhookSchema);
  if (!body.ok) return body;
  if (body.value.object !== 'whatsapp_business_account')
    return { ok: true, items: [ignored('another product')] };
  const items = body.value.entry.flatMap(({ changes }) =>
    changes.flatMap(({ field, value }): InboundItem[] => {
      if (field !== 'messages' && field !== 'user_preferences')
        return [ignored(`field ${wellFormed(field, 64)}`)];
      if (phoneNumberId !== undefined && value.metadata?.phone_number_id !== phoneNumberId)
        return [ignored('another phone number')];
      return itemsOf(value, connector);
    }),
  );
  return { ok: true, items: items.length ? items : [ignored('nothing in it')] };
}

function itemsOf(value: WebhookValue, connector: string): InboundItem[] {
  const contacts = (value.contacts ?? []).flatMap((wire): WireContact[] => {
    const contact = contactSchema.safeParse(wire);
    return contact.success ? [contact.data] : [];
  });
  return [
    ...(value.messages ?? []).map((message) => messageOf(message, contacts, connector)),
    ...(value.statuses ?? []).map((status) => paymentOf(status) ?? receiptOf(status)),
    ...(value.user_preferences ?? []).map((wire) => preferenceOf(wire, contacts, connector)),
    ...(value.errors ?? []).map(() => ignored('an error of the account')),
  ];
}

function messageOf(wire: unknown, contacts: WireContact[], connector: string): InboundItem {
  const { data: message } = messageSchema.safeParse(wire);
  if (!message) return ignored('unreadable message');
  if (message.group_id) return ignored('a group');
  // a first contact without words: the chat was opened
  if (message.type === 'request_welcome') return ignored('request_welcome');
  const sender =
    message.type === 'system' ? movedSender(message) : withShared(senderOf(message, contacts), message);
  if (!sender) return ignored('no sender');
  const said = saidIn(message, connector);
  return {
    type: 'message',
    providerId: message.id,
    sender,
    ...defined({
      atMs: timeMs(message.timestamp, 1000),
      replyTo: message.context?.id || undefined,
      referral: referralIn(message),
    }),
    ...said,
  };
}

const preferred = {
  stop: { state: 'opted_out', says: 'Stopped marketing messages' },
  resume: { state: 'opted_in', says: 'Resumed marketing messages' },
} as const;

/** "Offers and announcements": whether the business may send templates of marketing. Anything else goes on. */
function preferenceOf(wire: unknown, contacts: WireContact[], connector: string): InboundItem {
  const { data: preference } = preferenceSchema.safeParse(wire);
  if (preference?.category !== 'marketing_messages') return ignored('another preference');
  const { category, value, wa_id, user_id, timestamp } = preference;
  if (value !== 'stop' && value !== 'resume') return ignored('a preference of an unknown value');
  const sender = senderOf({ from: wa_id, from_user_id: user_id }, contacts);
  if (!sender) return ignored('no sender');
  const { state, says } = preferred[value];
  return {
    type: 'message',
    providerId: eventId('user_preferences', sender.address, timestamp, category, value),
    sender,
    ...defined({ atMs: timeMs(timestamp, 1000) }),
    content: {
      kind: 'native',
      connector,
      payload: { type: 'user_preferences', category, value },
      text: says,
    },
    automatic: true,
    consent: { state, scope: 'promotional', statement: `user_preferences:${value}` },
  };
}

function referralIn({ referral: told, context }: WireMessage): InboundMessage['referral'] {
  const referral = told && {
    type: told.source_type,
    ref: told.ctwa_clid ?? told.source_id,
    url: told.source_url,
    headline: told.headline,
  };
  return referralOf(referral, context?.referred_product?.product_retailer_id);
}

function receiptOf(wire: unknown): InboundItem {
  const { data: status } = statusSchema.safeParse(wire);
  if (!status) return ignored('unreadable status');
  const state = Object.hasOwn(states, status.status) ? states[status.status] : undefined;
  if (!state) return ignored(`status ${wellFormed(status.status, 64)}`);
  return {
    type: 'receipt',
    providerIds: [status.id],
    state,
    ...(state === 'failed' ? { failure: failureOfCode(status.errors?.[0]?.code, codes) } : {}),
    ...defined({ atMs: timeMs(status.timestamp, 1000) }),
  };
}
