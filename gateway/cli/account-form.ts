import { z } from 'zod';
import { callApi } from './api.ts';
import type { CommandContext, Target } from './context.ts';
import type { Prompt } from './prompt.ts';
import { printable } from './terminal.ts';

const fieldSchema = z.looseObject({
  type: z.string().optional(),
  title: z.string().optional(),
  description: z.string().optional(),
  default: z.unknown().optional(),
  enum: z.array(z.unknown()).optional(),
  examples: z.array(z.unknown()).optional(),
  'x-order': z.number().optional(),
});
const halfSchema = z.looseObject({
  properties: z.record(z.string(), fieldSchema).optional(),
  required: z.array(z.string()).optional(),
});
const connectorSchema = z.looseObject({
  name: z.string(),
  title: z.string(),
  hook_url: z.string().nullable().optional(),
  config_schema: halfSchema,
  credentials_schema: halfSchema,
  documents: z.array(z.looseObject({ title: z.string(), url: z.string() })).optional(),
});
type Field = z.infer<typeof fieldSchema>;

interface Asked {
  name: string;
  field: Field;
  required: boolean;
  secret: boolean;
}

const fieldsOf = (half: z.infer<typeof halfSchema>, secret: boolean): Asked[] =>
  Object.entries(half.properties ?? {})
    .map(([name, field]) => ({ name, field, secret, required: half.required?.includes(name) ?? false }))
    .toSorted((a, b) => (a.field['x-order'] ?? 0) - (b.field['x-order'] ?? 0));

/** What was typed as what the field holds: a text as it is, everything else as JSON. undefined: it is none. */
export function fieldValue({ type, enum: options }: Field, typed: string): { value: unknown } | undefined {
  if (type === 'boolean') {
    if (/^(?:y|yes|true)$/i.test(typed)) return { value: true };
    return /^(?:n|no|false)$/i.test(typed) ? { value: false } : undefined;
  }
  const found = options?.find((option) => String(option) === typed);
  if (options) return found === undefined ? undefined : { value: found };
  if (type === undefined || type === 'string') return { value: typed };
  try {
    return { value: JSON.parse(typed) as unknown };
  } catch {
    return undefined;
  }
}

const shapeOf = ({ type, enum: options }: Field): string =>
  options ? options.map(String).join(', ') : type === 'boolean' ? 'yes or no' : `${type ?? 'text'} as JSON`;

type Asking = { prompt: Prompt } & Pick<CommandContext, 'note' | 'paint'>;

async function askField(
  { name, field, required, secret }: Asked,
  { prompt, note, paint }: Asking,
): Promise<{ typed: unknown } | 'left_out' | 'ended'> {
  note('');
  const about = [field.description, required ? undefined : 'may be left out'].filter(Boolean).join('; ');
  if (about) note(paint('dim', printable(about)));
  const choice = field.enum ? ` (${field.enum.map((one) => printable(String(one))).join(', ')})` : '';
  const usual = field.default === undefined ? '' : ` [${printable(JSON.stringify(field.default))}]`;
  const question = `${paint('bold', printable(field.title ?? name))}${choice}${usual}: `;
  for (;;) {
    const line = await prompt.ask(question, { secret });
    if (line === undefined) return 'ended';
    const typed = line.trim();
    if (typed === '' && (!required || field.default !== undefined)) return 'left_out';
    const read = typed === '' ? undefined : fieldValue(field, typed);
    if (read) return { typed: read.value };
    note(typed === '' ? 'It is needed' : `Expected ${printable(shapeOf(field))}`);
  }
}

/** What an account is made of. */
export interface Given {
  config: Record<string, unknown>;
  credentials: Record<string, unknown>;
}

/** The form of a connector, to be filled in at the terminal. */
export interface AccountForm {
  /** Asks for all of it, in its order. undefined: they gave up. */
  fill(): Promise<Given | undefined>;
  /** Asks once more for what the gateway found wrong. undefined: none of it is in the form, or they gave up. */
  mend(given: Given, pointers: readonly string[]): Promise<Given | undefined>;
}

/** The connector's own form; undefined after a note of why there is none. */
export async function openForm(
  target: Target,
  connector: string,
  asking: Asking,
): Promise<AccountForm | undefined> {
  const { note, paint } = asking;
  const path = `/v1/connectors/${encodeURIComponent(connector)}`;
  const found = await callApi(target, { method: 'GET', path, expects: connectorSchema });
  if (!found.ok) {
    note(found.line);
    return undefined;
  }
  const { title, config_schema: config, credentials_schema: credentials, documents = [] } = found.body;
  note(paint('bold', printable(title)));
  for (const document of documents.slice(0, 1))
    note(paint('dim', `${printable(document.title)}: ${printable(document.url)}`));
  const fields = [...fieldsOf(config, false), ...fieldsOf(credentials, true)];
  return {
    fill: () => askAll(fields, { config: {}, credentials: {} }, asking),
    mend: async (given, pointers) => {
      const wrong = fields.filter(({ name, secret }) => {
        const place = `/${halfOf(secret)}/${name}`;
        return pointers.some((pointer) => pointer === place || pointer.startsWith(`${place}/`));
      });
      return wrong.length === 0 ? undefined : askAll(wrong, given, asking);
    },
  };
}

const halfOf = (secret: boolean): keyof Given => (secret ? 'credentials' : 'config');

async function askAll(fields: readonly Asked[], before: Given, asking: Asking): Promise<Given | undefined> {
  const given: Given = { config: { ...before.config }, credentials: { ...before.credentials } };
  for (const asked of fields) {
    const answer = await askField(asked, asking);
    if (answer === 'ended') {
      asking.note('\nNothing was added');
      return undefined;
    }
    const half = given[halfOf(asked.secret)];
    if (answer === 'left_out') delete half[asked.name];
    else half[asked.name] = answer.typed;
  }
  asking.note('');
  return given;
}
