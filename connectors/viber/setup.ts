import type { Context, SetupOutcome } from '../contract/index.ts';
import type { ViberAccount } from './manifest.ts';
import { callViber } from './outbound.ts';
import { answerSchema, exactJson } from './wire.ts';

/** All that is read; messages come in any case (https://developers.viber.com/docs/api/rest-bot-api/#webhooks). */
const eventTypes = ['delivered', 'seen', 'failed', 'subscribed', 'unsubscribed', 'conversation_started'];

async function setWebhook(account: ViberAccount, json: object, context: Context): Promise<SetupOutcome> {
  const result = await callViber(account, 'set_webhook', { json, context });
  if (result.type !== 'answer')
    return { ok: false, detail: `Viber did not answer: ${result.reason}; check base_url and the network.` };
  const answer = result.status === 200 ? answerSchema.safeParse(exactJson(result.body)).data : undefined;
  if (answer?.status === 0) return { ok: true };
  return {
    ok: false,
    detail: `Viber answers ${answer ? `status ${answer.status}` : result.status} to the webhook: check the token, and that the address is public and has a certificate of a known authority.`,
  };
}

/** `set_webhook`. Viber calls the address before it answers, and refuses one that does not answer 200. */
export async function setup(account: ViberAccount, context: Context): Promise<SetupOutcome> {
  const { protocol, origin } = new URL(account.hookUrl);
  if (protocol !== 'https:')
    return {
      ok: false,
      detail: `Viber calls HTTPS addresses only, and this gateway is at ${origin}: set PASSERELLE_PUBLIC_URL to its public https:// address and restart it.`,
    };
  const outcome = await setWebhook(
    account,
    { url: account.hookUrl, event_types: eventTypes, send_name: true },
    context,
  );
  return outcome.ok ? { ok: true, detail: 'Viber sends events to the hook address.' } : outcome;
}

/** An empty address removes it; one that leads elsewhere by now is left alone. */
export async function teardown(account: ViberAccount, context: Context): Promise<SetupOutcome> {
  const result = await callViber(account, 'get_account_info', { json: {}, context });
  const info =
    result.type === 'answer' && result.status === 200
      ? answerSchema.safeParse(exactJson(result.body)).data
      : undefined;
  if (info?.status !== 0) return { ok: false, detail: 'Viber does not say where it calls.' };
  return info.webhook === account.hookUrl ? setWebhook(account, { url: '' }, context) : { ok: true };
}
