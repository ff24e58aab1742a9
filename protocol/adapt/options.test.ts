import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { naughtyTexts } from '../text/naughty.ts';
import { isOptIn, isOptOut } from './consent.ts';
import { numberWords, readNumber } from './numbers.ts';
import { numberedLine, numbersFor } from './numbering.ts';
import { isOneSlip, readOption } from './options.ts';
import type { QuestionOption } from './types.ts';

function shown(titles: string[], numbered = true): QuestionOption[] {
  const numbers = numbersFor(titles);
  return titles.map((title, i) => ({ id: `o${i}`, title, number: numbered ? numbers[i] : undefined }));
}
const meal = shown(['Crêpes sucrées', 'Galettes', 'Rien du tout']);

describe('readOption', () => {
  it.each([
    '2',
    ' 2 ',
    '2.',
    '2)',
    '(2)',
    '[2]',
    '#2',
    'n°2',
    'N° 2',
    'nº2',
    '№2',
    'no 2',
    'No. 2',
    '２',
    '②',
    '2️⃣',
    '٢',
    '२',
    '02',
    '2 !',
    'option 2',
    'Choix 2',
    'deux',
    'DEUX',
    'two',
    'zwei',
    'dos',
    'due',
    'dois',
    'duas',
    'twee',
  ])('reads %j as the second', (text) => {
    expect(readOption(text, meal)).toEqual({ place: 1, via: 'number' });
  });

  it.each([
    'crêpes sucrées',
    'CREPES SUCREES',
    'Crêpes sucrées !',
    'crepes, sucrees',
    'ｃrêpes sucrées',
    'cre\u0302pes sucre\u0301es',
    'crepes sucres',
    'crêpes sucréees',
    'crpees sucrées',
    'crapes sucrées',
  ])('reads %j as the words of the first', (text) => {
    expect(readOption(text, meal)).toEqual({ place: 0, via: 'words' });
  });

  it.each([
    '',
    ' ',
    '-2',
    '2%',
    '2€',
    '<3',
    '22',
    '2 3',
    '1.5',
    '4',
    '0',
    'quatre',
    'oui',
    'crêpes',
    'crepps sucres',
    'rienn du tuot',
    'rine du tout',
    '2'.repeat(201),
    `2${' '.repeat(300)}`,
    '\ud800',
    '👍',
  ])('reads %j as no answer', (text) => {
    expect(readOption(text, meal)).toBeUndefined();
  });

  it('reads no number where none was shown', () => {
    expect(readOption('2', shown(['a', 'b'], false))).toBeUndefined();
    expect(readOption('b', shown(['a', 'b'], false))).toEqual({ place: 1, via: 'words' });
  });

  it('takes no side between two options', () => {
    expect(readOption('réserver', shown(['Réserver', 'Reserver']))).toEqual({ place: 0, via: 'words' });
    expect(readOption('RESERVER!', shown(['Réserver', 'Reserver']))).toBeUndefined();
    expect(readOption('chambre', shown(['chambra', 'chambro']))).toBeUndefined();
    expect(
      readOption('2', [
        { id: 'a', title: '2', number: 1 },
        { id: 'b', title: 'x', number: 2 },
      ]),
    ).toBeUndefined();
  });

  it('forgives no slip in a digit or a short word', () => {
    expect(readOption('table 13', shown(['table 12', 'x']))).toBeUndefined();
    expect(readOption('nom', shown(['non', 'oui']))).toBeUndefined();
  });

  it('tells symbols apart', () => {
    expect(readOption('👎', shown(['👍', '👎']))).toEqual({ place: 1, via: 'words' });
    expect(readOption('❤', shown(['❤️', '👎']))).toEqual({ place: 0, via: 'words' });
  });

  it('takes anything, of any length', () => {
    for (const text of [...Object.values(naughtyTexts), 'a'.repeat(1e6), `e${'\u0301'.repeat(1e6)}`]) {
      expect(readOption(text, meal)).toBeUndefined();
      expect(() => readOption('galettes', shown([text, text.slice(0, 150)]))).not.toThrow();
    }
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.array(fc.string({ unit: 'binary' })),
        (text, titles) => void readOption(text, shown(titles)),
      ),
    );
  });
});

