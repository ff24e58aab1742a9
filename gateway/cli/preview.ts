import { z } from 'zod';
import { callApi } from './api.ts';
import type { CommandContext, Target } from './context.ts';
import type { Paint } from './terminal.ts';
import { printable } from './terminal.ts';

const gaugeSchema = z.looseObject({ length: z.number(), max: z.number(), unit: z.string() });
const blockSchema = z.looseObject({
  type: z.string(),
  text: z.string().optional(),
  gauge: gaugeSchema.optional(),
  buttons: z.array(z.looseObject({ title: z.string() })).optional(),
  rows: z.array(z.looseObject({ title: z.string() })).optional(),
});
const previewSchema = z.looseObject({
  data: z.array(
    z.looseObject({
      account_id: z.string(),
      channel: z.string(),
      refused: z.string().optional(),
      parts: z.array(
        z.looseObject({
          rendering: z.looseObject({ blocks: z.array(blockSchema) }),
          segments: z.number().optional(),
          encoding: z.string().optional(),
        }),
      ),
      losses: z.array(z.looseObject({ what: z.string(), how: z.string(), why: z.string() })),
    }),
  ),
});
type Shown = z.infer<typeof previewSchema>['data'][number];

export interface PreviewOptions {
  target: Target;
  content: object;
  transliterate: boolean;
}

/** Shows a message as each channel of the merchant would, before anything is sent. */
export async function preview(
  { target, content, transliterate }: PreviewOptions,
  { out, note, paint }: CommandContext,
): Promise<number> {
  const answer = await callApi(target, {
    method: 'POST',
    path: '/v1/messages/preview',
    body: { content, ...(transliterate ? { transliterate } : {}) },
    expects: previewSchema,
  });
  if (!answer.ok) {
    note(answer.line);
    return 1;
  }
  if (answer.body.data.length === 0)
    note('There is no account yet: add one with npx passerelle accounts add');
  for (const line of answer.body.data.flatMap((one) => renderPreview(one, paint))) out(line);
  return 0;
}

/** One account as lines: its parts as they look, how full each is, and what is lost. Pure. */
export function renderPreview(
  { account_id, channel, refused, parts, losses }: Shown,
  paint: Paint,
): string[] {
  const head = `${paint('bold', printable(channel))}  ${paint('dim', printable(account_id))}`;
  const drawn = parts.flatMap(({ rendering, segments, encoding }) => [
    ...rendering.blocks.flatMap((block) => blockLines(block, paint)),
    ...(segments === undefined
      ? []
      : [
          paint(
            'dim',
            `  ${segments} short message${segments === 1 ? '' : 's'} (${printable(encoding ?? '')})`,
          ),
        ]),
  ]);
  return [
    head,
    ...(refused ? [paint('red', `  refused: ${printable(refused)}`)] : []),
    ...drawn,
    ...losses.map(({ what, how, why }) => paint('yellow', `  ${printable(`${what} ${how}: ${why}`)}`)),
    '',
  ];
}

function blockLines(
  { type, text, gauge, buttons, rows }: z.infer<typeof blockSchema>,
  paint: Paint,
): string[] {
  const full = gauge ? paint('dim', `  ${gauge.length}/${gauge.max} ${printable(gauge.unit)}`) : '';
  if (text !== undefined) {
    const lines = text.split('\n').map((line) => `  │ ${printable(line)}`);
    return [...lines.slice(0, -1), `${lines.at(-1)}${full}`];
  }
  const pressed = (buttons ?? rows)?.map(({ title }) => `[${printable(title)}]`);
  return [pressed ? `  │ ${pressed.join(' ')}` : paint('dim', `  │ (${printable(type)})`)];
}
