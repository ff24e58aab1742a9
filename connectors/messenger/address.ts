/** An address is the page-scoped id: another one for every page, and never a secret or a number. */
export const normalise = (address: string): string | undefined =>
  /^messenger:\d{1,32}$/.test(address) ? address : undefined;

export const psidOf = (address: string): string => address.slice('messenger:'.length);
