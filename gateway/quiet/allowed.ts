import { getCountryCallingCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { addressRest, addressScheme } from '../../protocol/address.ts';
import { nextAllowed, sendingHours } from '../../protocol/quiet-hours.ts';
import type { Purpose, SendingHours } from '../../protocol/quiet-hours.ts';

/** Countries with rules by calling code: for numbers that several share, or that the numbering plan doesn't know. */
const byCallingCode = new Map<string, string[]>();
for (const country of Object.keys(sendingHours)) {
  if (!isSupportedCountry(country)) throw new Error(`sending hours of ${country}, which is no country`);
  const code = getCountryCallingCode(country);
  byCallingCode.set(code, [...(byCallingCode.get(code) ?? []), country]);
}

/**
 * When a message of that purpose may go out to an address: `nowMs`, or later where its country has quiet hours. Telephone numbers
 * only: no other address tells a country. Where a number leaves it open, all the countries it may be of must allow it. Pure.
 */
export function allowedAt(address: string, purpose: Purpose, nowMs: number): number {
  if (purpose === 'transactional' || addressScheme(address) !== 'tel') return nowMs;
  const rules = countriesOf(addressRest(address)).flatMap((country): SendingHours[] => {
    const hours = sendingHours[country]?.[purpose];
    return hours ? [hours] : [];
  });
  let at = nowMs;
  // until all agree; each look only moves on
  for (let agreed = false; !agreed;) {
    const next = rules.reduce((time, hours) => nextAllowed(hours, time), at);
    agreed = next === at;
    at = next;
  }
  return at;
}

function countriesOf(number: string): string[] {
  const parsed = parsePhoneNumberFromString(number);
  if (!parsed) return [];
  return parsed.country ? [parsed.country] : (byCallingCode.get(parsed.countryCallingCode) ?? []);
}
