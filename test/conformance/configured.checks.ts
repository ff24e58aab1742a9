import { contentKinds, contentSchema } from '../../protocol/content.ts';
import type { Content } from '../../protocol/content.ts';
import { contentExamples } from '../../protocol/examples/content.ts';
import { when } from './check.ts';
import type { CheckGroup } from './check.ts';
import type { ConformanceSpec } from './spec.ts';

type Asked = Pick<ConformanceSpec, 'connector' | 'account'>;

/** What an account of the sample's says of a content, once it has more of a configuration. */
const levelOf = ({ connector, account }: Asked, content: Content, more: object) => {
  const config = connector.manifest.config.safeParse({ ...(account.config as object), ...more });
  if (!config.success || !connector.capabilitiesFor) return undefined;
  return connector.capabilitiesFor(content, config.data).outbound[content.kind];
};

/** What `withConfiguration` says is what `capabilitiesFor` does, no more and no less. */
export const configuredChecks: CheckGroup = {
  name: 'configuration',
  checks: [
    {
      name: 'makes native what is said to be, and nothing else',
      run: (spec) => {
        const { capabilitiesFor, withConfiguration = [], manifest } = spec.connector;
        const { outbound } = manifest.capabilities;
        const declared = new Set(withConfiguration.map(({ content }) => content.kind));
        const beside = contentKinds.filter((kind) => !declared.has(kind));
        return [
          ...when(
            (capabilitiesFor !== undefined) !== withConfiguration.length > 0,
            'capabilitiesFor and withConfiguration come together',
          ),
          ...withConfiguration.flatMap(({ content, config }) => [
            ...when(!contentSchema.safeParse(content).success, `${content.kind}: the example is no content`),
            ...when(outbound[content.kind] === 'native', `${content.kind} is native without configuration`),
            ...when(
              levelOf(spec, content, config) !== 'native',
              `${content.kind} is not native with the configuration of its example`,
            ),
            ...beside.flatMap((kind) =>
              when(
                (levelOf(spec, contentExamples[kind], config) ?? outbound[kind]) !== outbound[kind],
                `${kind} is more with a configuration, and withConfiguration has no example of it`,
              ),
            ),
          ]),
        ];
      },
    },
  ],
};
