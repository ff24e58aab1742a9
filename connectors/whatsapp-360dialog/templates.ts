import { z } from 'zod';
import type { Context, TemplatesOutcome } from '../contract/index.ts';
import { callGraph } from '../kit/meta/graph.ts';
import { codes } from '../kit/whatsapp/status.ts';
import { listTemplates, templatePageBytes, templatesPerPage } from '../kit/whatsapp/template-list.ts';
import type { Dialog360Account } from './manifest.ts';
import { keyHeader, urlOf } from './platform.ts';

const pageSchema = z.looseObject({
  waba_templates: z.array(z.unknown()),
  total: z.number().int().nonnegative().optional().catch(undefined),
});

/** `/v1/configs/templates`: those of the WABA that the key's number is of, from `offset` on. */
export function templates(
  { config, credentials }: Dialog360Account,
  context: Context,
): Promise<TemplatesOutcome> {
  return listTemplates(async (after = '0') => {
    const offset = Number(after);
    const answer = await callGraph(context, {
      method: 'GET',
      url: `${urlOf(config, 'v1/configs/templates')}?limit=${templatesPerPage}&offset=${offset}`,
      token: credentials.api_key,
      tokenHeader: keyHeader,
      codes,
      schema: pageSchema,
      maxBytes: templatePageBytes,
    });
    if (!answer.ok) return answer;
    const { waba_templates: page, total } = answer.value;
    const end = offset + page.length;
    const last = total === undefined ? page.length < templatesPerPage : end >= total;
    return { ok: true, value: { templates: page, next: last ? undefined : String(end) } };
  });
}
