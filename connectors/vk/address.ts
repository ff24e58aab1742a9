/** `vk:<user id>`. Communities (negative) and chats (from 2,000,000,000) are no consumers. */
export function normalise(address: string): string | undefined {
  const digits = /^vk:0*([1-9]\d{0,9})$/i.exec(address)?.[1];
  return digits !== undefined && Number(digits) < 2_000_000_000 ? `vk:${digits}` : undefined;
}

export const addressOf = (userId: number): string | undefined => normalise(`vk:${userId}`);
export const peerOf = (address: string): number => Number(address.slice('vk:'.length));

/** The number of a message counts within its conversation. */
export const providerIdOf = (peer: number, cmid: number): string => `${peer}:${cmid}`;

/** The number behind a provider id of that conversation; another's names nothing here. */
export function cmidOf(peer: number, providerId: string | undefined): number | undefined {
  const [, of, cmid] = /^(\d{1,10}):(\d{1,12})(?::|$)/.exec(providerId ?? '') ?? [];
  return cmid !== undefined && Number(of) === peer ? Number(cmid) : undefined;
}
