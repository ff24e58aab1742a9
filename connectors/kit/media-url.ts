import type { Media } from '../../protocol/content.ts';
import type { OutboundMedia } from '../contract/index.ts';

/** Where a platform fetches a file: at the gateway, where it holds it, or where the merchant said it is. */
export const mediaUrl = (
  item: Media | undefined,
  media: ReadonlyMap<string, OutboundMedia>,
): string | undefined => (item?.id === undefined ? undefined : media.get(item.id)?.url) ?? item?.url;
