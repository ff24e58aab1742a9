import type { Connector } from '../../connectors/contract/index.ts';
import type { ContentKind } from '../../protocol/content.ts';
import { contentExamples } from '../../protocol/examples/content.ts';
import { broken, manifest } from './planted.ts';
import type { Planted } from './planted.ts';

const check = 'makes native what is said to be, and nothing else';
const more =
  (...kinds: ContentKind[]): NonNullable<Connector['capabilitiesFor']> =>
  ({ kind }) => {
    const { capabilities } = manifest;
    return kinds.includes(kind)
      ? { ...capabilities, outbound: { ...capabilities.outbound, [kind]: 'native' } }
      : capabilities;
  };
const survey = { content: contentExamples.survey, config: {} };

export const plantedConfigured: Planted[] = [
  ['does more than its matrix says', check, broken({ capabilitiesFor: more('survey') })],
  ['shows what it does not do', check, broken({ capabilitiesFor: more(), withConfiguration: [survey] })],
  [
    'shows a part of what it does',
    check,
    broken({ capabilitiesFor: more('survey', 'appointment'), withConfiguration: [survey] }),
  ],
  [
    'shows what needs a configuration that it does not take',
    check,
    broken({
      capabilitiesFor: more('survey'),
      withConfiguration: [{ ...survey, config: { no_such_field: 1 } as never }],
    }),
  ],
];
