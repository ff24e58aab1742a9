import { isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import type { CountryCode } from 'libphonenumber-js/max';

/**
 * Addresses of scheme `tel`, in the one form that every SMS connector gives them, so that one person stays one whoever carries the
 * message: `tel:+33639980001` (E.164) for people, `tel:38064` for short codes, `tel:alpha:ACME%20Bank` for senders with a name, which can
 * write but not be written to.
 */

/** A number that may be written to: possible by its length, for `isValid` refuses ranges that exist (Ofcom's +44 7700 900xxx). */
function parsed(text: string, country?: string): { number: string; valid: boolean } | undefined {
  const first = parsedOnce(text, country);
  // the library takes a zero after the country code for a way to dial, one at a time: only what stays as it is, is a number
  return first && parsedOnce(first.number)?.number === first.number ? first : undefined;
}

function parsedOnce(text: string, country?: string): { number: string; valid: boolean } | undefined {
  const known = country !== undefined && isSupportedCountry(country) ? (country as CountryCode) : undefined;
  const number = parsePhoneNumberFromString(withoutMexicanOne(text, known), {
    ...(known ? { defaultCountry: known } : {}),
    extract: false,
  });
  if (!number?.isPossible() || number.ext || !/^\+[1-9]\d{4,14}$/.test(number.number)) return undefined;
  const one = withMobileDigit(number.number);
  return { number: one, valid: number.isValid() || one !== number.number };
}

/**
 * Brazil and Argentina write one mobile with and without a 9. Brazil (Anatel, Resolução 553/2010; done everywhere since November 2016): two
 * digits of area, then 8 digits that begin with 6 to 9 are a mobile from before the ninth digit. Argentina (ITU-T E.164 notification of
 * the national numbering plan): area codes begin with 1, 2 or 3, and what has an SMS address is a mobile.
 */
function withMobileDigit(number: string): string {
  if (/^\+55[1-9]\d[6-9]\d{7}$/.test(number)) return `${number.slice(0, 5)}9${number.slice(5)}`;
  if (/^\+54[1-3]\d{9}$/.test(number)) return `+549${number.slice(3)}`;
  return number;
}

/**
 * Mexico (Instituto Federal de Telecomunicaciones, numbering plan in force since 2019-08-03): ten digits everywhere. The 1 after +52, and
 * 044, 045 and 1 before a mobile at home, are of the plan before it, and platforms still write them.
 */
function withoutMexicanOne(text: string, country: string | undefined): string {
  const compact = text.replace(/[^\d+]/g, '');
  if (/^\+521[2-9]\d{9}$/.test(compact)) return `+52${compact.slice(4)}`;
  if (country === 'MX' && /^(?:1|044|045)[2-9]\d{9}$/.test(compact)) return compact.slice(-10);
  return text;
}

/** A number as E.164, or undefined; without a plus it is read in the country (ISO 3166). */
export const e164 = (text: string, country?: string): string | undefined => parsed(text, country)?.number;

/** The number behind digits whose type is not said: national and international readings, a valid one before a merely possible one. */
function guess(digits: string, country?: string): string | undefined {
  if (digits.startsWith('00')) return e164(`+${digits.slice(2)}`) ?? e164(digits, country);
  const readings = [country ? parsed(digits, country) : undefined, parsed(`+${digits}`)].filter(
    (reading) => reading !== undefined,
  );
  return (readings.find(({ valid }) => valid) ?? readings[0])?.number;
}

const isShortCode = (digits: string): boolean => /^\d{2,8}$/.test(digits);

/** The one way to write a `tel:` address; undefined if it is none. National numbers are read in the account's country. */
export function normaliseTel(address: string, country?: string): string | undefined {
  if (!address.startsWith('tel:') || address.length > 200) return undefined;
  const rest = address.slice(4);
  if (rest.startsWith('alpha:')) return named(rest.slice(6));
  if (!/^\+?[\d ().\u00a0\u202f-]+$/.test(rest)) return undefined;
  const compact = rest.replace(/[^\d+]/g, '');
  if (compact.startsWith('+')) return prefixed(e164(compact));
  return isShortCode(compact)
    ? ofShortDigits(compact, country)
    : prefixed(country ? guess(compact, country) : undefined);
}

/** Few digits are a short code, unless they are a valid number of the country: Denmark and Singapore have eight. */
function ofShortDigits(digits: string, country?: string): string {
  const reading = country ? parsed(digits, country) : undefined;
  return `tel:${reading?.valid ? reading.number : digits}`;
}

const prefixed = (number: string | undefined): string | undefined =>
  number === undefined ? undefined : `tel:${number}`;

function named(encoded: string): string | undefined {
  try {
    const name = decodeURIComponent(encoded);
    return name !== '' && name.length <= 21 && encodeURIComponent(name) === encoded
      ? `tel:alpha:${encoded}`
      : undefined;
  } catch {
    return undefined;
  }
}

/** A sender's name as an address: at most 21 characters of it. undefined for an empty one. */
export function telName(name: string): string | undefined {
  const kept = Array.from(name.trim().toWellFormed()).slice(0, 21).join('');
  return kept === '' ? undefined : named(encodeURIComponent(kept.slice(0, 21).toWellFormed()));
}

export interface SenderReading {
  /** ISO 3166, for national numbers. */
  country?: string | undefined;
  /** The platform writes every number with its country code, also where it leaves the plus out. */
  international?: boolean | undefined;
}

/** The address of who wrote, out of whatever an aggregator calls the sender: a number, a short code or a name. undefined: nobody. */
export function telAddress(
  sender: string,
  { country, international }: SenderReading = {},
): string | undefined {
  const digits = sender.trim().replace(/[\s().\u00a0\u202f-]/g, '');
  if (!/^\+?\d+$/.test(digits)) return telName(sender);
  if (digits.startsWith('+')) return prefixed(e164(digits)) ?? shortOrNamed(digits.slice(1), country);
  if (isShortCode(digits)) return ofShortDigits(digits, country);
  const number = international ? (e164(`+${digits}`) ?? guess(digits, country)) : guess(digits, country);
  return prefixed(number) ?? shortOrNamed(digits, country);
}

/** Digits that are no number of the plan: a short code, or, if long, a name made of digits. */
const shortOrNamed = (digits: string, country?: string): string | undefined =>
  isShortCode(digits) ? ofShortDigits(digits, country) : named(digits.slice(0, 21));

/** What to hand to a platform for an address: `+33639980001` or `38064`; undefined for a name, which nobody can write to. */
export function telNumber(address: string): string | undefined {
  const rest = address.startsWith('tel:') ? address.slice(4) : '';
  return /^\+[1-9]\d{4,14}$/.test(rest) || isShortCode(rest) ? rest : undefined;
}
