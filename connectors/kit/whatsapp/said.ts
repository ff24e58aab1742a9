import type { Media } from '../../../protocol/content.ts';
import type { InboundMessage } from '../../contract/index.ts';
import { defined, lineOf, wellFormed } from '../fields.ts';

/** What a message says; who says it and when is read elsewhere. */
export type Said = Pick<InboundMessage, 'content' | 'media' | 'payload' | 'values' | 'replyTo' | 'automatic'>;

/** Events about another message name it by `replyTo`; the gateway puts its own id for it into the content. */
export const unresolved = { message_id: '' };

export const words = (value: string | undefined): Said | undefined =>
  value ? { content: { kind: 'text', text: wellFormed(value) } } : undefined;

/** A button or a row: what it says, and the payload it was sent with. */
export const pressed = (title: string | undefined, payload: string | undefined): Said => ({
  content: { kind: 'text', text: lineOf(title, 65_536) ?? '…' },
  ...(payload ? { payload: wellFormed(payload, 4096) } : {}),
});

export const native = (connector: string, payload: Record<string, unknown>, shown: string): Said => ({
  content: { kind: 'native', connector, payload, text: wellFormed(shown) },
});

/** A message that is one, though nothing of it can be read: the consumer wrote, and the merchant should know. */
export const unread = (connector: string, type: string, provider: string): Said =>
  native(connector, { type: wellFormed(type, 64) }, `A message of a kind that ${provider} does not pass on`);

export interface File {
  type: Media['type'];
  reference: string;
  mediaType?: string | undefined;
  name?: string | undefined;
  caption?: string | undefined;
}

export function fileSaid({ type, reference, ...about }: File): Said {
  const name = lineOf(about.name, 240);
  const mediaType = about.mediaType?.split(';')[0]?.trim().slice(0, 127);
  return {
    content: {
      kind: 'media',
      media: defined({ type, id: 'media', media_type: mediaType, name }),
      ...(about.caption ? { caption: wellFormed(about.caption) } : {}),
    },
    media: { media: defined({ reference, mediaType, name }) },
  };
}

/** A file by its address, where that is one. */
export const fileAt = (file: Omit<File, 'reference'> & { url: string | undefined }): Said | undefined =>
  file.url !== undefined && file.url.length <= 2048 && /^https?:\/\//.test(file.url) && URL.canParse(file.url)
    ? fileSaid({ ...file, reference: file.url })
    : undefined;

interface Place {
  latitude: number | undefined;
  longitude: number | undefined;
  name?: string | undefined;
  address?: string | undefined;
}

export function place({ latitude = NaN, longitude = NaN, name, address }: Place): Said | undefined {
  if (!(Math.abs(latitude) <= 90) || !(Math.abs(longitude) <= 180)) return undefined;
  const named = defined({ name: lineOf(name), address: lineOf(address) });
  return { content: { kind: 'location', latitude, longitude, ...named } };
}

export const reaction = (emoji: string | undefined): Said => ({
  content: { kind: 'reaction', ...unresolved, emoji: wellFormed(emoji ?? '', 64) },
});

interface Referral {
  type?: string | undefined;
  ref?: string | undefined;
  url?: string | undefined;
  headline?: string | undefined;
}

/** Where a consumer comes from: click-to-WhatsApp advertisements and posts, else a product of the catalogue that is asked about. */
export function referralOf(
  referral: Referral | undefined,
  productId?: string,
): InboundMessage['referral'] | undefined {
  const product = lineOf(productId, 4096);
  if (!referral) return product === undefined ? undefined : { source: 'product', ref: product };
  return {
    source: lineOf(referral.type, 128) ?? 'ad',
    ...defined({
      ref: lineOf(referral.ref, 4096),
      url: lineOf(referral.url, 4096),
      headline: lineOf(referral.headline),
    }),
  };
}
