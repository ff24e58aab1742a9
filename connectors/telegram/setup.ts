import type { Context, SetupOutcome } from '../contract/index.ts';
import { callBot, readAnswer } from './bot.ts';
import type { BotAnswer, TelegramAccount } from './bot.ts';
import { allowedUpdates } from './inbound.ts';
import { webhookInfoSchema } from './wire.ts';

/** Telegram itself calls HTTPS only, on these ports; a Bot API server of one's own also calls HTTP inside one's network. */
const telegramHost = 'api.telegram.org';
const telegramPorts = new Set(['', '443', '80', '88', '8443']);

async function ask(
  account: TelegramAccount,
  method: string,
  params: Record<string, unknown>,
  context: Context,
): Promise<BotAnswer | undefined> {
  const result = await callBot(account, { method, params }, context);
  return result.type === 'answer' ? readAnswer(result) : undefined;
}

/** Why Telegram would not call this address; undefined if it would. */
function addressRefusal({ config, hookUrl }: TelegramAccount): string | undefined {
  if (new URL(config.base_url).hostname !== telegramHost) return undefined;
  const { protocol, port, origin } = new URL(hookUrl);
  if (protocol !== 'https:')
    return `Telegram calls HTTPS addresses only, and this gateway is at ${origin}: set PASSERELLE_PUBLIC_URL to its public https:// address and restart it, or let the account receive by poll.`;
  if (!telegramPorts.has(port))
    return `Telegram calls ports 443, 80, 88 and 8443 only, and this gateway is at ${origin}: change PASSERELLE_PUBLIC_URL.`;
  return undefined;
}

const failed = (answer: BotAnswer | undefined): SetupOutcome => ({
  ok: false,
  detail:
    answer === undefined
      ? 'The Bot API did not answer; check base_url and the network.'
      : answer.type === 'error'
        ? `The Bot API answers ${answer.code} to the webhook: check the token, and that the address is public and has a valid certificate; without one, let the account receive by poll.`
        : 'What answers at base_url is not the Bot API.',
});

/** What is polled must have no webhook: the Bot API would refuse each poll. */
async function setupPoll(account: TelegramAccount, context: Context): Promise<SetupOutcome> {
  const answer = await ask(account, 'deleteWebhook', { drop_pending_updates: false }, context);
  return answer?.type === 'ok'
    ? { ok: true, detail: 'Updates are fetched from Telegram; nobody calls the hook address.' }
    : failed(answer);
}

/** `setWebhook`, with the secret that every Update then brings. What waits at Telegram meanwhile is kept. */
export async function setup(account: TelegramAccount, context: Context): Promise<SetupOutcome> {
  if (account.config.receive === 'poll') return setupPoll(account, context);
  if (account.credentials.webhook_secret === undefined)
    return { ok: false, detail: 'Give the account a webhook_secret, or let it receive by poll.' };
  const refusal = addressRefusal(account);
  if (refusal !== undefined) return { ok: false, detail: refusal };
  const params = {
    url: account.hookUrl,
    secret_token: account.credentials.webhook_secret,
    allowed_updates: allowedUpdates,
    drop_pending_updates: false,
  };
  const answer = await ask(account, 'setWebhook', params, context);
  return answer?.type === 'ok'
    ? { ok: true, detail: 'Telegram sends updates to the hook address.' }
    : failed(answer);
}

/** `deleteWebhook`, unless the bot calls elsewhere by now. What waits at Telegram is kept for whoever takes over. */
export async function teardown(account: TelegramAccount, context: Context): Promise<SetupOutcome> {
  const answer = await ask(account, 'getWebhookInfo', {}, context);
  const info = answer?.type === 'ok' ? webhookInfoSchema.safeParse(answer.result) : undefined;
  if (!info?.success) return failed(answer);
  if (info.data.url !== account.hookUrl) return { ok: true };
  const deleted = await ask(account, 'deleteWebhook', { drop_pending_updates: false }, context);
  return deleted?.type === 'ok' ? { ok: true } : failed(deleted);
}
