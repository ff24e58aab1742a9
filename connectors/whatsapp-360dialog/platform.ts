import type { Dialog360Config } from './manifest.ts';

/** Every call brings the key of the number ("Send and receive messages"). */
export const keyHeader = 'd360-api-key';

export const urlOf = ({ base_url }: Pick<Dialog360Config, 'base_url'>, path: string): string =>
  `${base_url.replace(/\/+$/, '')}/${path}`;

/** Media have the same path and query there as at Meta's ("Upload, retrieve or delete media"). */
export function pathOf(url: string): string {
  const { pathname, search } = new URL(url);
  return `${pathname.replace(/^\/+/, '')}${search}`;
}
