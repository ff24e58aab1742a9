/** An OpenID: of one person for one official account. WeChat makes them of 28 letters, digits, `-` and `_`, and promises no length. */
export const normalise = (address: string): string | undefined =>
  /^wechat:[A-Za-z0-9_-]{16,64}$/.test(address) ? address : undefined;

export const openIdOf = (address: string): string => address.slice('wechat:'.length);
