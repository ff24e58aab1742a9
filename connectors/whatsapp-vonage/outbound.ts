import { failure } from '../../protocol/failures.ts';
import type { Context, SendOutcome, SendRequest } from '../contract/index.ts';
import { allInOrder, outcomeOf } from '../kit/whatsapp/outcome.ts';
import type { VonageAccount } from './manifest.ts';
import { render } from './render.ts';
import { codeOf, codes } from './status.ts';
import { refusedSchema, sentSchema } from './wire.ts';

const answers = {
  codes,
  ids: (json: unknown) => {
    const { data } = sentSchema.safeParse(json);
    return data && [data.message_uuid];
  },
  refusals: (json: unknown) => [codeOf(refusedSchema.safeParse(json).data)],
};

export const authorization = ({ config, credentials }: VonageAccount): { authorization: string } => ({
  authorization: `Basic ${Buffer.from(`${config.api_key}:${credentials.api_secret}`).toString('base64')}`,
});

export async function send(
  request: SendRequest,
  account: VonageAccount,
  context: Context,
): Promise<SendOutcome> {
  const rendered = render(request, account.config);
  if (!rendered.ok) return { type: 'rejected', failure: failure(rendered.code) };
  const { config, hookUrl } = account;
  return allInOrder(rendered.bodies, async (body) => {
    const result = await context.http.call({
      method: 'POST',
      url: `${config.base_url.replace(/\/+$/, '')}/v1/messages`,
      headers: { ...authorization(account), accept: 'application/json' },
      json: {
        ...body,
        channel: 'whatsapp',
        // a number without its plus, or a business-scoped user id as it is
        to: request.address.replace(/^whatsapp:\+?/, ''),
        from: config.sender.slice(1),
        webhook_url: hookUrl,
        webhook_version: 'v1',
      },
      signal: context.signal,
    });
    return outcomeOf(result, answers, context.now());
  });
}
