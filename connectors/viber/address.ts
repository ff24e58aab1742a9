/** A user id as Viber writes it: base64, case-sensitive, another one for every bot. */
export const normalise = (address: string): string | undefined =>
  /^viber:[A-Za-z0-9+/_-]{4,64}={0,2}$/.test(address) ? address : undefined;

export const userIdOf = (address: string): string => address.slice('viber:'.length);
