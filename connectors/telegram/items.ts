import type { InboundIgnored, InboundItem, InboundMessage, InboundSender } from '../contract/index.ts';
import { languageSchema } from '../../protocol/content.ts';
import { addressOf, normaliseAddress, providerIdOf } from './identity.ts';
import { bounded, incoming } from './incoming.ts';
import type { TelegramMessage, TelegramUpdate, TelegramUser } from './wire.ts';

/** What each field of an Update says. Pure. */
export const ignored = (reason: string): InboundIgnored => ({ type: 'ignored', reason });

/** Only a private chat is a conversation between a merchant and a consumer. */
function refusal(chat: TelegramMessage['chat'], from: TelegramUser | undefined): InboundIgnored | undefined {
  if (chat.type !== 'private' || normaliseAddress(addressOf(chat.id)) === undefined)
    return ignored('not a private chat');
  if (!from) return ignored('a message without a sender');
  return from.is_bot ? ignored('from a bot') : undefined;
}

function senderOf(chatId: number, { first_name, last_name, language_code }: TelegramUser): InboundSender {
  const name = bounded([first_name, last_name].filter(Boolean).join(' '), 256);
  const language = languageSchema.safeParse(language_code);
  return {
    address: addressOf(chatId),
    ...(name ? { name } : {}),
    ...(language.success ? { language: language.data } : {}),
  };
}

export function messageItem(message: TelegramMessage): InboundItem {
  const { chat, from, message_id, date } = message;
  const paid = paymentItem(message);
  if (paid) return paid;
  const refused = refusal(chat, from);
  if (refused) return refused;
  const said = incoming(message);
  if (!said) return ignored('a message without content that can be carried');
  return {
    type: 'message',
    providerId: providerIdOf(chat.id, message_id),
    sender: senderOf(chat.id, from!),
    ...said,
    atMs: date * 1000,
    ...answered(message),
    ...deepLink(message.text),
  };
}

/** Stars are no currency of ISO 4217. */
const stars = 'XTR';

/** The service message about a payment. Where it is about a refund, it may be the bot that is named as its sender: the chat tells whose it is. */
function paymentItem(message: TelegramMessage): InboundItem | undefined {
  const { chat, from, date, successful_payment: paid, refunded_payment: refunded } = message;
  const payment = paid ?? refunded;
  if (!payment) return undefined;
  const refused = refusal(chat, from && { ...from, is_bot: false });
  if (refused) return refused;
  const reference = bounded(payment.invoice_payload, 1024);
  const { total_amount: amount, currency } = payment;
  return {
    type: 'payment',
    providerId: payment.telegram_payment_charge_id,
    sender: from!.is_bot ? { address: addressOf(chat.id) } : senderOf(chat.id, from!),
    state: paid ? 'paid' : 'refunded',
    ...(reference ? { reference } : {}),
    ...answered(message),
    ...(currency !== stars && /^[A-Z]{3}$/.test(currency) ? { amount: { amount, currency } } : {}),
    atMs: date * 1000,
  };
}

const answered = ({ chat, reply_to_message: target }: TelegramMessage): Pick<InboundMessage, 'replyTo'> =>
  target && (target.chat === undefined || target.chat.id === chat.id)
    ? { replyTo: providerIdOf(chat.id, target.message_id) }
    : {};

/** `t.me/bot?start=PAYLOAD` makes the consumer say `/start PAYLOAD` (https://core.telegram.org/bots/features#deep-linking). */
function deepLink(text: string | undefined): Pick<InboundMessage, 'referral'> {
  const ref = /^\/start ([A-Za-z0-9_-]{1,64})$/.exec(text ?? '')?.[1];
  return ref ? { referral: { source: 'deep_link', ref } } : {};
}

export function editItem(message: TelegramMessage, updateId: number): InboundItem {
  const { chat, from, message_id, edit_date } = message;
  const refused = refusal(chat, from);
  if (refused) return refused;
  const text = message.text ?? message.caption;
  if (!text) return ignored('an edit of something other than text');
  const target = providerIdOf(chat.id, message_id);
  return {
    type: 'message',
    // Two edits may fall into one second, so the Update's own number is part of the id.
    providerId: `${target}:edit:${updateId}`,
    sender: senderOf(chat.id, from!),
    content: { kind: 'edit', message_id: '', text: bounded(text, 65_536) },
    ...(edit_date === undefined ? {} : { atMs: edit_date * 1000 }),
    replyTo: target,
  };
}

export function pressItem({
  id,
  from,
  message,
  data,
}: NonNullable<TelegramUpdate['callback_query']>): InboundItem {
  if (!message) return ignored('a press on a message sent through inline mode');
  if (!data) return ignored('a press without data');
  const refused = refusal(message.chat, from);
  if (refused) return refused;
  const buttons = message.reply_markup?.inline_keyboard.flat() ?? [];
  const label = buttons.find((button) => button.callback_data === data)?.text;
  const target = providerIdOf(message.chat.id, message.message_id);
  return {
    type: 'message',
    providerId: `${target}:press:${id}`,
    sender: senderOf(message.chat.id, from),
    content: { kind: 'text', text: bounded(label || data, 1024) },
    replyTo: target,
    payload: data,
  };
}

const memberships = {
  kicked: { state: 'opted_out', says: 'Blocked the bot' },
  member: { state: 'opted_in', says: 'Unblocked the bot' },
} as const;

/** In a private chat it comes only when the bot is blocked or unblocked. */
export function memberItem(
  { chat, from, date, new_chat_member: { status } }: NonNullable<TelegramUpdate['my_chat_member']>,
  updateId: number,
): InboundItem {
  const refused = refusal(chat, from);
  if (refused) return refused;
  if (status !== 'kicked' && status !== 'member') return ignored('the bot has another role in a chat');
  const { state, says } = memberships[status];
  return {
    type: 'message',
    providerId: `${addressOf(chat.id)}:member:${updateId}`,
    sender: senderOf(chat.id, from!),
    content: {
      kind: 'native',
      connector: 'telegram',
      payload: { type: 'my_chat_member', status },
      text: says,
    },
    ...(date === undefined ? {} : { atMs: date * 1000 }),
    automatic: true,
    consent: { state, statement: `my_chat_member:${status}` },
  };
}

export function reactionItem(
  change: NonNullable<TelegramUpdate['message_reaction']>,
  updateId: number,
): InboundItem {
  const { chat, message_id, user, date, old_reaction, new_reaction } = change;
  const refused = refusal(chat, user);
  if (refused) return refused;
  const had = new Set(old_reaction.map((reaction) => reaction.emoji));
  const emojis = new_reaction.flatMap((reaction) => reaction.emoji || []);
  const emoji = emojis.find((candidate) => !had.has(candidate)) ?? emojis.at(-1);
  if (emoji === undefined && new_reaction.length > 0)
    return ignored('a reaction without an emoji of Unicode');
  const target = providerIdOf(chat.id, message_id);
  return {
    type: 'message',
    providerId: `${target}:reaction:${updateId}`,
    sender: senderOf(chat.id, user!),
    content: { kind: 'reaction', message_id: '', emoji: bounded(emoji ?? '', 64) },
    atMs: date * 1000,
    replyTo: target,
  };
}
