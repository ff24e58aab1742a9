import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentSchema } from '../content.ts';
import type { Content } from '../content.ts';
import { optionsOf } from '../questions.ts';
import { markdownToPlain } from '../text/markdown.ts';
import { naughtyTexts } from '../text/naughty.ts';
import { adapt } from './adapt.ts';
import { readAnswer } from './answers.ts';
import { anyCapabilities, anyContent, context } from './arbitraries.ts';
import { answers, breaches, shown, squeezed, written } from './checks.ts';
import { folded } from './numbers.ts';

const runs = { numRuns: 2000 };

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
        const options = optionsOf(content);
        expect(adaptation.question?.options.length ?? 0).toBe(options.length);
        for (const place of options.keys()) {
          const back = answers(adaptation, place);
          expect(back.length).toBeGreaterThan(0);
          expect(back.every((index) => index === place)).toBe(true);
        }
      }),
      runs,
    );
  });

  it('never takes the words of one option for another', () => {
    fc.assert(
      fc.property(both, ([content, capabilities]) => {
        const { question } = adapt(content, capabilities, context);
        for (const [place, option] of question?.options.entries() ?? []) {
          const answer = readAnswer(option.title, question!);
          const same =
            question!.options.filter((other) => folded(other.title) === folded(option.title)).length > 1;
          expect(same || !answer ? place : answer.index).toBe(place);
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
