import type { Content, ContentOf, Field } from '../content.ts';
import { phrasesIn } from './phrases.ts';
import type { FormState, Question } from './types.ts';

/** The content that asks for one field, for channels that have no forms: a choice where it has options, else a text. Pure. */
export function fieldContent(field: Field, language: string | undefined, intro: string[] = []): Content {
  const said = phrasesIn(language);
  const required = field.required === true;
  const asked = [...intro, [field.label, ...hints(field, language)].join('\n')].filter(Boolean).join('\n\n');
  if (field.type !== 'choice' || !field.options) return { kind: 'text', text: asked };
  return {
    kind: 'choice',
    text: asked,
    options: field.options,
    ...(field.max_choices ? { max_choices: Math.min(field.max_choices, field.options.length) } : {}),
    ...(required ? {} : { none: said.skip }),
  };
}

function hints(field: Field, language: string | undefined): string[] {
  const said = phrasesIn(language);
  return [
    field.type === 'date' ? `(${said.date})` : '',
    field.required || field.type === 'choice' ? '' : `(${said.optional})`,
  ].filter(Boolean);
}

/** A form's title and text, and its first question under them. */
export const firstQuestion = (form: ContentOf<'form'>, own: string | undefined, language?: string): Content =>
  fieldContent(form.fields[0]!, language, [form.title, own ?? '']);

/** The form's question as it is asked now: `asked` is what the adaptation of the field's content is answered by. */
export const formQuestion = (
  form: FormState,
  {
    messageId,
    asked,
    expiresInSeconds,
  }: { messageId: string; asked: Question | undefined; expiresInSeconds: number },
): Question => ({
  type: 'form',
  messageId,
  options: asked?.options ?? [],
  min: asked?.min ?? 1,
  max: asked?.max ?? 1,
  form,
  expiresInSeconds,
});
