import type { OutboundMedia } from '../contract/index.ts';

/** A name without what could end a header or a path. */
export const fileName = (media: Pick<OutboundMedia, 'name'>): string =>
  // eslint-disable-next-line no-control-regex -- control characters are what this takes out
  (media.name ?? 'file').replace(/[\u0000-\u001f\u007f"/\\]/g, '_').slice(0, 240) || 'file';
