import type { Capabilities, Limit } from './capabilities.ts';
import type { ContentOf, Media } from './content.ts';
import { gaugeOf } from './rendering-blocks.ts';
import type { Block, Fact, Item, Picture } from './rendering-blocks.ts';
import { moneyText } from './standalone.ts';

/** What renderings are put together from: lines, pictures, and tables of what was ordered, paid or said of somebody. */

type Role = (Block & { type: 'text' })['role'];

export const line = (role: Role, text: string | undefined, limit?: Limit): Block[] =>
  text ? [{ type: 'text', role, text, format: 'plain', ...gaugeOf(text, limit) }] : [];

export const body = (
  text: string,
  limit: Limit | undefined,
  format: 'plain' | 'markdown' = 'plain',
): Block => ({
  type: 'text',
  role: 'body',
  text,
  format,
  ...gaugeOf(text, limit),
});

/** Only the members that are there. */
export const given = <T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as never;

export const facts = (members: Partial<Record<Fact['name'], string | undefined>>): Block => ({
  type: 'facts',
  facts: Object.entries(members).flatMap(([name, value]) =>
    value ? [{ name: name as Fact['name'], value }] : [],
  ),
});

export function pictureOf(media: Media, capabilities: Capabilities): Picture {
  const { type, id, url, name, alt, media_type, bytes } = media;
  const max_bytes = capabilities.media?.[type]?.maxBytes;
  return { type, ...given({ id, url, name, alt, media_type, bytes, max_bytes }) };
}

export function contactBlocks(contact: ContentOf<'contact'>['contacts'][number]): Block[] {
  const { name, organization, phones = [], emails = [] } = contact;
  return [
    ...line('title', name),
    {
      type: 'facts',
      facts: [
        ...(organization ? [{ name: 'organization' as const, value: organization }] : []),
        ...phones.map((value) => ({ name: 'phone' as const, value })),
        ...emails.map((value) => ({ name: 'email' as const, value })),
      ],
    },
  ];
}

type ContentItem = ContentOf<'order'>['items'][number];

export function drawnItem(item: ContentItem, capabilities: Capabilities): Item {
  const { title, description, quantity, url, price, image } = item;
  return {
    title,
    ...given({ description, quantity, url }),
    ...(price ? { price: moneyText(price) } : {}),
    ...(image ? { image: pictureOf(image, capabilities) } : {}),
  };
}

export function billBlocks(
  content: ContentOf<'order'> | ContentOf<'receipt'>,
  capabilities: Capabilities,
): Block[] {
  const total = moneyText(content.total);
  const table =
    content.kind === 'order'
      ? facts({ order: content.order_id, state: content.state, total })
      : facts({
          receipt: content.order_id,
          payment_method: content.payment_method,
          total,
          link: content.url,
        });
  return [{ type: 'items', items: content.items.map((item) => drawnItem(item, capabilities)) }, table];
}

export function templateBlocks(content: ContentOf<'template'>, capabilities: Capabilities): Block[] {
  const { header = [], parameters = [], buttons = [] } = content;
  return [
    ...header.flatMap((part): Block[] =>
      typeof part === 'string'
        ? line('header', part)
        : [{ type: 'media', media: pictureOf(part, capabilities) }],
    ),
    body(content.text, undefined),
    ...(buttons.length > 0
      ? [
          {
            type: 'buttons' as const,
            buttons: buttons.map(({ value }) => ({ title: value, does: 'other' as const })),
          },
        ]
      : []),
    {
      type: 'facts',
      facts: [
        { name: 'template', value: content.name },
        { name: 'language', value: content.language },
        ...parameters.map((value) => ({ name: 'parameter' as const, value })),
      ],
    },
  ];
}
