import { parsePhoneNumberFromString, isSupportedCountry } from 'libphonenumber-js/max';
import type { CountryCode } from 'libphonenumber-js/max';
import type { SmppAddress } from './wire.ts';

/**
 * Addresses: `tel:+33639980001` (E.164) for people, `tel:38064` for short codes, `tel:alpha:…` for senders with a name, which can write
 * but not be written to.
 */
const types = { unknown: 0, international: 1, national: 2, networkSpecific: 3, alphanumeric: 5 } as const;
const isdn = 1;

/** A number that may be written to: possible by its length, for `isValid` refuses ranges that exist (Ofcom's +44 7700 900xxx). */
function e164(text: string, country?: string): { number: string; valid: boolean } | undefined {
  const known = country !== undefined && isSupportedCountry(country) ? (country as CountryCode) : undefined;
  const parsed = parsePhoneNumberFromString(text, {
    ...(known ? { defaultCountry: known } : {}),
    extract: false,
  });
  if (!parsed?.isPossible() || parsed.ext || !/^\+[1-9]\d{4,14}$/.test(parsed.number)) return undefined;
  const number = withMobileDigit(parsed.number);
  return { number, valid: parsed.isValid() || number !== parsed.number };
}

/**
 * Brazil and Argentina write one mobile with and without a 9. Brazil: two digits of area, then 8 digits that begin with 6 to 9 are a
 * mobile from before the ninth digit. Argentina: area codes begin with 1, 2 or 3, and what has an SMS address is a mobile.
 */
function withMobileDigit(number: string): string {
  if (/^\+55[1-9]\d[6-9]\d{7}$/.test(number)) return `${number.slice(0, 5)}9${number.slice(5)}`;
  if (/^\+54[1-3]\d{9}$/.test(number)) return `+549${number.slice(3)}`;
  return number;
}

/** The number behind digits whose type is not said: national and international readings, a valid one before a merely possible one. */
function guess(digits: string, country?: string): string | undefined {
  if (digits.startsWith('00')) return e164(`+${digits.slice(2)}`)?.number ?? e164(digits, country)?.number;
  const readings = [country ? e164(digits, country) : undefined, e164(`+${digits}`)].filter(
    (reading) => reading !== undefined,
  );
  return (readings.find(({ valid }) => valid) ?? readings[0])?.number;
}

const isShortCode = (digits: string): boolean => /^\d{2,8}$/.test(digits);

/** The one way to write an address; undefined if it is none of this channel's. */
export function normalise(address: string, country?: string): string | undefined {
  if (!address.startsWith('tel:') || address.length > 200) return undefined;
  const rest = address.slice(4);
  if (rest.startsWith('alpha:')) return named(rest.slice(6));
  if (!/^\+?[\d ().\u00a0\u202f-]+$/.test(rest)) return undefined;
  const compact = rest.replace(/[^\d+]/g, '');
  if (compact.startsWith('+')) return prefixed(e164(compact)?.number);
  return (
    prefixed(country ? guess(compact, country) : undefined) ??
    (isShortCode(compact) ? `tel:${compact}` : undefined)
  );
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

/** The consumer behind a source_addr. undefined: there is none, so nobody could be answered. */
export function addressOf({ ton, value }: SmppAddress, country?: string): string | undefined {
  const digits = value.trim().replace(/[\s().-]/g, '');
  if (ton === types.alphanumeric || !/^\+?\d+$/.test(digits)) {
    return value.trim() === '' ? undefined : named(encodeURIComponent(value.trim().slice(0, 21)));
  }
  if (digits.startsWith('+')) return prefixed(e164(digits)?.number) ?? short(digits.slice(1));
  if (ton === types.international)
    return prefixed(e164(`+${digits}`)?.number ?? guess(digits, country)) ?? short(digits);
  if (ton === types.national)
    return prefixed(e164(digits, country)?.number ?? guess(digits, country)) ?? short(digits);
  if (isShortCode(digits) && !(country && e164(digits, country)?.valid)) return short(digits);
  return prefixed(guess(digits, country)) ?? short(digits);
}

/** Digits that are no number of the plan: a short code, or, if long, a name made of digits. */
const short = (digits: string): string | undefined =>
  isShortCode(digits) ? `tel:${digits}` : named(digits.slice(0, 21));

/** An address as a destination_addr; undefined for a name, which nobody can write to. */
export function destinationOf(address: string): SmppAddress | undefined {
  const rest = address.slice(4);
  if (rest.startsWith('+')) return { ton: types.international, npi: isdn, value: rest.slice(1) };
  return isShortCode(rest) ? { ton: types.networkSpecific, npi: 0, value: rest } : undefined;
}

/** The account's own sender as a source_addr: a number, a short code, or a name of at most 11 characters. */
export function sourceOf(
  sender: string,
  given: { ton?: number | undefined; npi?: number | undefined },
): SmppAddress {
  const known = /^\+\d+$/.test(sender)
    ? { ton: types.international, npi: isdn, value: sender.slice(1) }
    : isShortCode(sender)
      ? { ton: types.networkSpecific, npi: 0, value: sender }
      : /^\d*$/.test(sender)
        ? { ton: types.unknown, npi: sender ? isdn : 0, value: sender }
        : { ton: types.alphanumeric, npi: 0, value: sender };
  return { ...known, ton: given.ton ?? known.ton, npi: given.npi ?? known.npi };
}
