import { z } from 'zod';
import type { Context, TemplatesOutcome } from '../contract/index.ts';
import { answerJson } from '../kit/http.ts';
import { outcomeOf } from '../kit/whatsapp/outcome.ts';
import { listTemplates, notListed, templatePageBytes, unreadable } from '../kit/whatsapp/template-list.ts';
import type { InfobipAccount } from './manifest.ts';
import { answers, authorization } from './outbound.ts';

const partSchema = z.looseObject({}).optional().catch(undefined);
const structureSchema = z.looseObject({
  header: partSchema,
  body: partSchema,
  footer: partSchema,
  buttons: z.array(z.looseObject({})).optional().catch(undefined),
  type: z.string().optional().catch(undefined),
});
const listSchema = z.looseObject({
  templates: z.array(z.looseObject({ structure: structureSchema }).optional().catch(undefined)),
});

/** All of the sender's templates at once ("Get WhatsApp Templates"); their parts are Meta's under other names. */
export async function templates(account: InfobipAccount, context: Context): Promise<TemplatesOutcome> {
  const { config } = account;
  const sender = config.sender.slice(1);
  const result = await context.http.call({
    method: 'GET',
    url: `${config.base_url.replace(/\/+$/, '')}/whatsapp/2/senders/${sender}/templates`,
    headers: { ...authorization(account), accept: 'application/json' },
    maxBytes: 2 * templatePageBytes,
    signal: context.signal,
  });
  if (result.type !== 'answer' || result.status < 200 || result.status >= 300) {
    const outcome = outcomeOf(result, answers, context.now());
    return outcome.type === 'sent' ? unreadable : notListed(outcome);
  }
  const { data } = listSchema.safeParse(answerJson(result));
  if (!data) return unreadable;
  const inMetasShape = data.templates.map(
    (one) => one && { ...one, components: componentsOf(one.structure) },
  );
  return listTemplates(async () => ({ ok: true, value: { templates: inMetasShape, next: undefined } }));
}

function componentsOf({ header, body, footer, buttons, type }: z.infer<typeof structureSchema>): object[] {
  return [
    ...(header ? [{ ...header, type: 'HEADER' }] : []),
    ...(body ? [{ ...body, type: 'BODY' }] : []),
    ...(footer ? [{ ...footer, type: 'FOOTER' }] : []),
    ...(buttons?.length ? [{ type: 'BUTTONS', buttons }] : []),
    // more than Infobip tells of
    ...(type === 'UNSUPPORTED' ? [{ type }] : []),
  ];
}
