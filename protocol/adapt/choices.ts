import { folded, withPlainDigits } from './numbers.ts';
import { readOption } from './options.ts';
import type { ReadOption } from './options.ts';
import { allWords, andWords, noneWords, toWords } from './phrases.ts';
import type { Question, QuestionOption } from './types.ts';

/** Longer texts are no answer, and no work. */
const maxLength = 400;

export interface ReadChoice {
  /** Places of the options chosen, ascending. "None of these" stands alone. */
  places: number[];
  via: 'number' | 'words';
}

/**
 * Reads a text as options of a question: one of them; of several, `1, 3`, `1 et 3`, `2-4`, `rouge, bleu`, `all`; or none of them
 * where that may be chosen. undefined if it is none of all that, or not as many as the question asks for.
 */
export function readChoice(text: string, question: Question, language?: string): ReadChoice | undefined {
  if (text.length > maxLength) return undefined;
  const { options, max } = question;
  const one = readOption(text, options, language);
  if (one) return counted(question, [one]);
  const none = options.findIndex((option) => option.none);
  const plain = folded(text);
  if (none >= 0 && noneWords.has(plain)) return { places: [none], via: 'words' };
  if (max < 2) return undefined;
  if (allWords.has(plain))
    return counted(
      question,
      options.flatMap((option, place) => (option.none ? [] : [{ place, via: 'words' as const }])),
    );
  const read: ReadOption[] = [];
  for (const piece of pieces(text)) {
    const found = readPiece(piece, options, language);
    if (!found) return undefined;
    read.push(...found);
  }
  return counted(question, read);
}

function counted({ options, min, max }: Question, read: ReadOption[]): ReadChoice | undefined {
  const places = [...new Set(read.map(({ place }) => place))].toSorted((a, b) => a - b);
  const via = read.every((one) => one.via === 'number') ? 'number' : 'words';
  if (places.some((place) => options[place]?.none)) return places.length === 1 ? { places, via } : undefined;
  return places.length >= min && places.length <= max ? { places, via } : undefined;
}

/** What stands between commas, line ends, "and" and the like. */
function pieces(text: string): string[] {
  return text
    .split(/[,;\n&+/、，；]/u)
    .flatMap(splitAtAnd)
    .map((piece) => piece.trim())
    .filter(Boolean);
}

function splitAtAnd(text: string): string[] {
  const found: string[] = [''];
  for (const word of text.split(/\s+/)) {
    if (andWords.has(folded(word)) && /^\p{L}+$/u.test(word)) found.push('');
    else found[found.length - 1] += ` ${word}`;
  }
  return found;
}

function readPiece(
  piece: string,
  options: readonly QuestionOption[],
  language: string | undefined,
): ReadOption[] | undefined {
  const one = readOption(piece, options, language);
  if (one) return [one];
  return readRange(piece, options) ?? readRow(piece, options);
}

/** `2-4`, `2 à 4`: every option shown under a number from the first to the last; each of them must be there. */
function readRange(piece: string, options: readonly QuestionOption[]): ReadOption[] | undefined {
  const match = /^(\p{Nd}{1,3})\s*(?:\p{Pd}|\.\.|…|\s(\p{L}+)\s)\s*(\p{Nd}{1,3})$/u.exec(
    withPlainDigits(piece),
  );
  if (!match || (match[2] !== undefined && !toWords.has(folded(match[2])))) return undefined;
  const [from, to] = [Number(match[1]), Number(match[3])];
  if (!(from < to && to - from < options.length)) return undefined;
  return numbered(
    Array.from({ length: to - from + 1 }, (_, i) => from + i),
    options,
  );
}

/** `1 3 4`: numbers with nothing but spaces between them. */
function readRow(piece: string, options: readonly QuestionOption[]): ReadOption[] | undefined {
  const words = withPlainDigits(piece).split(/\s+/);
  return words.length > 1 && words.every((word) => /^\d{1,3}[.)]?$/.test(word))
    ? numbered(
        words.map((word) => Number.parseInt(word, 10)),
        options,
      )
    : undefined;
}

function numbered(numbers: number[], options: readonly QuestionOption[]): ReadOption[] | undefined {
  const places = numbers.map((number) => options.findIndex((option) => option.number === number));
  return places.some((place) => place < 0 || options[place]!.none)
    ? undefined
    : places.map((place) => ({ place, via: 'number' as const }));
}
