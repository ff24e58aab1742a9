const server = String.raw`(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?`;
const userId = new RegExp(String.raw`^@[\u0021-\u0039\u003b-\u007e]+:${server}$`);

/**
 * `matrix:@ada:example.org`: a user id, at most 255 bytes. Case counts in both of its halves (Matrix specification, "Identifier grammar"),
 * so only the scheme's is folded. Matrix's own URI `matrix:u/ada:example.org` means the same.
 */
export function normalise(address: string): string | undefined {
  const [, at, rest] = /^matrix:(@|u\/)(.+)$/i.exec(address) ?? [];
  if (rest === undefined || (at !== '@' && /[%?]/.test(rest))) return undefined;
  const user = `@${rest}`;
  return user.length <= 255 && userId.test(user) ? `matrix:${user}` : undefined;
}

export const addressOf = (user: unknown): string | undefined =>
  typeof user === 'string' && user.startsWith('@') ? normalise(`matrix:${user}`) : undefined;

export const userIdOf = (address: string): string => address.slice('matrix:'.length);
