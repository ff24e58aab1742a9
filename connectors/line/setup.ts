import type { Context, SetupOutcome } from '../contract/index.ts';
import { ask, callLine } from './api.ts';
import type { LineAccount } from './manifest.ts';
import { endpointSchema } from './wire.ts';

const endpointPath = '/v2/bot/channel/webhook/endpoint';

/**
 * The webhook's address, by the API; whether it is in use only the console decides
 * (https://developers.line.biz/en/reference/messaging-api/#set-webhook-endpoint-url). LINE has no call that takes it away again.
 */
export async function setup(account: LineAccount, context: Context): Promise<SetupOutcome> {
  const { protocol, origin } = new URL(account.hookUrl);
  if (protocol !== 'https:')
    return {
      ok: false,
      detail: `LINE calls HTTPS addresses only, and this gateway is at ${origin}: set PASSERELLE_PUBLIC_URL to its public https:// address and restart it.`,
    };
  const json = { endpoint: account.hookUrl };
  const result = await callLine(account, { method: 'PUT', path: endpointPath, json }, context);
  if (result.type !== 'answer')
    return { ok: false, detail: `LINE did not answer: ${result.reason}; check base_url and the network.` };
  if (result.status !== 200)
    return {
      ok: false,
      detail: `LINE answers ${result.status} to the webhook: check the token, and that the address is public and has a certificate of a known authority.`,
    };
  const hook = await ask(account, endpointPath, { schema: endpointSchema, context });
  if (hook?.active === false)
    return {
      ok: false,
      detail: 'LINE has the hook address, but doesn’t use it: turn "Use webhook" on in its console.',
    };
  return { ok: true, detail: 'LINE sends events to the hook address.' };
}
