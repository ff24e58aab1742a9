import { mapMedia, mediaIn } from '../../protocol/content-media.ts';
import type { Content } from '../../protocol/content.ts';
import type { Clock } from '../clock.ts';
import { Refusal } from '../problems.ts';
import type { MediaRow, Store } from '../store/port.ts';

/**
 * An id of media must be of an upload of the merchant's own: a link to it would open it to whoever sees the message. Gives the
 * content with the size and type that its uploads really have.
 */
export async function checkMedia(store: Store, merchantId: string, content: Content): Promise<Content> {
  const rows = new Map<string, MediaRow>();
  for (const item of mediaIn(content)) {
    if (item.id === undefined) continue;
    const row = await store.read.media.byId(item.id);
    if (!row || row.merchantId !== merchantId)
      throw new Refusal('invalid_request', `There is no media ${item.id}.`, {
        errors: [{ pointer: '/content', detail: 'unknown media id' }],
      });
    rows.set(row.id, row);
  }
  if (rows.size === 0) return content;
  return mapMedia(content, (item) => {
    const row = item.id === undefined ? undefined : rows.get(item.id);
    return row?.bytes == null || row.mediaType === null
      ? item
      : { ...item, bytes: row.bytes, media_type: row.mediaType };
  });
}

/** Every media item becomes one of ours: uploads are checked, addresses are written down to be fetched once. */
export async function ownMedia(
  options: { store: Store; clock: Clock },
  merchantId: string,
  content: Content,
): Promise<{ content: Content; media: MediaRow[] }> {
  const checked = await checkMedia(options.store, merchantId, content);
  const media: MediaRow[] = [];
  const owned = mapMedia(checked, ({ url, ...item }) => {
    if (item.id !== undefined) return item;
    const row: MediaRow = {
      id: options.clock.id('media'),
      merchantId,
      accountId: null,
      messageId: null,
      state: 'pending',
      reference: null,
      sourceUrl: url ?? null,
      mediaType: item.media_type ?? null,
      bytes: null,
      sha256: null,
      name: item.name ?? null,
      createdAt: options.clock.now(),
    };
    media.push(row);
    return { ...item, id: row.id };
  });
  return { content: owned, media };
}
