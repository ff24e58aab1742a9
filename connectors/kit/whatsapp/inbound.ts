import type {
  HookRequest,
  InboundItem,
  InboundMessage,
  InboundSender,
  Parsed,
} from '../../contract/index.ts';
import { readJsonAs } from '../body.ts';
import { failureOfCode } from '../meta/graph.ts';
import { defined, lineOf, timeMs, wellFormed } from '../meta/text.ts';
import { phoneAddress, userIdAddress } from './address.ts';
import { saidIn } from './messages.ts';
import { paymentOf } from './payment.ts';
import { codes, states } from './status.ts';
import { bodies, contactSchema, messageSchema, statusSchema, webhookSchema } from './wire.ts';
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
      if (field !== 'messages') return [ignored(`field ${wellFormed(field, 64)}`)];
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
    ...(value.errors ?? []).map(() => ignored('an error of the account')),
  ];
}

function messageOf(wire: unknown, contacts: WireContact[], connector: string): InboundItem {
  const { data: message } = messageSchema.safeParse(wire);
  if (!message) return ignored('unreadable message');
  if (message.group_id) return ignored('a group');
  // a first contact without words: the chat was opened
  if (message.type === 'request_welcome') return ignored('request_welcome');
  const sender = message.type === 'system' ? movedSender(message) : senderOf(message, contacts);
  if (!sender) return ignored('no sender');
  const said = saidIn(message, connector);
  return {
    type: 'message',
    providerId: message.id,
    sender,
    ...defined({
      atMs: timeMs(message.timestamp, 1000),
      replyTo: message.context?.id || undefined,
      referral: referralOf(message),
    }),
    ...said,
  };
}

/** The user id is the key; the number and the id shared by linked portfolios are aliases, so that one person stays one. */
function senderOf(message: WireMessage, contacts: WireContact[]): InboundSender | undefined {
  const contact =
    contacts.find(
      ({ user_id, wa_id }) =>
        (user_id && user_id === message.from_user_id) || (wa_id && wa_id === message.from),
    ) ?? (contacts.length === 1 ? contacts[0] : undefined);
  const [address, ...aliases] = new Set(
    [
      userIdAddress(message.from_user_id ?? contact?.user_id),
      phoneAddress(message.from ?? contact?.wa_id),
      userIdAddress(message.from_parent_user_id ?? contact?.parent_user_id),
    ].filter((each) => each !== undefined),
  );
  if (!address) return undefined;
  const name =
    lineOf(contact?.profile?.name) ?? lineOf(contact?.profile?.username && `@${contact.profile.username}`);
  return { address, ...(aliases.length ? { aliases } : {}), ...(name ? { name } : {}) };
}

/** "changed from A to B": the new address is the key, the old one its alias. */
function movedSender(message: WireMessage): InboundSender | undefined {
  const { data: system } = bodies.system.safeParse(message['system']);
  const [address, ...aliases] = new Set(
    [
      userIdAddress(system?.user_id),
      phoneAddress(system?.wa_id ?? system?.new_wa_id),
      userIdAddress(message.from_user_id),
      phoneAddress(message.from),
    ].filter((each) => each !== undefined),
  );
  return address ? { address, ...(aliases.length ? { aliases } : {}) } : undefined;
}

/** Click-to-WhatsApp advertisements and posts. */
function referralOf({ referral }: WireMessage): InboundMessage['referral'] {
  if (!referral) return undefined;
  return {
    source: lineOf(referral.source_type, 128) ?? 'ad',
    ...defined({
      ref: lineOf(referral.ctwa_clid ?? referral.source_id, 4096),
      url: lineOf(referral.source_url, 4096),
      headline: lineOf(referral.headline),
    }),
  };
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
