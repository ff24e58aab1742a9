import { normaliseTel } from '../kit/phone.ts';

/** Who wrote: an id of Kakao's, opaque and of this channel only. */
export const ofWriter = (id: string): string | undefined =>
  /^[\w.~@=-]{1,128}$/.test(id) ? `kakaotalk:${id}` : undefined;

/** Somebody who wrote, or a phone number for templates. */
export function normalise(address: string, { country }: { country: string }): string | undefined {
  if (address.startsWith('kakaotalk:')) return ofWriter(address.slice('kakaotalk:'.length));
  const tel = normaliseTel(address, country);
  return tel?.startsWith('tel:+') ? tel : undefined;
}

/** As Infobip takes it: numbers without their plus. */
export const destinationOf = (address: string): string =>
  address.startsWith('tel:+') ? address.slice('tel:+'.length) : address.slice('kakaotalk:'.length);
