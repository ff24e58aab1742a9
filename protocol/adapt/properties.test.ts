import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentSchema } from '../content.ts';
import type { Content } from '../content.ts';
import { optionsOf } from '../questions.ts';
import { markdownToPlain } from '../text/markdown.ts';
import { naughtyTexts } from '../text/naughty.ts';
import { adapt } from './adapt.ts';
import { answerTo, readAnswer } from './answers.ts';
import { readChoice } from './choices.ts';
import { anyCapabilities, anyContent, contentOf, context } from './arbitraries.ts';
import { answers, breaches, expected, shown, squeezed, written } from './checks.ts';
import { fieldContent, formQuestion } from './form.ts';
import { folded } from './numbers.ts';
import type { Question } from './types.ts';

const runs = { numRuns: 2000 };

const isWhole = (question: Question | undefined) => question?.form?.at === undefined;
const both = fc.tuple(anyContent, anyCapabilities);

describe('adapt, over generated content and capabilities', () => {
  it('breaks no limit, and sends native kinds only', () => {
    fc.assert(
      fc.property(both, ([content, capabilities]) => {
        for (const part of adapt(content, capabilities, context).parts) {
          expect(breaches(part, capabilities)).toEqual([]);
          expect(contentSchema.safeParse(part.content).error).toBeUndefined();
        }
      }),
      runs,
    );
  });

  it('sends something, or says why not', () => {
    fc.assert(
      fc.property(both, ([content, capabilities]) => {
        const { parts, losses, refused } = adapt(content, capabilities, context);
        expect(refused === undefined || parts.length === 0).toBe(true);
        expect(refused !== undefined || capabilities.outbound[content.kind] !== 'refused').toBe(true);
        const silent = !refused && parts.length === 0 && losses.length === 0;
        expect(silent && squeezed(written(content).join('')) !== '').toBe(false);
        for (const loss of losses) expect(loss.part).toBeLessThan(Math.max(1, parts.length));
      }),
      runs,
    );
  });

  it('gives the same twice, and leaves its input alone', () => {
    fc.assert(
      fc.property(both, ([content, capabilities]) => {
        const before = JSON.stringify(content);
        expect(adapt(content, capabilities, context)).toEqual(adapt(content, capabilities, context));
        expect(JSON.stringify(content)).toBe(before);
      }),
    );
  });

  it('leaves alone what it made', () => {
    fc.assert(
      fc.property(both, ([content, capabilities]) => {
        for (const part of adapt(content, capabilities, context).parts) {
          const again = adapt(part.content, capabilities, context);
          expect(again.parts.map((one) => one.content)).toEqual([part.content]);
          expect(again.losses).toEqual([]);
        }
      }),
      runs,
    );
  });

  it('brings every option back as itself', () => {
    fc.assert(
      fc.property(both, ([content, capabilities]) => {
        const adaptation = adapt(content, capabilities, context);
        if (adaptation.parts.length === 0) return;
        const { question } = adaptation;
        const whole = question?.form !== undefined;
        const asked =
          content.kind === 'form' && !isWhole(question)
            ? fieldContent(content.fields[0]!, undefined)
            : content;
        expect(whole).toBe(content.kind === 'form');
        const options = optionsOf(asked);
        expect(question?.options.map(({ id }) => id) ?? []).toEqual(options.map(({ id }) => id));
        for (const place of options.keys()) {
          const back = answers(adaptation, place);
          expect(back.length).toBeGreaterThan(0);
          for (const answer of back) expect(answer).toMatchObject(expected(question!, place));
        }
      }),
      runs,
    );
  });

  it('asks a form one question at a time, and brings every field back', () => {
    const typed: Record<string, [string, unknown]> = {
      text: ['Rien de spécial, merci', 'Rien de spécial, merci'],
      number: ['1 234,5', 1234.5],
      date: ['27 novembre 2026', '2026-11-27'],
      email: ['ada@example.com', 'ada@example.com'],
      phone: ['00 33 6 39 98 00 00', '+33639980000'],
    };
    const where = { latitude: 48.85, longitude: 2.35 };
    fc.assert(
      fc.property(contentOf('form'), anyCapabilities, fc.nat(), (content, capabilities, pick) => {
        fc.pre(content.kind === 'form' && capabilities.outbound.form === 'adapted');
        if (content.kind !== 'form') return;
        const wanted: Record<string, unknown> = {};
        let adaptation = adapt(content, capabilities, { ...context, language: 'fr' });
        if (adaptation.refused) return;
        for (const field of content.fields) {
          const { question } = adaptation;
          const place = pick % Math.max(1, question!.options.length);
          if (field.type === 'choice')
            Object.assign(wanted, (expected(question!, place) as { values: object }).values);
          else wanted[field.id] = field.type === 'location' ? where : typed[field.type]![1];
          const given =
            field.type === 'choice'
              ? { type: 'options' as const, places: [place], via: 'payload' as const }
              : readAnswer(
                  field.type === 'location'
                    ? { kind: 'location', ...where }
                    : { kind: 'text', text: typed[field.type]![0] },
                  question!,
                  { language: 'fr' },
                );
          const answered = answerTo(question!, given!);
          expect(answered?.answer).toMatchObject({ type: 'form', complete: field === content.fields.at(-1) });
          if (!answered!.next) {
            expect(answered!.values).toEqual(wanted);
            return;
          }
          const next = fieldContent(content.fields[answered!.next.at!]!, 'fr');
          const asked = adapt(next, capabilities, { ...context, language: 'fr' });
          expect(asked.refused).toBeUndefined();
          adaptation = {
            ...asked,
            question: formQuestion(answered!.next, {
              messageId: context.messageId,
              asked: asked.question,
              expiresInSeconds: 60,
            }),
          };
        }
        throw new Error('the form never ended');
      }),
      { numRuns: 500 },
    );
  });

  it('never takes the words of one option for another', () => {
    fc.assert(
      fc.property(both, ([content, capabilities]) => {
        const { question } = adapt(content, capabilities, context);
        for (const [place, option] of question?.options.entries() ?? []) {
          const read = readChoice(option.title, { ...question!, max: 1 });
          const same =
            question!.options.filter((other) => folded(other.title) === folded(option.title)).length > 1;
          expect(same || !read ? [place] : read.places).toEqual([place]);
        }
      }),
      runs,
    );
  });

  it('loses no text without saying so', () => {
    fc.assert(
      fc.property(both, ([content, capabilities]) => {
        const { parts, losses, refused } = adapt(content, capabilities, context);
        const telling = losses.filter((loss) => loss.how !== 'rewritten');
        if (refused || telling.length > 0) return;
        const seen = shown(parts);
        for (const text of written(content)) expect(seen).toContain(squeezed(text));
        const marked =
          content.kind === 'text' && content.format === 'markdown' && !capabilities.text.markdown;
        expect(seen).toContain(marked ? squeezed(markdownToPlain(content.text)) : '');
      }),
      runs,
    );
  });

  it('stays within the most parts for a text', () => {
    fc.assert(
      fc.property(both, fc.integer({ min: 1, max: 5 }), ([content, capabilities], maxParts) => {
        fc.pre(content.kind === 'text' || content.kind === 'choice');
        expect(adapt(content, capabilities, { ...context, maxParts }).parts.length).toBeLessThanOrEqual(
          Math.max(2, maxParts),
        );
      }),
    );
  });

  it('takes texts that no schema would let in', () => {
    fc.assert(
      fc.property(
        anyCapabilities,
        fc.constantFrom(...Object.values(naughtyTexts), ''),
        (capabilities, text) => {
          const contents: Content[] = [
            { kind: 'text', text },
            { kind: 'text', text, format: 'markdown' },
            {
              kind: 'choice',
              text,
              options: [
                { id: 'a', title: text },
                { id: 'a', title: text },
              ],
            },
            { kind: 'card', card: { title: text, actions: [{ type: 'reply', id: 'a', title: text }] } },
          ];
          for (const content of contents) {
            const { parts } = adapt(content, capabilities, context);
            for (const part of parts) {
              expect(breaches(part, capabilities)).toEqual([]);
              expect(JSON.stringify(part).isWellFormed()).toBe(true);
            }
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
