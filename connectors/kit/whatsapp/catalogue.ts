import { ownText } from '../../../protocol/adapt/wording.ts';
import type { ContentOf } from '../../../protocol/content.ts';
import { cut, defined } from '../fields.ts';
import { limits } from './capabilities.ts';
import type { MadeAtMeta } from './config.ts';
import { interactive } from './interactive.ts';
import type { Rendered } from './rendered.ts';

type Product = ContentOf<'product'>;

/** Whether messages of the catalogue say all that the merchant said. The catalogue has its own titles, prices and pictures; a quantity it can't say. */
export const inCatalogue = (content: Product, { catalog_id }: MadeAtMeta): boolean =>
  catalog_id !== undefined &&
  content.items.every(({ quantity }) => quantity === undefined) &&
  new Set(content.items.map(({ id }) => id)).size === content.items.length &&
  (ownText(content)?.length ?? 0) <= limits.body;

/** One product with what it offers to press, or a list to choose from: "Share products with customers". */
export function products(content: Product, { catalog_id, catalog_title = 'Products' }: MadeAtMeta): Rendered {
  if (catalog_id === undefined) return { ok: false, code: 'content_unsupported' };
  const own = ownText(content);
  const [first, ...others] = content.items;
  if (!others.length)
    return interactive(
      defined({
        type: 'product',
        body: own ? { text: own } : undefined,
        action: { catalog_id, product_retailer_id: first!.id },
      }),
    );
  const titles = content.items.map(({ title }) => title).join(', ');
  return interactive({
    type: 'product_list',
    header: { type: 'text', text: catalog_title },
    body: { text: cut(own ?? titles, limits.body) },
    action: {
      catalog_id,
      sections: [
        {
          title: cut(catalog_title, limits.section),
          product_items: content.items.map(({ id }) => ({ product_retailer_id: id })),
        },
      ],
    },
  });
}
