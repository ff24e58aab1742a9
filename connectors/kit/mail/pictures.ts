import { mediaIn } from '../../../protocol/content-media.ts';
import type { Content } from '../../../protocol/content.ts';
import type { OutboundMedia } from '../../contract/index.ts';

/** Where a media item of a letter went: shown in its place, beside the letter, or, where it is too large, behind a link. */
export type Placed =
  | { how: 'inline'; cid: string }
  | { how: 'attached'; name: string }
  | { how: 'linked'; url: string };

export interface Enclosure {
  filename: string;
  content: Buffer;
  contentType: string;
  /** For those shown in their place (RFC 2392). */
  cid?: string;
  contentDisposition: 'inline' | 'attachment';
}

/** What mail programs draw; others, and vector pictures, go beside the letter as files. */
const drawn = /^image\/(?:png|jpe?g|gif|webp)$/;

/**
 * Encloses the media of a letter. Nothing is loaded from elsewhere when it is read: that would tell the sender who reads and when,
 * and most programs block it. Undefined if a file can't be had. `cidPart` makes the content ids the mail's own; `inPlace`: there is a letter
 * to show pictures in.
 */
export async function enclose(
  content: Content,
  media: ReadonlyMap<string, OutboundMedia>,
  { maxBytes, cidPart, inPlace }: { maxBytes: number; cidPart: string; inPlace: boolean },
): Promise<{ enclosures: Enclosure[]; placed: Map<string, Placed> } | undefined> {
  const enclosures: Enclosure[] = [];
  const placed = new Map<string, Placed>();
  let left = maxBytes;
  for (const item of mediaIn(content)) {
    const id = item.id ?? '';
    if (placed.has(id)) continue;
    const found = media.get(id);
    if (!found) return undefined;
    if (found.bytes > left) {
      placed.set(id, { how: 'linked', url: found.url });
      continue;
    }
    const bytes = await found.read().catch(() => undefined);
    if (!bytes) return undefined;
    left -= bytes.length;
    const filename = item.name ?? found.name ?? item.type;
    const inline = inPlace && drawn.test(found.mediaType);
    const cid = `${enclosures.length}.${cidPart}`;
    placed.set(id, inline ? { how: 'inline', cid } : { how: 'attached', name: filename });
    enclosures.push({
      filename,
      content: Buffer.from(bytes),
      contentType: found.mediaType,
      ...(inline ? { cid } : {}),
      contentDisposition: inline ? 'inline' : 'attachment',
    });
  }
  return { enclosures, placed };
}
