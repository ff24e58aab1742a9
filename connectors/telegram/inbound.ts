import type {
  Account,
  HookRequest,
  InboundIgnored,
  InboundItem,
  InboundMessage,
  InboundSender,
  Parsed,
} from '../contract/index.ts';
import { languageSchema } from '../../protocol/content.ts';
import { readJsonAs } from '../kit/body.ts';
import { sameSecret } from '../kit/signature.ts';
import { addressOf, normaliseAddress, providerIdOf } from './identity.ts';
import { bounded, incoming } from './incoming.ts';
import type { TelegramConfig, TelegramCredentials } from './manifest.ts';
import { updateSchema } from './wire.ts';
import type { TelegramMessage, TelegramUpdate, TelegramUser } from './wire.ts';

/** The secret that was given to `setWebhook`; Telegram signs nothing else. */
export function verify(
  request: HookRequest,
  { credentials }: Account<TelegramConfig, TelegramCredentials>,
): { ok: true } | { ok: false; reason: string } {
  return sameSecret(request.headers['x-telegram-bot-api-secret-token'], credentials.webhook_secret)
    ? { ok: true }
    : { ok: false, reason: 'X-Telegram-Bot-Api-Secret-Token is missing or not the one given to setWebhook' };
}

/** One request is one Update. A repeated Update gives the same provider ids, which is what removes it. */
export function parse(request: HookRequest): Parsed {
  const body = readJsonAs(request.body, updateSchema);
  if (!body.ok) return body;
  const items = [itemOf(body.value)];
  const call = answerTo(body.value);
  if (!call) return { ok: true, items };
  return {
    ok: true,
    items,
    response: {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(call),
    },
  };
}

/**
 * What Telegram waits for: the button spins until its query is answered, and a payment fails unless it is let through within 10 s.
 * A webhook's response may carry one method call (https://core.telegram.org/bots/api#making-requests-when-getting-updates).
 */
function answerTo({
  callback_query: pressed,
  pre_checkout_query: paying,
}: TelegramUpdate): object | undefined {
  if (pressed) return { method: 'answerCallbackQuery', callback_query_id: pressed.id };
  // only the merchant makes invoices: what is asked for may be paid
  return paying && { method: 'answerPreCheckoutQuery', pre_checkout_query_id: paying.id, ok: true };
}

const ignored = (reason: string): InboundIgnored => ({ type: 'ignored', reason });

function itemOf(update: TelegramUpdate): InboundItem {
  if (update.message) return messageItem(update.message);
  if (update.edited_message) return editItem(update.edited_message, update.update_id);
  if (update.callback_query) return pressItem(update.callback_query);
  if (update.message_reaction) return reactionItem(update.message_reaction, update.update_id);
  if (update.pre_checkout_query) return ignored('a payment is about to be made');
  if (update.my_chat_member) {
    const { status } = update.my_chat_member.new_chat_member;
    if (status === 'kicked') return ignored('the consumer blocked the bot');
    if (status === 'member') return ignored('the consumer started or unblocked the bot');
    return ignored('the bot has another role in a chat');
  }
  const [kind] = Object.keys(update).filter((field) => field !== 'update_id' && /^[a-z_]{1,40}$/.test(field));
  return ignored(`not handled: ${kind ?? 'an update without a known field'}`);
}

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

function messageItem(message: TelegramMessage): InboundItem {
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

function editItem(message: TelegramMessage, updateId: number): InboundItem {
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

function pressItem({ id, from, message, data }: NonNullable<TelegramUpdate['callback_query']>): InboundItem {
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

function reactionItem(
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
