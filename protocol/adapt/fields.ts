import type { Field } from '../content.ts';
import type { FieldValue } from '../messages.ts';
import { readDate } from './dates.ts';
import { readNumber, withPlainDigits } from './numbers.ts';
import type { ReadingContext } from './types.ts';

/** Longer texts are no number, date or address. */
const maxLength = 320;

/** Reads a text as the value of a field that is typed; undefined if it isn't one. Total. */
export function readField(field: Field, text: string, context: ReadingContext): FieldValue | undefined {
  const given = text.trim();
  if (given === '') return undefined;
  if (field.type === 'text') return given;
  if (given.length > maxLength) return undefined;
  return readers[field.type]?.(given, context);
}

/** By type; what is pressed or shared is read elsewhere. */
const readers: Partial<
  Record<Field['type'], (text: string, context: ReadingContext) => FieldValue | undefined>
> = {
  number: (text, { language }) => readDecimal(text, language),
  date: readDate,
  email: readEmail,
  phone: (text, { phone }) => phone?.(text) ?? readPhone(text),
  // a place in words, from a consumer who has no point to share
  location: (text) => text,
};

/** `12`, `12,5`, `1 234.50`, `１２`, `douze`. What a comma or a point means where it could be either, the language decides. */
export function readDecimal(text: string, language?: string): number | undefined {
  if (text.length > maxLength) return undefined;
  const plain = withPlainDigits(text)
    .replace(/[\s'’_]/g, '')
    .replace('−', '-')
    .replaceAll('٫', '.')
    .replaceAll('٬', ',');
  if (!/^[+-]?\d[\d.,]*$/.test(plain)) return readNumber(text, language);
  const marks = [...plain].filter((one) => one === '.' || one === ',');
  const last = marks.at(-1);
  const decimal =
    marks.filter((one) => one === last).length > 1 ? undefined : decimalMark(plain, last, marks, language);
  const digits = [...plain].filter((one) => one === decimal || (one !== '.' && one !== ',')).join('');
  const grouped = decimal ? plain.slice(0, plain.lastIndexOf(decimal)) : plain;
  if (!/^[+-]?\d+$/.test(grouped) && !/^[+-]?\d{1,3}([.,]\d{3})+$/.test(grouped)) return undefined;
  const value = Number(decimal ? digits.replace(decimal, '.') : digits);
  return Number.isFinite(value) ? value : undefined;
}

function decimalMark(
  plain: string,
  last: string | undefined,
  marks: string[],
  language: string | undefined,
): string | undefined {
  if (last === undefined) return undefined;
  const onlyOne = marks.length === 1;
  const looksGrouped = onlyOne && /^[+-]?[1-9]\d{0,2}[.,]\d{3}$/.test(plain);
  if (!looksGrouped) return last;
  return last === ordinaryMark(language) ? last : undefined;
}

/** The mark before decimals in a language; languages unknown to the runtime have a point. */
function ordinaryMark(language: string | undefined): string {
  try {
    const parts = new Intl.NumberFormat(language || 'en').formatToParts(1.5);
    return parts.find((part) => part.type === 'decimal')?.value ?? '.';
  } catch {
    return '.';
  }
}

function readEmail(text: string): string | undefined {
  const plain = text.replace(/^mailto:/i, '').replace(/^<(.*)>$/, '$1');
  return /^[^\s@<>"(),:;]{1,64}@[^\s@<>"(),:;]+\.[^\s@<>"(),:;.]{2,}$/.test(plain) ? plain : undefined;
}

function readPhone(text: string): string | undefined {
  const plain = withPlainDigits(text)
    .replace(/[\s().\-/\u2010-\u2015]/g, '')
    .replace(/^00/, '+');
  return /^\+[1-9]\d{6,14}$/.test(plain) ? plain : undefined;
}
