import type { CallResult, Context, SendOutcome, SendRequest } from '../contract/index.ts';
import { failure } from '../../protocol/failures.ts';
import { retryAfterMs } from '../kit/http.ts';
import { callBot, chatExists, readAnswer } from './bot.ts';
import type { BotAnswer, TelegramAccount } from './bot.ts';
import { providerIdOf } from './identity.ts';
import { render } from './render.ts';
import type { BotCall } from './render.ts';
import { failureOf } from './status.ts';
import { sentMessageSchema } from './wire.ts';

export async function send(
  request: SendRequest,
  account: TelegramAccount,
  context: Context,
): Promise<SendOutcome> {
  const rendered = render(request, account.config);
  if (rendered.type === 'refused') return { type: 'rejected', failure: failure(rendered.code) };
  if (rendered.type === 'nothing') return { type: 'sent', providerIds: [] };
  const outcome = await attempt(rendered.call, account, context);
  return isRefusedRequest(outcome) ? explain(rendered.call, outcome, account, context) : outcome;
}

async function attempt(call: BotCall, account: TelegramAccount, context: Context): Promise<SendOutcome> {
  const outcome = outcomeOf(await callBot(account, call, context), context.now());
  // An edit returns the edited message: its id is that of an earlier send, not of this one.
  return outcome.type === 'sent' && call.method.startsWith('edit')
    ? { type: 'sent', providerIds: [] }
    : outcome;
}

const isRefusedRequest = (outcome: SendOutcome): outcome is Extract<SendOutcome, { type: 'rejected' }> =>
  outcome.type === 'rejected' && outcome.failure.platform_code === '400';

/**
 * A 400 has many causes, which Telegram tells apart only in words. Two of them matter and can be asked for:
 * is there such a chat at all, and is the message to edit one whose text is a caption?
 */
async function explain(
  call: BotCall,
  refused: SendOutcome,
  account: TelegramAccount,
  context: Context,
): Promise<SendOutcome> {
  if (call.method === 'editMessageText') {
    const { text, ...target } = call.params;
    return attempt({ method: 'editMessageCaption', params: { ...target, caption: text } }, account, context);
  }
  const known = await chatExists(account, call.params['chat_id'], context);
  return known === false ? { type: 'rejected', failure: failure('address_invalid', 400) } : refused;
}

function outcomeOf(result: CallResult, nowMs: number): SendOutcome {
  switch (result.type) {
    case 'answer':
      return answerOutcome(readAnswer(result), nowMs);
    case 'unsent':
      // What the guard refuses or is no address stays so until the account's base_url is changed.
      return result.reason === 'guard' || result.reason === 'invalid_url'
        ? { type: 'rejected', failure: failure('platform_refused', result.reason) }
        : { type: 'rejected', failure: failure('platform_unavailable', result.reason) };
    case 'unknown':
      return { type: 'uncertain', reason: result.reason };
  }
}

function answerOutcome(answer: BotAnswer, nowMs: number): SendOutcome {
  switch (answer.type) {
    case 'ok': {
      // Signals, reactions and removals return `true`: there is no new message to name.
      const message = sentMessageSchema.safeParse(answer.result);
      return {
        type: 'sent',
        providerIds: message.success ? [providerIdOf(message.data.chat.id, message.data.message_id)] : [],
      };
    }
    case 'error':
      if (answer.code !== 429) return { type: 'rejected', failure: failureOf(answer.code) };
      return {
        type: 'throttled',
        platformCode: '429',
        ...(answer.retryAfterMs === undefined ? {} : { retryAfterMs: answer.retryAfterMs }),
      };
    case 'strange':
      return strangeOutcome(answer, nowMs);
  }
}

/** Something before the Bot API answered. What a proxy says of its upstream (502, 504) and what is no HTTP error leave it open. */
function strangeOutcome(
  { status, headers }: Extract<BotAnswer, { type: 'strange' }>,
  nowMs: number,
): SendOutcome {
  if (status === 429) {
    const waitMs = retryAfterMs(headers['retry-after'], nowMs);
    return {
      type: 'throttled',
      platformCode: '429',
      ...(waitMs === undefined ? {} : { retryAfterMs: waitMs }),
    };
  }
  if (status >= 400 && status !== 502 && status !== 504)
    return { type: 'rejected', failure: failureOf(status) };
  return { type: 'uncertain', reason: `an answer with status ${status} that is not the Bot API's` };
}
