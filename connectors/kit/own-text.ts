import { ownText } from '../../protocol/adapt/wording.ts';
import type { Content } from '../../protocol/content.ts';

/**
 * Content for a client that draws forms and cards itself: without the text that the gateway filled in for who doesn't know the
 * kind, which would say everything twice. What the merchant wrote stays.
 */
export function withOwnText(content: Content): Content {
  if (!['form', 'carousel', 'product', 'payment_request'].includes(content.kind) || ownText(content))
    return content;
  const { text: _, ...rest } = content;
  return rest as Content;
}
