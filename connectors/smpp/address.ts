import { e164, telAddress, telName } from '../kit/phone.ts';
import type { SmppAddress } from './wire.ts';

/** Types of number and the numbering plan (SMPP 3.4, 5.2.5 and 5.2.6). How addresses are written is the kit's to say: `phone.ts`. */
const types = { unknown: 0, international: 1, national: 2, networkSpecific: 3, alphanumeric: 5 } as const;
const isdn = 1;

const isShortCode = (digits: string): boolean => /^\d{2,8}$/.test(digits);

/** The consumer behind a source_addr, as its type says, else as its digits do. undefined: there is none, so nobody could be answered. */
export function addressOf({ ton, value }: SmppAddress, country?: string): string | undefined {
  if (ton === types.alphanumeric) return telName(value);
  const digits = value.trim().replace(/[\s().-]/g, '');
  const typed =
    ton === types.international
      ? e164(`+${digits}`)
      : ton === types.national
        ? e164(digits, country)
        : undefined;
  return typed === undefined ? telAddress(value, { country }) : `tel:${typed}`;
}

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
