import type { InboundMedia, InboundMessage } from '../../connectors/contract/index.ts';
import { mapMedia } from '../../protocol/content-media.ts';
import type { Content } from '../../protocol/content.ts';
import type { Clock } from '../clock.ts';
import type { BlobStore } from '../media/blobs.ts';
import type { MediaRow } from '../store/port.ts';

/** Media of one inbound message: rows to write with it, and the content that refers to them by our own ids. */
export interface TakenMedia {
  content: Content;
  rows: Omit<MediaRow, 'messageId'>[];
}

/**
 * Puts bytes that came along on disk, before the commit that refers to them; what the platform only names is fetched later.
 * A media item without its entry in `media` keeps no foreign address.
 */
export async function takeMedia(
  item: InboundMessage,
  {
    blobs,
    clock,
    merchantId,
    accountId,
  }: { blobs: BlobStore; clock: Clock; merchantId: string; accountId: string },
): Promise<TakenMedia> {
  const rows = new Map<string, Omit<MediaRow, 'messageId'>>();
  for (const [key, source] of Object.entries(item.media ?? {})) {
    rows.set(key, await rowOf(source, { blobs, clock, merchantId, accountId }));
  }
  const content = mapMedia(item.content, (media) => {
    const row = media.id === undefined ? undefined : rows.get(media.id);
    return {
      type: media.type,
      id: row?.id ?? 'none',
      media_type: row?.mediaType ?? media.media_type,
      bytes: row?.bytes ?? media.bytes,
      sha256: row?.sha256 ?? undefined,
      name: row?.name ?? media.name,
      alt: media.alt,
    };
  });
  return { content, rows: [...rows.values()] };
}

async function rowOf(
  source: InboundMedia,
  {
    blobs,
    clock,
    merchantId,
    accountId,
  }: { blobs: BlobStore; clock: Clock; merchantId: string; accountId: string },
): Promise<Omit<MediaRow, 'messageId'>> {
  const blob = source.bytes && (await blobs.put(source.bytes));
  return {
    id: clock.id('media'),
    merchantId,
    accountId,
    state: blob ? 'ready' : 'pending',
    reference: source.bytes ? null : source.reference,
    sourceUrl: null,
    mediaType:
      blob?.mediaType === 'application/octet-stream'
        ? (source.mediaType ?? blob.mediaType)
        : (blob?.mediaType ?? source.mediaType ?? null),
    bytes: blob?.bytes ?? null,
    sha256: blob?.sha256 ?? null,
    name: source.name?.slice(0, 240) ?? null,
    createdAt: clock.now(),
  };
}
