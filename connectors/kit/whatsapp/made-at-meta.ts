import type { Capabilities } from '../../../protocol/capabilities.ts';
import type { Content } from '../../../protocol/content.ts';
import { carouselLimits, sideBySide } from './carousel.ts';
import { inCatalogue } from './catalogue.ts';
import type { MadeAtMeta } from './config.ts';
import { asFlow } from './flow.ts';

/**
 * What an account carries of one content: products as they are where they are in its catalogue, a form where it has a flow for it, cards
 * side by side where they fit and are fetched by `links`. What does not fit goes as on a channel that has none: nothing is lost.
 */
export function capabilitiesWith(
  base: Capabilities,
  content: Content,
  made: MadeAtMeta,
  links: boolean,
): Capabilities {
  const native: Capabilities = { ...base, outbound: { ...base.outbound, [content.kind]: 'native' } };
  switch (content.kind) {
    case 'product':
      return inCatalogue(content, made) ? native : base;
    case 'form':
      return asFlow(content, made) ? native : base;
    case 'carousel':
      return links && sideBySide(content) ? { ...native, carousel: carouselLimits } : base;
    default:
      return base;
  }
}
