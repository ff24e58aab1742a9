import { z } from 'zod';
import type { Context, TemplatesOutcome } from '../contract/index.ts';
import { callGraph, graphUrl } from '../kit/meta/graph.ts';
import { codes as messageCodes } from '../kit/whatsapp/status.ts';
import { listTemplates, templatePageBytes, templatesPerPage } from '../kit/whatsapp/template-list.ts';
import type { WhatsAppAccount } from './manifest.ts';

const pageSchema = z.looseObject({
  data: z.array(z.unknown()),
  paging: z
    .looseObject({
      cursors: z.looseObject({ after: z.string().max(1024).optional() }).optional(),
      next: z.string().optional(),
    })
    .optional()
    .catch(undefined),
});

const fields = 'id,name,language,status,category,rejected_reason,components';
/** 80008: too many calls to this WhatsApp Business Account ("WhatsApp Message Template", Graph API reference). */
const codes = { ...messageCodes, '80008': 'throttled' } as const;

/** Asks page by page under the cursor; the address of the next page that Meta gives is not followed, for it holds the token. */
export async function templates(
  { config, credentials }: WhatsAppAccount,
  context: Context,
): Promise<TemplatesOutcome> {
  const { waba_id: wabaId } = config;
  if (wabaId === undefined) return { type: 'unset', fields: ['config.waba_id'] };
  return listTemplates(async (after) => {
    const query = new URLSearchParams({
      fields,
      limit: String(templatesPerPage),
      ...(after === undefined ? {} : { after }),
    });
    const answer = await callGraph(context, {
      method: 'GET',
      url: `${graphUrl(config, wabaId, 'message_templates')}?${query}`,
      token: credentials.access_token,
      codes,
      schema: pageSchema,
      maxBytes: templatePageBytes,
    });
    if (!answer.ok) return answer;
    const { data, paging } = answer.value;
    return {
      ok: true,
      value: { templates: data, next: paging?.next === undefined ? undefined : paging.cursors?.after },
    };
  });
}
