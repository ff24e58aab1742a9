import type { Account, HookRequest, InboundItem, Parsed } from '../contract/index.ts';
import { readJsonAs } from '../kit/body.ts';
import { sameSecret } from '../kit/signature.ts';
import { editItem, ignored, memberItem, messageItem, pressItem, reactionItem } from './items.ts';
import type { TelegramConfig, TelegramCredentials } from './manifest.ts';
import { updateSchema } from './wire.ts';
import type { TelegramUpdate } from './wire.ts';

/** What is asked for, of a webhook and of a poll: reactions come only by name (https://core.telegram.org/bots/api#setwebhook). */
export const allowedUpdates = [
  'message',
  'edited_message',
  'callback_query',
  'message_reaction',
  'my_chat_member',
  'pre_checkout_query',
];

/** The secret that was given to `setWebhook`; Telegram signs nothing else. */
export function verify(
  request: HookRequest,
  { credentials }: Account<TelegramConfig, TelegramCredentials>,
): { ok: true } | { ok: false; reason: string } {
  const { webhook_secret: secret } = credentials;
  // an account that is polled need not have one, and is called by nobody then
  return secret !== undefined && sameSecret(request.headers['x-telegram-bot-api-secret-token'], secret)
    ? { ok: true }
    : { ok: false, reason: 'X-Telegram-Bot-Api-Secret-Token is missing or not the one given to setWebhook' };
}

/** One request is one Update. A repeated Update gives the same provider ids, which is what removes it. */
export function parse(request: HookRequest): Parsed {
  const body = readJsonAs(request.body, updateSchema);
  if (!body.ok) return body;
  const { item, reply } = readUpdate(body.value);
  if (!reply) return { ok: true, items: [item] };
  // a webhook's response may carry one method call (https://core.telegram.org/bots/api#making-requests-when-getting-updates)
  const headers = { 'content-type': 'application/json' };
  return { ok: true, items: [item], response: { status: 200, headers, body: JSON.stringify(reply) } };
}

/** A method call with its parameters beside its name. */
type Reply = { method: string } & Record<string, unknown>;

/** What an Update says, by whichever way it came, and the method that Telegram waits for. Pure. */
export const readUpdate = (update: TelegramUpdate): { item: InboundItem; reply?: Reply | undefined } => ({
  item: itemOf(update),
  reply: replyTo(update),
});

/** The button spins until its query is answered, and a payment fails unless it is let through within 10 s. */
function replyTo({ callback_query: pressed, pre_checkout_query: paying }: TelegramUpdate): Reply | undefined {
  if (pressed) return { method: 'answerCallbackQuery', callback_query_id: pressed.id };
  // only the merchant makes invoices: what is asked for may be paid
  return paying && { method: 'answerPreCheckoutQuery', pre_checkout_query_id: paying.id, ok: true };
}

function itemOf(update: TelegramUpdate): InboundItem {
  if (update.message) return messageItem(update.message);
  if (update.edited_message) return editItem(update.edited_message, update.update_id);
  if (update.callback_query) return pressItem(update.callback_query);
  if (update.message_reaction) return reactionItem(update.message_reaction, update.update_id);
  if (update.pre_checkout_query) return ignored('a payment is about to be made');
  if (update.my_chat_member) return memberItem(update.my_chat_member, update.update_id);
  const [kind] = Object.keys(update).filter((field) => field !== 'update_id' && /^[a-z_]{1,40}$/.test(field));
  return ignored(`not handled: ${kind ?? 'an update without a known field'}`);
}
