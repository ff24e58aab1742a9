import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Connector } from '../../connectors/contract/index.ts';
import { fieldContent, formQuestion, waysOf } from '../../protocol/adapt/index.ts';
import type { Adaptation, Question } from '../../protocol/adapt/index.ts';
import { answerTo, readAnswer } from '../../protocol/adapt/answers.ts';
import { context } from '../../protocol/adapt/arbitraries.ts';
import { answers, expected } from '../../protocol/adapt/checks.ts';
import { folded } from '../../protocol/adapt/numbers.ts';
import type { Content, ContentOf, Field } from '../../protocol/content.ts';
import { optionsOf } from '../../protocol/questions.ts';
import { adaptOn, contentFor, languages, registered } from './registered.ts';

const runs = { numRuns: 600 };
const asking = new Set<Content['kind']>(['choice', 'card', 'carousel', 'survey', 'form']);
const questions = (connector: Connector) =>
  fc.tuple(
    contentFor(connector).filter(({ kind }) => asking.has(kind)),
    languages,
    fc.nat(),
  );

const says = (text: string, question: Question, language: string | undefined) =>
  readAnswer({ kind: 'text', text }, question, { language });

/** Whether a text is also the words of an option: then it means that one. */
const isTitle = (text: string, { options }: Question): boolean =>
  options.some(({ title }) => folded(title) === folded(text));

describe.each(registered)('an answer given on %s', (_, connector) => {
  test('to any option of any question comes back as that option', () => {
    fc.assert(
      fc.property(questions(connector), ([content, language]) => {
        const adaptation = adaptOn(connector, content, { language });
        const { question, parts } = adaptation;
        if (parts.length === 0) return;
        const asked =
          content.kind === 'form'
            ? question?.form?.at === undefined
              ? undefined
              : fieldContent(content.fields[0]!, language)
            : content;
        const options = asked ? optionsOf(asked) : [];
        expect(question?.options.map(({ id }) => id) ?? []).toEqual(options.map(({ id }) => id));
        for (const place of options.keys()) {
          const back = answers(adaptation, place);
          expect(back.length).toBeGreaterThan(0);
          for (const answer of back) expect(answer).toMatchObject(expected(question!, place));
        }
        for (const [place, { ways }] of waysOf(adaptation, { language })?.options.entries() ?? [])
          for (const way of ways)
            if (way.by !== 'press')
              expect(says(way.says, { ...question!, min: 1 }, language)).toMatchObject({ places: [place] });
      }),
      runs,
    );
  });

  test('of several numbers, a range or none comes back as just these', () => {
    fc.assert(
      fc.property(questions(connector), ([content, language, pick]) => {
        const { question } = adaptOn(connector, content, { language });
        if (!question || question.options.some(({ number }) => number === undefined)) return;
        const plain = question.options.flatMap(({ number, none }, place) =>
          none ? [] : [{ number, place }],
        );
        const chosen = plain.filter((__, i) => (pick >> (i % 30)) & 1);
        const places = chosen.map(({ place }) => place);
        const taken = places.length >= question.min && places.length <= question.max;
        if (places.length > 1)
          for (const join of [', ', ' ', ' et ', ' and ', '; ', '\n', ' + ', '，', '/']) {
            const text = chosen.map(({ number }) => number).join(join);
            if (isTitle(text, question)) continue;
            const read = says(text, question, language);
            if (taken) expect(read).toEqual({ type: 'options', places, via: 'number' });
            else expect(read?.type === 'options' && read.places.length > question.max).toBe(false);
          }
        ranges(question, plain, language);
        const none = question.options.findIndex((option) => option.none);
        for (const text of none < 0 ? [] : [String(question.options[none]!.number), 'none', 'aucun']) {
          if (isTitle(text, question)) continue;
          const read = says(text, question, language)!;
          expect(read).toMatchObject({ type: 'options', places: [none] });
          expect(answerTo(question, read)?.answer).toMatchObject(expected(question, none));
        }
      }),
      runs,
    );
  });

  test('to a form comes back whole, one field after the other or all at once', () => {
    fc.assert(
      fc.property(
        contentFor(connector).filter((content) => content.kind === 'form'),
        languages,
        fc.nat(),
        (content, language, pick) => {
          const form = content as ContentOf<'form'>;
          const adaptation = adaptOn(connector, form, { language });
          if (adaptation.refused) return;
          const wanted =
            adaptation.question?.form?.at === undefined
              ? wholeForm(form, adaptation)
              : stepByStep(connector, form, { adaptation, language, pick });
          const required = form.fields.filter((field) => field.required).map(({ id }) => id);
          expect(Object.keys(wanted)).toEqual(expect.arrayContaining(required));
        },
      ),
      { numRuns: 300 },
    );
  });
});

