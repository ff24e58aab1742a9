import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isGsm7, smsSegments } from '../text/gsm.ts';
import { adapt } from './adapt.ts';
import { readAnswer } from './answers.ts';
import { anyCapabilities, anyContent, context } from './arbitraries.ts';
import { choice, plain, sms, texts } from './channels.ts';

const asked = { transliterate: true };
const typographic = 'L’œuvre est prête… «\u00a0ça va\u00a0»';
const losses = (text: string, capabilities = sms, more = {}) =>
  adapt({ kind: 'text', text }, capabilities, { ...context, ...more }).losses;

describe('transliteration to the GSM alphabet', () => {
  it('happens where it is asked for, and says so', () => {
    const [text] = texts({ kind: 'text', text: typographic }, sms, asked);
    expect(text).toBe('L\'oeuvre est prete... " ca va "');
    expect(losses(typographic, sms, asked)).toEqual([
      { part: 0, what: 'letters', how: 'rewritten', why: expect.any(String) },
    ]);
    expect(losses('Très bien à 20 €', sms, asked)).toEqual([]);
  });

  it('never happens unasked, and never where the channel counts otherwise', () => {
    expect(texts({ kind: 'text', text: typographic })).toEqual([typographic]);
    expect(losses(typographic)).toEqual([]);
    expect(texts({ kind: 'text', text: typographic }, plain, asked)).toEqual([typographic]);
    fc.assert(
      fc.property(anyContent, anyCapabilities, (content, capabilities) => {
        const without = adapt(content, capabilities, context);
        expect(without.losses.filter(({ what }) => what === 'letters')).toEqual([]);
        expect(adapt(content, capabilities, { ...context, transliterate: false })).toEqual(without);
        if (capabilities.text.unit !== 'septets')
          expect(adapt(content, capabilities, { ...context, ...asked })).toEqual(without);
      }),
      { numRuns: 500 },
    );
  });

  it('leaves what has no plain letters, and the encoding that it needs', () => {
    expect(texts({ kind: 'text', text: 'Привет 👍 ça' }, sms, asked)).toEqual(['Привет 👍 ca']);
  });

  it('saves the short messages that it is asked for', () => {
    const text = `${'Votre rendez-vous est confirmé pour l’après-midi. '.repeat(4)}`.trim();
    const [as, written] = [texts({ kind: 'text', text }), texts({ kind: 'text', text }, sms, asked)] as [
      string[],
      string[],
    ];
    expect(smsSegments(as[0]!)).toMatchObject({ encoding: 'ucs2', segments: 3 });
    expect(smsSegments(written[0]!)).toMatchObject({ encoding: 'gsm7', segments: 2 });
  });

  it('is for what is shown: an answer still has the merchant’s own title, and both spellings are read', () => {
    const content = choice(['Œuf', 'Paté', 'Tôt']);
    const { parts, question } = adapt(content, sms, { ...context, ...asked });
    expect(parts[0]!.content.text).toContain('1. OEuf\n2. Paté\n3. Tot');
    expect(isGsm7(parts[0]!.content.text!)).toBe(true);
    expect(question!.options.map(({ title }) => title)).toEqual(['Œuf', 'Paté', 'Tôt']);
    for (const [text, place] of [
      ['oeuf', 0],
      ['Œuf', 0],
      ['pate', 1],
      ['tot', 2],
      ['3', 2],
    ] as const)
      expect(readAnswer({ kind: 'text', text }, question!)).toMatchObject({ places: [place] });
  });
});
