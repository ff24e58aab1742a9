import { folded, readNumber } from './numbers.ts';

/** Longer titles are no number, and no work. */
const maxLength = 200;

/**
 * The number under which each option is shown and read back, in their order. An option whose title is itself a number keeps it, so
 * that a typed "3" never means another option than the one called 3 (bare digits go before "3 👍" or "three"); the others get the
 * smallest numbers from 1 that are left. "None of these" is 0.
 */
export function numbersFor(
  titles: readonly string[],
  { language, nonePlace }: { language?: string | undefined; nonePlace?: number | undefined } = {},
): number[] {
  const numbers = new Map<number, number>();
  const taken = new Set<number>();
  const give = (place: number, number: number) => {
    numbers.set(place, number);
    taken.add(number);
  };
  for (const test of [isBare, isDigits, () => true]) {
    for (const [place, title] of titles.entries()) {
      const number =
        numbers.has(place) || title.length > maxLength || !test(title)
          ? undefined
          : readNumber(title, language);
      if (number !== undefined && !taken.has(number)) give(place, number);
    }
  }
  if (nonePlace !== undefined && !numbers.has(nonePlace) && !taken.has(0)) give(nonePlace, 0);
  let next = 1;
  return titles.map((_, place) => {
    while (!numbers.has(place) && taken.has(next)) next++;
    if (!numbers.has(place)) give(place, next);
    return numbers.get(place)!;
  });
}

const digits = /^\p{Nd}+$/u;
const isBare = (title: string): boolean => digits.test(title.normalize('NFKC').trim());
const isDigits = (title: string): boolean => digits.test(folded(title));

/** An option as a line of text: `2. Title`, or the title alone where it is that number. */
export const numberedLine = (number: number, title: string): string =>
  title.trim() === String(number) ? title.trim() : `${number}. ${title}`;
