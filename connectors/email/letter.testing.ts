import PostalMime from 'postal-mime';
import type { Email } from 'postal-mime';
import { mediaIn } from '../../protocol/content-media.ts';
import type { Content, ContentOf } from '../../protocol/content.ts';
import { mailAccount } from '../../test/mail/mail-host.ts';
import type { OutboundMedia, SendRequest } from '../contract/index.ts';
import { compose } from './outbound.ts';

/** Mails of one account, as their readers' programs take them apart. For tests. */
export const account = mailAccount('acc_1', { address: 'support@shop.test', name: 'Shop' });
export const nowMs = Date.UTC(2026, 10, 20);

export const picture = (more: Partial<OutboundMedia> = {}): OutboundMedia => ({
  url: 'https://gateway.test/media/med_1?sig=x',
  mediaType: 'image/png',
  bytes: 4,
  name: 'photo.png',
  read: () => Promise.resolve(new TextEncoder().encode('\u0089PNG')),
  ...more,
});

export const request = (content: Content, more: Partial<SendRequest> = {}): SendRequest => ({
  messageId: 'msg_01JD0000000000000000000000',
  idempotencyKey: 'msg_01JD0000000000000000000000.0',
  address: 'mailto:ada@example.com',
  part: { content },
  media: new Map(mediaIn(content).map(({ id }) => [id ?? '', picture()])),
  thread: [],
  ...more,
});

export async function mailOf(
  content: Content,
  more: Partial<SendRequest> = {},
): Promise<Email & { raw: string }> {
  const composed = await compose(request(content, more), account, nowMs);
  if (!composed.ok) throw new Error(JSON.stringify(composed.failure));
  const email = await PostalMime.parse(composed.mail.raw);
  return { ...email, raw: composed.mail.raw.toString('latin1') };
}

export const order: ContentOf<'order'> = {
  kind: 'order',
  order_id: 'A-1',
  state: 'Being made',
  text: 'Thank you!\nIt will be ready at eight.',
  total: { amount: 2350, currency: 'EUR' },
  items: [
    {
      id: 'g',
      title: 'Galette',
      description: 'Egg & cheese',
      quantity: 2,
      price: { amount: 850, currency: 'EUR' },
      image: { type: 'image', id: 'med_1', alt: 'A galette' },
    },
    { id: 'c', title: 'Crêpe', price: { amount: 650, currency: 'EUR' }, url: 'https://shop.test/c?a=1&b=2' },
  ],
};
