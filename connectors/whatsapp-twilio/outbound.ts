import { z } from 'zod';
import { failure } from '../../protocol/failures.ts';
import type { Context, ProbeOutcome, SendOutcome, SendRequest } from '../contract/index.ts';
import { writeForm } from '../kit/form.ts';
import { answerJson } from '../kit/http.ts';
import { lineOf } from '../kit/fields.ts';
import { allInOrder, outcomeOf } from '../kit/whatsapp/outcome.ts';
import type { TwilioAccount } from './manifest.ts';
import { render } from './render.ts';
import { codes } from './status.ts';

const code = z.union([z.string(), z.number()]).transform(String).nullish().catch(undefined);
const sentSchema = z.looseObject({ sid: z.string().min(1).max(64) });
const refusedSchema = z.looseObject({ code, error_code: code });
const accountSchema = z.looseObject({ friendly_name: z.string().optional().catch(undefined) });

const answers = {
  codes,
  ids: (json: unknown) => {
    const { data } = sentSchema.safeParse(json);
    return data && [data.sid];
  },
  refusals: (json: unknown) => {
    const { data } = refusedSchema.safeParse(json);
    return [data?.code ?? undefined, data?.error_code ?? undefined];
  },
};

export const authorization = ({ config, credentials }: TwilioAccount): { authorization: string } => ({
  authorization: `Basic ${Buffer.from(`${config.account_sid}:${credentials.auth_token}`).toString('base64')}`,
});

const accountUrl = ({ base_url, account_sid }: TwilioAccount['config']): string =>
  `${base_url.replace(/\/+$/, '')}/2010-04-01/Accounts/${account_sid}`;

export async function send(
  request: SendRequest,
  account: TwilioAccount,
  context: Context,
): Promise<SendOutcome> {
  const rendered = render(request);
  if (!rendered.ok) return { type: 'rejected', failure: failure(rendered.code) };
  const { config } = account;
  return allInOrder(rendered.bodies, async (fields) => {
    const form = {
      To: request.address,
      ...(config.messaging_service_sid === undefined
        ? { From: `whatsapp:${config.sender}` }
        : { MessagingServiceSid: config.messaging_service_sid }),
      StatusCallback: account.hookUrl,
      ...fields,
    };
    const result = await context.http.call({
      method: 'POST',
      url: `${accountUrl(config)}/Messages.json`,
      headers: { ...authorization(account), 'content-type': 'application/x-www-form-urlencoded' },
      body: writeForm(form),
      signal: context.signal,
    });
    return outcomeOf(result, answers, context.now());
  });
}

/** Reads the account, which changes nothing. */
export async function probe(account: TwilioAccount, context: Context): Promise<ProbeOutcome> {
  const result = await context.http.call({
    method: 'GET',
    url: `${accountUrl(account.config)}.json`,
    headers: authorization(account),
    signal: context.signal,
  });
  if (result.type !== 'answer')
    return { ok: false, detail: 'Twilio did not answer; check base_url and the network.' };
  const { status } = result;
  if (status < 200 || status >= 300)
    return {
      ok: false,
      detail: `Twilio answers ${status}: check the account SID and the auth token.`,
      ...(status === 401 ? { fields: ['credentials.auth_token', 'config.account_sid'] } : {}),
    };
  const detail = lineOf(accountSchema.safeParse(answerJson(result)).data?.friendly_name, 128);
  return { ok: true, ...(detail ? { detail } : {}) };
}
