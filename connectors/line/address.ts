/** A user id: `U` and 32 hexadecimal digits, another one for every provider of LINE channels. */
export const normalise = (address: string): string | undefined =>
  /^line:U[0-9a-f]{32}$/.test(address) ? address : undefined;

export const userIdOf = (address: string): string => address.slice('line:'.length);
