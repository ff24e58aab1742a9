import type { HookRequest, InboundItem, InboundMessage, Parsed } from '../contract/index.ts';
import { readJsonAs } from '../kit/body.ts';
import { defined, lineOf, wellFormed } from '../kit/fields.ts';
import { phoneAddress, senderOf } from '../kit/whatsapp/address.ts';
import { failureOf } from '../kit/whatsapp/outcome.ts';
import { referralOf } from '../kit/whatsapp/said.ts';
import type { InfobipAccount } from './manifest.ts';
import { saidIn } from './messages.ts';
import { codes, familyOf, states } from './status.ts';
import { messageSchema, receiptSchema, reportsSchema } from './wire.ts';
import type { InfobipEvent, InfobipMessage, InfobipReceipt } from './wire.ts';

const ignored = (reason: string): InboundItem => ({ type: 'ignored', reason });

/** One address takes all: messages, delivery reports and reports that a message was seen. */
export function parse(request: HookRequest, account: InfobipAccount): Parsed {
  const body = readJsonAs(request.body, reportsSchema);
  if (!body.ok) return body;
  const items = body.value.results.map((result) => itemOf(result, account));
  return { ok: true, items: items.length ? items : [ignored('nothing in it')] };
}

function itemOf(result: unknown, account: InfobipAccount): InboundItem {
  const { data: event } = messageSchema.safeParse(result);
  if (event) return messageOf(event, account);
  const { data: receipt } = receiptSchema.safeParse(result);
  return receipt ? receiptOf(receipt) : ignored('unknown event');
}

/** `2026-11-22T12:00:00.000+0000`: no colon in the offset. */
function timeOf(time: string | undefined): number | undefined {
  const atMs = time === undefined ? NaN : Date.parse(time.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
  return Number.isSafeInteger(atMs) && atMs > 0 ? atMs : undefined;
}

function receiptOf({ messageId, status, error, seenAt, doneAt }: InfobipReceipt): InboundItem {
  const name = [status?.name, status?.groupName].find((each) => each && Object.hasOwn(states, each));
  const state = name ? states[name] : status || !seenAt ? undefined : 'read';
  if (!state) return ignored(`status ${wellFormed(status?.name ?? status?.groupName ?? 'unknown', 64)}`);
  const told = [error?.name, status?.name].flatMap(familyOf).filter((each) => each !== undefined);
  const code = told.find((each) => Object.hasOwn(codes, each)) ?? told[0];
  return {
    type: 'receipt',
    providerIds: [wellFormed(messageId)],
    state,
    ...(state === 'failed' ? { failure: failureOf(code, codes) } : {}),
    ...defined({ atMs: timeOf(seenAt ?? doneAt) }),
  };
}

function messageOf(event: InfobipEvent, { config }: InfobipAccount): InboundItem {
  const { contact, message } = event;
  if (phoneAddress(event.from) === `whatsapp:${config.sender}`) return ignored('own echo');
  const sender = senderOf([contact?.userId, event.from, contact?.phoneNumber, contact?.parentUserId]);
  if (!sender) return ignored('no sender');
  const name = lineOf(contact?.name) ?? lineOf(contact?.username && `@${contact.username}`);
  return {
    type: 'message',
    providerId: wellFormed(event.messageId),
    sender: { ...sender, ...(name ? { name } : {}) },
    ...defined({
      atMs: timeOf(event.receivedAt),
      replyTo: lineOf(message.context?.id),
      referral: referralIn(message),
    }),
    ...saidIn(message, wellFormed(event.messageId)),
  };
}

function referralIn({ referral: told, context }: InfobipMessage): InboundMessage['referral'] {
  const referral = told && {
    type: told.sourceType?.toLowerCase(),
    ref: told.ctwaClickId ?? told.sourceId,
    url: told.sourceUrl,
    headline: told.headline,
  };
  return referralOf(referral, context?.referredProduct?.productRetailerId);
}
