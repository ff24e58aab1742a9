import type { Context, RevokeOutcome, RevokeRequest } from '../contract/index.ts';
import { callBot, readAnswer } from './bot.ts';
import type { TelegramAccount } from './bot.ts';
import { messageIdOf } from './identity.ts';

/**
 * Takes messages back with `deleteMessage` (https://core.telegram.org/bots/api#deletemessage): a bot may delete what it sent to a private
 * chat within 48 hours. A refusal has one code for all causes, too old and gone already among them: it counts as too late.
 */
export async function revoke(
  { address, providerIds }: RevokeRequest,
  account: TelegramAccount,
  context: Context,
): Promise<RevokeOutcome> {
  const chatId = Number(address.slice('telegram:'.length));
  const messageIds = providerIds.flatMap((id) => messageIdOf(chatId, id) ?? []);
  // edits, reactions and removals have no message of their own
  if (messageIds.length < providerIds.length) return 'unsupported';
  let gone = true;
  for (const messageId of messageIds) {
    const params = { chat_id: chatId, message_id: messageId };
    const result = await callBot(account, { method: 'deleteMessage', params }, context);
    const answer = result.type === 'answer' ? readAnswer(result) : undefined;
    gone = gone && answer?.type === 'ok' && answer.result === true;
  }
  return gone ? 'revoked' : 'too_late';
}
