/** A customer as Apple tells this business of them, opaque: `apple-messages:urn:mbid:…`. Another business gets another one. */
export function normalise(address: string): string | undefined {
  const id = /^apple-messages:(urn:mbid:[\w+/=-]{8,480})$/i.exec(address)?.[1];
  return id === undefined ? undefined : `apple-messages:urn:mbid:${id.slice('urn:mbid:'.length)}`;
}

export const opaqueIdOf = (address: string): string => address.slice('apple-messages:'.length);
export const addressOf = (opaqueId: string | undefined): string | undefined =>
  opaqueId === undefined ? undefined : normalise(`apple-messages:${opaqueId}`);
