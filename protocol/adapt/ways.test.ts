import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { adapt } from './adapt.ts';
import { answerTo, readAnswer } from './answers.ts';
import { anyCapabilities, anyContent, context } from './arbitraries.ts';
import { choice, rich, sms } from './channels.ts';
import { isOptOut } from './consent.ts';
import { waysOf, waysSchema } from './ways.ts';

const ways = (content: Parameters<typeof adapt>[0], capabilities = sms) =>
  waysOf(adapt(content, capabilities, context));

describe('ways to answer', () => {
  it('a numbered text is answered by number or by the words; a button is pressed too', () => {
    expect(ways(choice(['Oui', 'Non']))?.options.map((option) => option.ways)).toEqual([
      [
        { by: 'number', says: '1' },
        { by: 'words', says: 'Oui' },
      ],
      [
        { by: 'number', says: '2' },
        { by: 'words', says: 'Non' },
      ],
    ]);
    expect(ways(choice(['Oui', 'Non']), rich)?.options[1]).toEqual({
      id: 'o1',
      title: 'Non',
      ways: [{ by: 'press' }, { by: 'words', says: 'Non' }],
      answer: {
        type: 'choice',
        message_id: context.messageId,
        options: [{ id: 'o1', title: 'Non' }],
        via: 'payload',
      },
    });
  });

  it('words that stand for two options, or take the consumer off, are no way', () => {
    const byWords = (titles: string[]) =>
      ways(choice(titles))?.options.map((option) => option.ways.filter(({ by }) => by === 'words').length);
    expect(byWords(['Oui', 'OUI', 'Non'])).toEqual([0, 0, 1]);
    expect(byWords(['Stop', 'Go'])).toEqual([0, 1]);
  });

  it('a field that is typed names itself and has no options; what asks nothing has no ways', () => {
    const form = {
      kind: 'form' as const,
      title: 'Contact',
      fields: [{ id: 'mail', label: 'Your mail?', type: 'email' as const, required: true }],
    };
    expect(ways(form)).toMatchObject({
      type: 'form',
      options: [],
      field: { id: 'mail', type: 'email', required: true },
    });
    expect(ways({ kind: 'text', text: 'Hello' })).toBeUndefined();
  });

  it('every way named is read back as its option, over generated content and capabilities', () => {
    fc.assert(
      fc.property(anyContent, anyCapabilities, (content, capabilities) => {
        const adaptation = adapt(content, capabilities, context);
        const named = waysOf(adaptation);
        expect(named !== undefined).toBe(adaptation.question !== undefined);
        if (!named || !adaptation.question) return;
        expect(waysSchema.safeParse(named).error).toBeUndefined();
        const question = { ...adaptation.question, min: 1 };
        for (const [place, option] of named.options.entries()) {
          // a consumer always has a way
          expect(option.ways.length).toBeGreaterThan(0);
          for (const way of option.ways) {
            if (way.by === 'press') continue;
            expect(isOptOut(way.says)).toBe(false);
            const given = readAnswer({ kind: 'text', text: way.says }, question)!;
            expect(given).toMatchObject({ type: 'options', places: [place] });
            const { via: _, ...told } = answerTo(question, given)!.answer;
            if (option.answer) expect(option.answer).toMatchObject(told);
          }
        }
      }),
      { numRuns: 1000 },
    );
  });
});
