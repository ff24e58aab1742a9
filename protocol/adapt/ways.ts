import { z } from 'zod';
import { fieldSchema, optionIdSchema } from '../content.ts';
import { answerSchema } from '../messages.ts';
import { parsePayload } from '../questions.ts';
import { answerTo, fieldAsked, readAnswer } from './answers.ts';
import { isOptOut } from './consent.ts';
import type { Adaptation, Question, ReadingContext } from './types.ts';

/** One way to give an answer: press it, or type this. */
const waySchema = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('press') }),
  z.strictObject({ by: z.enum(['number', 'words']), says: z.string() }),
]);
export type Way = z.infer<typeof waySchema>;

/** How a question may be answered on a channel, and what comes back to the merchant. */
export const waysSchema = z
  .strictObject({
    type: z.enum(['choice', 'survey', 'form']),
    min: z.int().positive(),
    max: z.int().positive(),
    expires_in: z.int().positive().describe('Seconds'),
    options: z
      .array(
        z.strictObject({
          id: z.string(),
          title: z.string(),
          none: z.literal(true).optional().describe('"None of these"'),
          ways: z.array(waySchema),
          answer: answerSchema.optional().describe('What comes back when it is chosen alone'),
        }),
      )
      .describe('Empty for what is typed, and for a form that the platform shows whole'),
    field: z
      .strictObject({ id: optionIdSchema, type: fieldSchema.shape.type, required: z.boolean() })
      .optional()
      .describe('Of a form that is asked one field at a time: the field asked for here'),
  })
  .meta({ id: 'Ways' });
export type Ways = z.infer<typeof waysSchema>;

/** How the question of an adaptation may be answered; undefined where it asks nothing. Only what is really read back is named. Pure. */
export function waysOf({ parts, question }: Adaptation, context: ReadingContext = {}): Ways | undefined {
  if (!question) return undefined;
  const pressed = new Set(
    parts
      .flatMap((part) => part.payloads ?? [])
      .flatMap((payload) => {
        const chosen = parsePayload(payload)?.chosen;
        return Array.isArray(chosen) ? chosen : [];
      }),
  );
  const field = fieldAsked(question);
  return {
    type: question.type,
    min: question.min,
    max: question.max,
    expires_in: question.expiresInSeconds,
    options: question.options.map(({ id, title, none }, place) => {
      const answered = answerTo(question, { type: 'options', places: [place], via: 'payload' }, context);
      const press: Way[] = pressed.has(place) ? [{ by: 'press' }] : [];
      return {
        id,
        title,
        ...(none ? { none } : {}),
        ways: [...press, ...typedWays(question, place, context)],
        ...(answered ? { answer: answered.answer } : {}),
      };
    }),
    ...(field ? { field: { id: field.id, type: field.type, required: field.required ?? false } } : {}),
  };
}

/** Asked with one option alone: where several must be chosen, each is still typed in the same way. */
function typedWays(question: Question, place: number, context: ReadingContext): Way[] {
  const { title, number } = question.options[place]!;
  const alone = { ...question, min: 1 };
  const readsBack = (says: string): boolean => {
    if (isOptOut(says)) return false;
    const given = readAnswer({ kind: 'text', text: says }, alone, context);
    return given?.type === 'options' && given.places.length === 1 && given.places[0] === place;
  };
  const ways: Way[] = [
    ...(number === undefined ? [] : [{ by: 'number' as const, says: String(number) }]),
    { by: 'words' as const, says: title },
  ];
  return ways.filter((way, i) => {
    if (way.by === 'press') return true;
    const before = ways[i - 1];
    return !(before && before.by !== 'press' && before.says === way.says) && readsBack(way.says);
  });
}
