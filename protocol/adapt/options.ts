import { folded, readNumber } from './numbers.ts';
import type { QuestionOption } from './types.ts';

/** Longer texts are no answer, and no work. */
const maxLength = 200;

export interface ReadOption {
  /** Place of the option in the question. */
  place: number;
  via: 'number' | 'words';
}

/** Reads a text as one of the options: its number first, then its words. undefined if it is none, or if it could be two. */
export function readOption(text: string, options: Options, language?: string): ReadOption | undefined {
  if (text.length > maxLength) return undefined;
  const byWords = withWords(text, options);
  const number = readNumber(text, language);
  const byNumber = number === undefined ? [] : indices(options, (option) => option.number === number);
  if (byNumber.length === 1) {
    const contradicted = byWords.length > 0 && !byWords.includes(byNumber[0]!);
    return contradicted ? undefined : { place: byNumber[0]!, via: 'number' };
  }
  const places = byWords.length > 0 ? byWords : withSlip(text, options);
  return places.length === 1 ? { place: places[0]!, via: 'words' } : undefined;
}

type Options = readonly QuestionOption[];

const indices = (options: Options, test: (option: QuestionOption) => boolean): number[] =>
  options.flatMap((option, index) => (test(option) ? [index] : []));

/** Case, width and variation selectors undone; marks and symbols kept, for an option may be nothing else (👍). */
const lightly = (text: string): string =>
  text
    .normalize('NFKC')
    .replace(/[\ufe0e\ufe0f]/g, '')
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .trim();

const short = (options: Options): Options =>
  options.map((option) => (option.title.length > maxLength ? { ...option, title: '' } : option));

/** The options that a text names: exactly if there is one such, else without accents and punctuation. */
function withWords(text: string, options: Options): number[] {
  const exact = lightly(text);
  const bare = folded(text);
  if (exact === '') return [];
  const exactly = indices(short(options), (option) => lightly(option.title) === exact);
  return exactly.length > 0 || bare === ''
    ? exactly
    : indices(short(options), (option) => folded(option.title) === bare);
}

/** The options that differ from the text by one slip in one word of five letters or more. */
function withSlip(text: string, options: Options): number[] {
  const given = folded(text).split(' ');
  return indices(short(options), (option) => {
    const wanted = folded(option.title).split(' ');
    if (wanted.length !== given.length) return false;
    const wrong = wanted.flatMap((word, i) => (word === given[i] ? [] : [i]));
    return (
      wrong.length === 1 &&
      /^\p{L}{5,}$/u.test(wanted[wrong[0]!]!) &&
      isOneSlip(wanted[wrong[0]!]!, given[wrong[0]!]!)
    );
  });
}

/** Whether two different words are one letter apart: one more, one less, another one, or two neighbours swapped. Linear. */
export function isOneSlip(wanted: string, given: string): boolean {
  const a = [...wanted];
  const b = [...given];
  if (Math.abs(a.length - b.length) > 1) return false;
  let head = 0;
  while (head < Math.min(a.length, b.length) && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < Math.min(a.length, b.length) - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++;
  const [restA, restB] = [a.slice(head, a.length - tail), b.slice(head, b.length - tail)];
  if (restA.length <= 1 && restB.length <= 1) return true;
  return restA.length === 2 && restB.length === 2 && restA[0] === restB[1] && restA[1] === restB[0];
}
