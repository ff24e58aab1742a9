/** `rocketchat:<user id>`: letters and digits, whose case counts. User names change and are no keys. */
export function normalise(address: string): string | undefined {
  const id = /^rocketchat:([A-Za-z0-9]{6,64})$/i.exec(address)?.[1];
  return id === undefined ? undefined : `rocketchat:${id}`;
}

export const addressOf = (userId: string): string | undefined => normalise(`rocketchat:${userId}`);
export const userIdOf = (address: string): string => address.slice('rocketchat:'.length);
