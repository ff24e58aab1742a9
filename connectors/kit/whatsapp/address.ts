import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import type { CountryCode } from 'libphonenumber-js/max';

/**
 * A WhatsApp address is a business-scoped user id (`whatsapp:FR.8402…`) or, where Meta gives none, a phone number
 * (`whatsapp:+33…`). Meta always gives the id and may withhold the number, so the id is the key and the number an alias.
 */
const bsuidPattern = /^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}$/;
const scheme = 'whatsapp:';

/**
 * The same mobile is written in two ways in some countries; WhatsApp ids and people use both. Each rule makes one of them:
 * Brazil has a ninth digit since 2016 that older ids lack, Argentina puts a 9 before the area code abroad and a 15 after it
 * at home, Mexico gave up its 1 in 2019.
 */
const oneSpelling: readonly (readonly [RegExp, string])[] = [
  [/^\+55(\d{2})([6-9]\d{7})$/, '+55$19$2'],
  [/^\+54(?=\d{12}$)([1-3]\d{1,3}?)15(\d{6,8})$/, '+549$1$2'],
  [/^\+54([1-3]\d{9})$/, '+549$1'],
  [/^\+521(\d{10})$/, '+52$1'],
];

/** E.164 in the one spelling, or undefined. */
export function phoneOf(text: string, country?: string): string | undefined {
  if (!/^\+?[\d\s().-]{5,40}$/.test(text)) return undefined;
  const digits = text
    .replace('(0)', '')
    .replace(/[^\d+]/g, '')
    .replace(/^00/, '+');
  const international =
    digits.startsWith('+') || !digits.startsWith('0')
      ? `+${digits.replace('+', '')}`
      : national(digits, country);
  if (!international || !/^\+[1-9]\d{6,14}$/.test(international)) return undefined;
  const rule = oneSpelling.find(([pattern]) => pattern.test(international));
  return rule ? international.replace(rule[0], rule[1]) : international;
}

function national(digits: string, country: string | undefined): string | undefined {
  if (!country) return undefined;
  return parsePhoneNumberFromString(digits, country as CountryCode)?.number;
}

/** What every WhatsApp connector has in its configuration: the country (ISO 3166) of numbers that are written without one. */
export interface NumberConfig {
  country?: string | undefined;
}

/** The one way to write an address, or undefined. */
export function normalise(address: string, { country }: NumberConfig): string | undefined {
  if (!address.startsWith(scheme)) return undefined;
  const rest = address.slice(scheme.length);
  if (bsuidPattern.test(rest)) return address;
  const phone = phoneOf(rest, country);
  return phone && scheme + phone;
}

/** The address of a number as Meta writes it: digits without a plus. */
export const phoneAddress = (waId: string | undefined): string | undefined => {
  const phone = waId && /^\+?\d+$/.test(waId) ? phoneOf(waId.startsWith('+') ? waId : `+${waId}`) : undefined;
  return phone && scheme + phone;
};

export const userIdAddress = (userId: string | undefined): string | undefined =>
  userId && bsuidPattern.test(userId) ? scheme + userId : undefined;

/** How a request names the receiver: `to` for a number, `recipient` for a user id. */
export function recipientOf(address: string): { to: string } | { recipient: string } {
  const rest = address.slice(scheme.length);
  return rest.startsWith('+') ? { to: rest } : { recipient: rest };
}

/**
 * Who writes, as other providers name them: by user id, by number, or by either in one field. The user id is the key, as everywhere.
 */
export function senderOf(
  names: readonly (string | undefined)[],
): { address: string; aliases?: string[] } | undefined {
  const [address, ...aliases] = new Set(
    [...names.map(userIdAddress), ...names.map(phoneAddress)].filter((each) => each !== undefined),
  );
  return address ? { address, ...(aliases.length ? { aliases } : {}) } : undefined;
}
