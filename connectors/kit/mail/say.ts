import type { Money } from '../../../protocol/content.ts';
import { moneyText } from '../../../protocol/standalone.ts';

/** An amount in digits, in the currency's own unit: `12.50`, for machines. Digits come from the runtime's ISO 4217 table. */
export const decimal = (money: Money): string => moneyText(money).split(' ', 1)[0]!;

/** An amount as people write it in a language: `12,50 €`. */
export function sayMoney(money: Money, language: string): string {
  try {
    return new Intl.NumberFormat(language, { style: 'currency', currency: money.currency }).format(
      Number(decimal(money)),
    );
  } catch {
    // a tag or a currency that the runtime does not know
    return moneyText(money);
  }
}

/** The offset a time was written in, as `Intl` takes it. */
const offsetOf = (time: string): string => {
  const offset = /([+-]\d\d):?(\d\d)$/.exec(time);
  return offset ? `${offset[1]}:${offset[2]}` : 'UTC';
};

const full = { dateStyle: 'full', timeStyle: 'short' } as const;
const clock = { timeStyle: 'short' } as const;
const day = { dateStyle: 'full' } as const;

function format(time: string, language: string, options: Intl.DateTimeFormatOptions): string {
  try {
    const timeZone = offsetOf(time);
    return new Intl.DateTimeFormat(language, { ...options, timeZone }).format(new Date(time));
  } catch {
    return time;
  }
}

/** A time in the offset that it was given in, for that is the clock where it happens; UTC is named. */
export const sayTime = (time: string, language: string): string =>
  `${format(time, language, full)}${offsetOf(time) === 'UTC' ? ' UTC' : ''}`;

/** A span; where both ends are on one day, the day is said once. */
export function saySpan(start: string, end: string | undefined, language: string): string {
  if (!end || Date.parse(end) <= Date.parse(start)) return sayTime(start, language);
  const sameDay =
    offsetOf(start) === offsetOf(end) && format(start, language, day) === format(end, language, day);
  if (!sameDay) return `${sayTime(start, language)} – ${sayTime(end, language)}`;
  const utc = offsetOf(start) === 'UTC' ? ' UTC' : '';
  return `${format(start, language, full)} – ${format(end, language, clock)}${utc}`;
}
