import { locationContentSchema } from '../content.ts';
import type { Content, Field } from '../content.ts';
import type { Answer, FieldValue } from '../messages.ts';
import { readChoice } from './choices.ts';
import { readField } from './fields.ts';
import { folded } from './numbers.ts';
import { skipWords } from './phrases.ts';
import type { FormState, Question, ReadingContext } from './types.ts';

/** What a consumer chose or gave, before it is put in the question's own terms. */
export type Given =
  | { type: 'options'; places: number[]; via: Answer['via'] }
  | { type: 'value'; value: FieldValue; via: Answer['via'] }
  | { type: 'skipped'; via: Answer['via'] }
  | { type: 'values'; values: Record<string, unknown>; via: Answer['via'] };

/**
 * Reads a consumer's message as the answer to a question: numbers, an option's words, or the value that a form asks for.
 * undefined if it is none. Whether it is an opt-out must be asked before. Total.
 */
export function readAnswer(
  content: Content,
  question: Question,
  context: ReadingContext = {},
): Given | undefined {
  const field = fieldAsked(question);
  if (content.kind === 'location' && field?.type === 'location')
    return { type: 'value', value: place(content), via: 'value' };
  if (content.kind !== 'text') return undefined;
  const chosen = readChoice(content.text, question, context.language);
  if (chosen) return { type: 'options', ...chosen };
  if (!field) return undefined;
  if (!field.required && isSkip(content.text)) return { type: 'skipped', via: 'words' };
  const value = readField(field, content.text, context);
  return value === undefined ? undefined : { type: 'value', value, via: 'value' };
}

/** Whether a question takes any text for an answer: those are asked last of several that are open. */
export const takesAnyText = (question: Question): boolean =>
  ['text', 'location'].includes(fieldAsked(question)?.type ?? '');

/** The field that a form asks for now; undefined for other questions and for a form shown whole. */
export const fieldAsked = ({ form }: Question): Field | undefined =>
  form?.at === undefined ? undefined : form.fields[form.at];

/** Longer texts skip nothing, and are no work. */
const maxSkipLength = 40;
const isSkip = (text: string): boolean =>
  text.length <= maxSkipLength && (/^\s*\p{Pd}\s*$/u.test(text) || skipWords.has(folded(text)));

const place = ({ latitude, longitude, name, address }: Content & { kind: 'location' }): FieldValue => ({
  latitude,
  longitude,
  ...(name ? { name } : {}),
  ...(address ? { address } : {}),
});

export interface Answered {
  answer: Answer;
  /** A form that is not complete: what is to be asked next. */
  next?: FormState;
  /** A form that is complete: all its values. */
  values?: Record<string, FieldValue>;
}

/** What was given, as the answer to the question; undefined where the question has no such options or fields. Pure. */
export function answerTo(
  question: Question,
  given: Given,
  context: ReadingContext = {},
): Answered | undefined {
  const { form } = question;
  if (given.type === 'values') return form && wholeForm(form, given, context);
  if (form) return formStep(question, form, given);
  if (given.type !== 'options') return undefined;
  const chosen = optionsAt(question, given.places);
  if (!chosen) return undefined;
  const { messageId } = question;
  const { via } = given;
  if (question.type === 'survey')
    return { answer: { type: 'survey', message_id: messageId, value: Number(chosen[0]?.id), via } };
  return { answer: { type: 'choice', message_id: messageId, options: chosen, via } };
}

/** The options at these places; "none of these" beside others counts for nothing. undefined if the question doesn't let one choose so. */
function optionsAt(
  { options, min, max }: Question,
  places: number[],
): { id: string; title: string }[] | undefined {
  const found = [...new Set(places)].toSorted((a, b) => a - b).map((at) => options[at]);
  if (found.length === 0 || found.some((option) => option === undefined)) return undefined;
  const chosen = found.flatMap((option) =>
    option && !option.none ? [{ id: option.id, title: option.title }] : [],
  );
  if (chosen.length === 0) return [];
  return chosen.length >= min && chosen.length <= max ? chosen : undefined;
}

function formStep(
  question: Question,
  form: FormState,
  given: Exclude<Given, { type: 'values' }>,
): Answered | undefined {
  const field = fieldAsked(question);
  if (!field || form.at === undefined) return undefined;
  const values: Record<string, FieldValue> = {};
  if (given.type === 'value') values[field.id] = given.value;
  if (given.type === 'options') {
    const chosen = optionsAt(question, given.places);
    if (!chosen) return undefined;
    const ids = chosen.map(({ id }) => id);
    if (ids[0] !== undefined) values[field.id] = (field.max_choices ?? 1) > 1 ? ids : ids[0];
  }
  const all = { ...form.values, ...values };
  const complete = form.at === form.fields.length - 1;
  const answer: Answer = { type: 'form', message_id: form.messageId, values, complete, via: given.via };
  return complete ? { answer, values: all } : { answer, next: { ...form, at: form.at + 1, values: all } };
}

/** A form that came back whole: every field as its type wants it, the required ones all there. What it doesn't name is left out. */
function wholeForm(
  form: FormState,
  { values: given, via }: Extract<Given, { type: 'values' }>,
  context: ReadingContext,
): Answered | undefined {
  const values: Record<string, FieldValue> = {};
  for (const field of form.fields) {
    const value = valueOf(field, given[field.id], context);
    if (value !== undefined) values[field.id] = value;
    else if (field.required) return undefined;
  }
  return { answer: { type: 'form', message_id: form.messageId, values, complete: true, via }, values };
}

function valueOf(field: Field, given: unknown, context: ReadingContext): FieldValue | undefined {
  if (field.type === 'choice') {
    const ids = (Array.isArray(given) ? given : [given]).filter(
      (id): id is string => typeof id === 'string' && field.options!.some((option) => option.id === id),
    );
    const most = field.max_choices ?? 1;
    if (ids.length === 0 || ids.length > most) return undefined;
    return most > 1 ? [...new Set(ids)] : ids[0];
  }
  if (field.type === 'location') return placeGiven(given);
  if (typeof given === 'number' && field.type === 'number') return Number.isFinite(given) ? given : undefined;
  return typeof given === 'string' || typeof given === 'number'
    ? readField(field, String(given), context)
    : undefined;
}

const pointSchema = locationContentSchema.omit({ kind: true, text: true });

/** A point; or the place in words, from a consumer who has no point to give. */
function placeGiven(given: unknown): FieldValue | undefined {
  if (typeof given === 'string') return given.trim() || undefined;
  const point = pointSchema.safeParse(given);
  return point.success ? point.data : undefined;
}
