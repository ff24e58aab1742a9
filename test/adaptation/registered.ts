import * as fc from 'fast-check';
import type { Connector } from '../../connectors/contract/index.ts';
import { connectors } from '../../connectors/generated/registry.ts';
import { anyContent, context } from '../../protocol/adapt/arbitraries.ts';
import type { AdaptContext, Adaptation } from '../../protocol/adapt/index.ts';
import { adapt } from '../../protocol/adapt/index.ts';
import type { Content } from '../../protocol/content.ts';

/** Every registered connector by name, for `describe.each`: one that is added is tested without another line. */
export const registered: readonly (readonly [string, Connector])[] = connectors.map(
  (connector) => [connector.manifest.name, connector] as const,
);

export const languages = fc.constantFrom(undefined, 'en', 'fr', 'de-CH', 'es', 'ja', 'x-none');

/** As the gateway adapts for a connector; `native` content is sometimes for it. */
export function adaptOn(
  { manifest }: Connector,
  content: Content,
  more: Partial<AdaptContext> = {},
): Adaptation {
  return adapt(content, manifest.capabilities, { ...context, connector: manifest.name, ...more });
}

/** Generated content of every kind. What is native to some platform is as often this connector's own as another's. */
export const contentFor = ({ manifest }: Connector): fc.Arbitrary<Content> =>
  anyContent.map((content) =>
    content.kind === 'native' && content.connector === 'here'
      ? { ...content, connector: manifest.name }
      : content,
  );
