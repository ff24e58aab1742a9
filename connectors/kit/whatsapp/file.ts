import type { Content, Media } from '../../../protocol/content.ts';
import type { SendRequest } from '../../contract/index.ts';
import { mediaUrl } from '../media-url.ts';

/** A file as the platform knows it: uploaded, or to be fetched. */
export type Handle = { id: string } | { link: string };
export type FileOf = (item: Media) => Handle | undefined;

/** The media items of a content that are sent as files. Those of products are the catalogue's own. */
export function mediaOf(content: Content): Media[] {
  switch (content.kind) {
    case 'media':
      return [content.media];
    case 'card':
      return content.card.image ? [content.card.image] : [];
    case 'carousel':
      return content.cards.flatMap(({ image }) => image ?? []);
    case 'template':
      return (content.header ?? []).filter((value) => typeof value === 'object');
    default:
      return [];
  }
}

/** The links of all files of a part, for a provider that uploads nothing; undefined where one of them can't be had. */
export function linksOf({ part, media }: Pick<SendRequest, 'part' | 'media'>): FileOf | undefined {
  if (!mediaOf(part.content).every((item) => mediaUrl(item, media))) return undefined;
  return (item) => {
    const link = mediaUrl(item, media);
    return link === undefined ? undefined : { link };
  };
}
