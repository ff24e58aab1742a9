import { folded, withPlainDigits } from './numbers.ts';
import { primaryLanguage } from './phrases.ts';
import type { ReadingContext } from './types.ts';

/** Longer texts are no date, and no work. */
const maxLength = 320;

/** Languages that put the month first where they write numbers only. */
const monthFirst = new Set(['en-us', 'en-ph']);

/** `2026-11-27`, `27/11/2026`, `27 nov. 2026`, `27 November`, `tomorrow`. A date that could be two is none. */
export function readDate(text: string, { language, today }: ReadingContext): string | undefined {
  if (text.length > maxLength) return undefined;
  const plain = folded(withPlainDigits(text));
  const shift = dayWords.get(plain);
  if (shift !== undefined) return today && shifted(today, shift);
  const numbers = /^(\d{1,4}) (\d{1,2}) (\d{1,4})$/.exec(
    plain.replace(/\p{L}/gu, ' ').replace(/ +/g, ' ').trim(),
  );
  if (numbers && !/\p{L}{2,}/u.test(plain)) {
    const [first, second, third] = numbers.slice(1).map(Number) as [number, number, number];
    if (numbers[1]!.length === 4) return dateOf(first, second, third);
    const year = numbers[3]!.length === 2 ? 2000 + third : third;
    return dayAndMonth(first, second, year, language);
  }
  return namedMonth(plain, language, today);
}

function dayAndMonth(
  first: number,
  second: number,
  year: number,
  language: string | undefined,
): string | undefined {
  const tag = (language ?? '').toLowerCase();
  if (monthFirst.has(tag)) return dateOf(year, first, second);
  const both = first <= 12 && second <= 12 && first !== second;
  // English alone does not say whose: the day may be either
  if (both && (tag === '' || tag === 'en')) return undefined;
  return second > 12 ? dateOf(year, first, second) : dateOf(year, second, first);
}

function namedMonth(
  plain: string,
  language: string | undefined,
  today: string | undefined,
): string | undefined {
  const words = plain.split(' ').filter((word) => !fillers.has(word));
  const month = words.flatMap((word) => monthOf(word, language) ?? [])[0];
  const numbers = words.flatMap((word) => /^(\d{1,4})(?:st|nd|rd|th|er|e|o)?$/.exec(word)?.[1] ?? []);
  if (month === undefined || words.length !== numbers.length + 1) return undefined;
  const day = numbers.find((one) => one.length <= 2);
  const year = numbers.find((one) => one.length === 4);
  if (day === undefined || numbers.length > (year ? 2 : 1)) return undefined;
  if (year) return dateOf(Number(year), month, Number(day));
  if (!today) return undefined;
  const soon = dateOf(Number(today.slice(0, 4)), month, Number(day));
  return soon && soon >= today ? soon : dateOf(Number(today.slice(0, 4)) + 1, month, Number(day));
}

const fillers = new Set(['le', 'the', 'of', 'de', 'del', 'den', 'der', 'am', 'on', 'il', 'el', 'o']);
const monthNames = new Map<string, Map<string, number>>();

/** Month by a name or its first three letters and more, in the language first, then in ours. */
function monthOf(word: string, language: string | undefined): number | undefined {
  if (!/^\p{L}{3,}$/u.test(word)) return undefined;
  for (const tag of [primaryLanguage(language), 'en', 'fr', 'de', 'es', 'it', 'pt', 'nl']) {
    const found = [...monthsIn(tag)].filter(([name]) => name.startsWith(word)).map(([, month]) => month);
    if (new Set(found).size === 1) return found[0];
  }
  return undefined;
}

function monthsIn(tag: string): Map<string, number> {
  const known = monthNames.get(tag);
  if (known) return known;
  const names = new Map<string, number>();
  try {
    const format = new Intl.DateTimeFormat(tag || 'en', { month: 'long', timeZone: 'UTC' });
    for (let month = 1; month <= 12; month++)
      names.set(folded(format.format(Date.UTC(2026, month - 1, 15))), month);
  } catch {
    // a tag that the runtime can't read has no month names of its own
  }
  // tags are few, but they come from outside
  if (monthNames.size < 200) monthNames.set(tag, names);
  return names;
}

const dayWords = new Map(
  Object.entries({
    0: 'today,aujourd hui,aujourdhui,heute,hoy,oggi,hoje,vandaag',
    1: 'tomorrow,demain,morgen,manana,domani,amanha',
    2: 'day after tomorrow,the day after tomorrow,apres demain,ubermorgen,pasado manana,dopodomani,depois de amanha,overmorgen',
  }).flatMap(([days, list]) => list.split(',').map((word) => [word, Number(days)] as const)),
);

function dateOf(year: number, month: number, day: number): string | undefined {
  const date = new Date(Date.UTC(year, month - 1, day));
  const same =
    date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return same && year >= 1000 ? date.toISOString().slice(0, 10) : undefined;
}

const shifted = (today: string, days: number): string =>
  new Date(Date.parse(`${today}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
