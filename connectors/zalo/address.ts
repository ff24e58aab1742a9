/** A user id: digits, of one person for one official account. */
export const normalise = (address: string): string | undefined =>
  /^zalo:[1-9]\d{4,24}$/.test(address) ? address : undefined;

export const userIdOf = (address: string): string => address.slice('zalo:'.length);
