/** `mattermost:<user id>`: 26 letters and digits, which the server writes in lower case. User names change and are no keys. */
export function normalise(address: string): string | undefined {
  const id = /^mattermost:([a-z0-9]{26})$/i.exec(address)?.[1];
  return id && `mattermost:${id.toLowerCase()}`;
}

export const addressOf = (userId: string): string | undefined => normalise(`mattermost:${userId}`);
export const userIdOf = (address: string): string => address.slice('mattermost:'.length);
