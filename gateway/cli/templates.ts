import { z } from 'zod';
import { callApi } from './api.ts';
import type { CommandContext, Target } from './context.ts';
import type { Paint } from './terminal.ts';
import { printable, shortened } from './terminal.ts';

const textSchema = z.looseObject({ text: z.string().optional(), placeholders: z.array(z.string()) });
const templateSchema = z.looseObject({
  name: z.string(),
  language: z.string(),
  purpose: z.string(),
  state: z.string(),
  reason: z.string().optional(),
  header: textSchema.extend({ type: z.string() }).optional(),
  body: textSchema,
  buttons: z.array(
    z.looseObject({ index: z.number(), type: z.string(), text: z.string().optional(), value: z.string() }),
  ),
  fillable: z.boolean(),
});
type Template = z.infer<typeof templateSchema>;
const pageSchema = z.looseObject({ data: z.array(templateSchema), next: z.string().nullable() });

const pageSize = 100;
const colours: Record<string, 'green' | 'yellow' | 'red'> = { approved: 'green', pending: 'yellow' };

/** One template: its name and how it stands, what it says, and what content of kind `template` has to give. Pure. */
export function templateLines(one: Template, paint: Paint): string[] {
  const { name, language, purpose, state, reason, header, body, buttons, fillable } = one;
  const stands = paint(colours[state] ?? 'red', printable(reason ? `${state} (${reason})` : state));
  const takes = [
    ...(header && header.type !== 'text' ? [`header ${header.type}`] : []),
    ...(header?.placeholders ?? []).map((each) => `header {{${each}}}`),
    ...body.placeholders.map((each) => `{{${each}}}`),
    ...buttons
      .filter(({ value }) => value === 'required')
      .map(({ index, type, text }) => `button ${index} ${type}${text === undefined ? '' : ` “${text}”`}`),
  ];
  return [
    `${paint('bold', printable(name))}  ${printable(language)}  ${printable(purpose)}  ${stands}`,
    ...(body.text === undefined ? [] : [`  ${shortened(printable(body.text.replaceAll('\n', ' ')), 100)}`]),
    ...(takes.length === 0 ? [] : [paint('dim', `  takes ${printable(takes.join(', '))}`)]),
    ...(fillable ? [] : [paint('dim', '  content of kind template does not fill all of it')]),
  ];
}

/** The templates that the platform knows of an account. */
export async function templates(
  { target, id, refresh }: { target: Target; id: string; refresh: boolean },
  { out, note, paint }: CommandContext,
): Promise<number> {
  let cursor: string | undefined;
  let shown = 0;
  do {
    const query = new URLSearchParams({ limit: String(pageSize) });
    if (refresh && cursor === undefined) query.set('refresh', 'true');
    if (cursor !== undefined) query.set('cursor', cursor);
    const path = `/v1/accounts/${encodeURIComponent(id)}/templates?${query}`;
    const page = await callApi(target, { method: 'GET', path, expects: pageSchema });
    if (!page.ok) {
      note(page.line);
      return 1;
    }
    for (const line of page.body.data.flatMap((one) => templateLines(one, paint))) out(line);
    shown += page.body.data.length;
    cursor = page.body.next ?? undefined;
  } while (cursor !== undefined);
  if (shown === 0) note('The platform has no templates of this account');
  return 0;
}
