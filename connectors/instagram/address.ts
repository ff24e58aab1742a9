/** An address is the Instagram-scoped id: another one for every business, and never a user name. */
export const normalise = (address: string): string | undefined =>
  /^instagram:\d{1,32}$/.test(address) ? address : undefined;

export const igsidOf = (address: string): string => address.slice('instagram:'.length);