describe('numbers', () => {
  it('have a word in seven languages, from 1 to 20', () => {
    for (const [language, table] of numberWords) {
      expect([...new Set(table.values())]).toEqual(Array.from({ length: 21 }, (_, value) => value));
      expect([...table.keys()].map((word) => readNumber(word, language))).toEqual([...table.values()]);
    }
  });

  it('mean the same in every language that has the word', () => {
    for (const table of numberWords.values())
      expect([...table.keys()].map((word) => readNumber(word))).toEqual([...table.values()]);
  });

  it('are read with accents and hyphens', () => {
    expect([
      readNumber('fünf'),
      readNumber('dix-sept'),
      readNumber('dieciséis'),
      readNumber('één'),
      readNumber('três'),
      readNumber('Zwölf!'),
    ]).toEqual([5, 17, 16, 1, 3, 12]);
  });

  it('never contradict a title', () => {
    expect(numbersFor(['a', 'b', 'c'])).toEqual([1, 2, 3]);
    expect(numbersFor(['2', '1', 'c'])).toEqual([2, 1, 3]);
    expect(numbersFor(['deux', '2 👍', '2'])).toEqual([1, 3, 2]);
    expect(numbersFor(['2', '2'])).toEqual([2, 1]);
    expect([numberedLine(2, '2'), numberedLine(2, 'b')]).toEqual(['2', '2. b']);
  });

  it('give "none of these" the 0, where no title has it', () => {
    expect(numbersFor(['a', 'b', 'None'], { nonePlace: 2 })).toEqual([1, 2, 0]);
    expect(numbersFor(['0', '1', 'None'], { nonePlace: 2 })).toEqual([0, 1, 2]);
  });
});

describe('isOneSlip', () => {
  it('is a distance of one (Damerau-Levenshtein, optimal string alignment)', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 7 });
    fc.assert(
      fc.property(letters, letters, (a, b) => {
        fc.pre(a !== b);
        expect(isOneSlip(a, b)).toBe(distance(a, b) === 1);
      }),
      { numRuns: 2000 },
    );
  });
});

/** The textbook recurrence, to compare with. */
function distance(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, i) =>
    Array.from({ length: b.length + 1 }, (_unused, j) => (i === 0 ? j : j === 0 ? i : 0)),
  );
  for (let i = 1; i <= a.length; i++)
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min(rows[i - 1]![j]! + 1, rows[i]![j - 1]! + 1, rows[i - 1]![j - 1]! + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, rows[i - 2]![j - 2]! + 1);
      rows[i]![j] = least;
    }
  return rows[a.length]![b.length]!;
}

describe('consent', () => {
  it.each([
    'STOP',
    'stop',
    ' Stop! ',
    'STOPALL',
    'stop all',
    'UNSUBSCRIBE',
    'cancel',
    'END',
    'quit',
    'Revoke',
    'opt-out',
    'OPTOUT',
    'ARRET',
    'arrêt.',
    'ARRÊT',
    'remove',
    'TD',
    'ＳＴＯＰ',
    '"STOP"',
  ])('%j is an opt-out', (text) => {
    expect(isOptOut(text)).toBe(true);
    expect(isOptIn(text)).toBe(false);
  });

  it.each([
    'please stop by',
    'stop it',
    'bus stop',
    'the end',
    '',
    'non',
    `stop${' '.repeat(50)}`,
    'arrêtez de m’écrire svp',
  ])('%j is none', (text) => {
    expect(isOptOut(text)).toBe(false);
  });

  it.each(['START', 'unstop', 'Oui', 'yes!', 'Sí', 'opt in'])('%j is an opt-in', (text) => {
    expect(isOptIn(text)).toBe(true);
    expect(isOptOut(text)).toBe(false);
  });
});
