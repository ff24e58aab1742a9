import type { Content, Media } from '../../../protocol/content.ts';
import type { SendRequest } from '../../contract/index.ts';

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

/** Where a provider that uploads nothing fetches a file: from this gateway, else from where the merchant has it. */
export function linkOf({ id, url }: Media, { media }: Pick<SendRequest, 'media'>): string | undefined {
  return (id === undefined ? undefined : media.get(id)?.url) ?? url;
}

/** The links of all files of a part; undefined where one of them can't be had. */
export function linksOf(request: Pick<SendRequest, 'part' | 'media'>): FileOf | undefined {
  if (!mediaOf(request.part.content).every((item) => linkOf(item, request))) return undefined;
  return (item) => {
    const link = linkOf(item, request);
    return link === undefined ? undefined : { link };
  };
}
