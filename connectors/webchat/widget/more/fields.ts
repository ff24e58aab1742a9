import type { Field } from '../../../../protocol/content.ts';
import type { FieldValues } from '../../wire.ts';
import type { MoreWords } from './words.ts';

type Value = FieldValues[string];
export interface Point {
  latitude: number;
  longitude: number;
}

/** What a field holds: a value and how a person reads it, nothing, or why it can't go. */
export type Read = { value: Value; shown: string } | { wrong: string } | undefined;

interface Reading {
  form: HTMLFormElement;
  /** Name of the field's controls. */
  name: string;
  point: Point | undefined;
  locale: string;
  said: MoreWords;
}

/** Reads a field as the gateway will: what it would not take is refused here, with a hint. */
export function readField(field: Field, reading: Reading): Read {
  const { said } = reading;
  const read = field.type === 'choice' ? readChosen(field, reading) : readTyped(field, reading);
  if (read || !field.required) return read;
  return { wrong: field.type === 'choice' ? said.unchosen : said.missing };
}

function readChosen({ options = [], max_choices: max = 1 }: Field, { form, name, said }: Reading): Read {
  const ids = new FormData(form).getAll(name).filter(Boolean) as string[];
  if (ids.length === 0) return undefined;
  if (ids.length > max) return { wrong: said.some(1, max, options.length) };
  const titles = options.flatMap(({ id, title }) => (ids.includes(id) ? [title] : []));
  return { value: max > 1 ? ids : ids[0]!, shown: titles.join(', ') };
}

function readTyped({ type }: Field, { form, name, point, locale, said }: Reading): Read {
  const input = form.elements.namedItem(name) as HTMLInputElement;
  // a lone surrogate, from half an emoji, has no UTF-8 form
  const text = input.value.trim().replaceAll(/\p{Surrogate}/gu, '');
  if (point) {
    const shown = text || `${point.latitude}, ${point.longitude}`;
    return { value: text ? { ...point, name: text } : { ...point }, shown };
  }
  // what a browser can't read as a number or a date, it hides
  if (!text)
    return input.validity.badInput ? { wrong: type === 'date' ? said.date : said.number } : undefined;
  switch (type) {
    case 'number': {
      const value = Number(text);
      return Number.isFinite(value)
        ? { value, shown: new Intl.NumberFormat(locale, { maximumFractionDigits: 20 }).format(value) }
        : { wrong: said.number };
    }
    case 'date':
      return { value: text, shown: dayText(text, locale) };
    case 'email':
      return /^[^\s@<>"(),:;]{1,64}@[^\s@<>"(),:;]+\.[^\s@<>"(),:;.]{2,}$/.test(text)
        ? { value: text, shown: text }
        : { wrong: said.email };
    case 'phone': {
      const digits = text.replaceAll(/[\s().\-/\u2010-\u2015]/g, '').replace(/^00/, '+');
      return /^\+[1-9]\d{6,14}$/.test(digits) ? { value: digits, shown: digits } : { wrong: said.phone };
    }
    default:
      return { value: text, shown: text };
  }
}

const dayText = (day: string, locale: string): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(`${day}T00:00Z`));
