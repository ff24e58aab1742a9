import type { Media } from '../content.ts';
import { mediaText } from '../standalone.ts';
import { fits } from '../text/units.ts';
import { isNative, lose, push } from './draft.ts';
import type { Draft } from './draft.ts';

/** Why the channel can't show a media item as it is; undefined if it can, as far as its size and type are known. */
export function mediaObstacle(draft: Draft, media: Media): string | undefined {
  const limits = draft.capabilities.media;
  if (!limits) return undefined;
  const limit = limits[media.type];
  if (!limit) return `the channel takes no ${media.type}`;
  const known = media.id === undefined ? undefined : draft.context.mediaBytes?.(media.id);
  const bytes = known?.bytes ?? media.bytes;
  const mediaType = known?.mediaType ?? media.media_type;
  if (bytes !== undefined && bytes > limit.maxBytes) return `the channel takes ${limit.maxBytes} bytes`;
  if (mediaType !== undefined && !limit.types.some((type) => matches(mediaType, type)))
    return `the channel takes no ${mediaType}`;
  return undefined;
}

/** A declaration may name a family (`image/*`) or anything at all; parameters (`; charset=…`) don't count. */
function matches(mediaType: string, declared: string): boolean {
  const bare = mediaType.split(';', 1)[0]!.trim().toLowerCase();
  const wanted = declared.toLowerCase();
  return (
    wanted === '*/*' || wanted === bare || (wanted.endsWith('/*') && bare.startsWith(wanted.slice(0, -1)))
  );
}

/** What it is and where: the last resort for any media item. */
export const mediaLink = (draft: Draft, media: Media): string =>
  [mediaText(media), media.id === undefined ? media.url : draft.context.mediaUrl(media.id)]
    .filter(Boolean)
    .join('\n');

/**
 * Shows a media item with its caption, and returns what is left to say: nothing, the caption where it has no room, or the caption and
 * a link where the item itself can't be shown.
 */
export function placeMedia(draft: Draft, media: Media, caption = ''): string {
  const obstacle = isNative(draft, 'media') ? mediaObstacle(draft, media) : 'the channel takes no media';
  if (obstacle) {
    lose(draft, media.type, 'rewritten', `${obstacle}: a link goes instead`);
    return [caption, mediaLink(draft, media)].filter(Boolean).join('\n');
  }
  const { caption: limit, media: types } = draft.capabilities;
  const captioned =
    caption !== '' &&
    limit !== undefined &&
    media.type !== 'sticker' &&
    types?.[media.type]?.caption !== false &&
    fits(caption, limit);
  push(draft, { kind: 'media', media, ...(captioned ? { caption } : {}) });
  return captioned ? '' : caption;
}