/** Every run of neighbouring numbers, as `2-4` and in words. */
function ranges(
  question: Question,
  plain: { number: number | undefined; place: number }[],
  language: string | undefined,
): void {
  const placeOf = new Map(plain.map(({ number, place }) => [number!, place]));
  const first = Math.min(...placeOf.keys());
  for (let last = first + 1; placeOf.has(last) && last - first < question.max; last++) {
    const places = Array.from({ length: last - first + 1 }, (_, i) => placeOf.get(first + i)!);
    for (const text of [
      `${first}-${last}`,
      `${first} – ${last}`,
      `${first} à ${last}`,
      `${first} to ${last}`,
    ]) {
      if (isTitle(text, question) || places.length < question.min) continue;
      expect(says(text, question, language)).toEqual({
        type: 'options',
        places: places.toSorted((a, b) => a - b),
        via: 'number',
      });
    }
  }
}

const where = { latitude: 48.85, longitude: 2.35 };
const typed: Partial<Record<Field['type'], [string, unknown]>> = {
  text: ['Rien de spécial, merci', 'Rien de spécial, merci'],
  number: ['1234.5', 1234.5],
  date: ['2026-11-27', '2026-11-27'],
  email: ['ada@example.com', 'ada@example.com'],
  phone: ['00 33 6 39 98 00 00', '+33639980000'],
};

/** A platform that shows the whole form gives all its values at once. */
function wholeForm(form: ContentOf<'form'>, { question }: Adaptation): object {
  const fields = form.fields.filter(({ type }) => type !== 'location');
  const values = Object.fromEntries(
    fields.map(({ id, type, options }) => [id, options ? options[0]!.id : typed[type]![0]]),
  );
  const answered = answerTo(question!, { type: 'values', values, via: 'payload' });
  const unfilled = form.fields.some(({ type, required }) => type === 'location' && required);
  if (unfilled) {
    expect(answered).toBeUndefined();
    return Object.fromEntries(form.fields.map(({ id }) => [id, '']));
  }
  const wanted = Object.fromEntries(
    fields.map(({ id, type, options, max_choices: max = 1 }) => [
      id,
      options ? (max > 1 ? [options[0]!.id] : options[0]!.id) : typed[type]![1],
    ]),
  );
  expect(answered?.values).toEqual(wanted);
  return wanted;
}

/** Answers each question as it comes, some of them by skipping, and holds the end against what was said. */
function stepByStep(
  connector: Connector,
  form: ContentOf<'form'>,
  of: { adaptation: Adaptation; language: string | undefined; pick: number },
): object {
  const { language, pick } = of;
  let { adaptation } = of;
  const wanted: Record<string, unknown> = {};
  for (const [at, field] of form.fields.entries()) {
    const question = adaptation.question!;
    const skip = !field.required && (pick >> at) & 1;
    if (!skip) wanted[field.id] = wantedOf(field, pick);
    const answered = answerTo(question, give(field, question, { language, pick, skip: Boolean(skip) }));
    expect(answered?.answer).toMatchObject({ type: 'form', complete: at === form.fields.length - 1 });
    if (!answered!.next) {
      expect(answered!.values).toEqual(wanted);
      return wanted;
    }
    const asked = adaptOn(connector, fieldContent(form.fields[answered!.next.at!]!, language), { language });
    expect([asked.refused, asked.parts.length > 0]).toEqual([undefined, true]);
    const { messageId } = context;
    const next = formQuestion(answered!.next, { messageId, asked: asked.question, expiresInSeconds: 60 });
    adaptation = { ...asked, question: next };
  }
  throw new Error('the form never ended');
}

function wantedOf({ type, options, max_choices: max = 1 }: Field, pick: number): unknown {
  if (type === 'location') return where;
  if (!options) return typed[type]![1];
  const { id } = options[pick % options.length]!;
  return max > 1 ? [id] : id;
}

function give(
  { type, options }: Field,
  question: Question,
  { language, pick, skip }: { language: string | undefined; pick: number; skip: boolean },
) {
  if (type === 'location' && !skip)
    return readAnswer({ kind: 'location', ...where }, question, { language })!;
  const place = options ? (skip ? question.options.length - 1 : pick % options.length) : 0;
  const number = question.options[place]?.number;
  // pressed where it is a button
  if (options && number === undefined)
    return { type: 'options' as const, places: [place], via: 'payload' as const };
  const text = options ? String(number) : skip ? '-' : typed[type]![0];
  return says(text, question, language)!;
}
