import type { HookRequest } from '../../connectors/contract/index.ts';
import { when } from './check.ts';
import type { Check, CheckGroup } from './check.ts';
import { loadFixtures } from './fixtures.ts';
import { suiteNowMs } from './scripted.ts';
import type { ConformanceSpec } from './spec.ts';

const noHook = ({ connector, request }: ConformanceSpec): string | undefined =>
  connector.hook && request ? undefined : 'it has no hook';

const noParser = (spec: ConformanceSpec): string | undefined =>
  noHook(spec) && !spec.parse ? 'it has neither a hook nor a parser of its own' : undefined;

const threeDaysMs = 3 * 86_400_000;

/** The body with one more byte, and with one of its bytes changed. */
const tamperings = (body: Uint8Array): Uint8Array[] => {
  const changed = Uint8Array.from(body);
  const middle = body.length >> 1;
  changed[middle] = changed[middle]! ^ 1;
  return [Buffer.concat([body, Buffer.from(' ')]), changed];
};

/** What the spec says is ignored: payloads by name, and fixtures of which nothing but that comes. */
const ignoredNames = (spec: ConformanceSpec): string[] => [
  ...Object.keys(spec.ignored ?? {}),
  ...loadFixtures(spec)
    .filter(({ items }) => items.length > 0 && items.every(({ type }) => type === 'ignored'))
    .map(({ name }) => name),
];

const ignores = (name: string, pattern: RegExp, example: string): Check => ({
  name,
  without: noHook,
  run: (spec) =>
    when(
      !ignoredNames(spec).some((of) => pattern.test(of)),
      `no entry of \`ignored\` and no fixture shows it (name it "${example}"); where the platform has none, skip this with the reason`,
    ),
});

/** What a platform's calls must be to be believed, and what is owed of everything that is declared. */
export const eventChecks: CheckGroup = {
  name: 'events',
  checks: [
    {
      name: 'refuses a tampered body',
      without: noHook,
      run: (spec) =>
        loadFixtures(spec).flatMap((fixture) => {
          const request = spec.request!(fixture);
          if (request.body.length === 0) return [];
          return tamperings(request.body).flatMap((body) =>
            when(
              taken(spec, { ...request, body }),
              `${fixture.name} is taken as authentic with another body`,
            ),
          );
        }),
    },
    {
      name: 'refuses a stale request',
      without: noHook,
      run: (spec) =>
        loadFixtures(spec).flatMap((fixture) =>
          when(
            taken(spec, spec.request!(fixture), suiteNowMs + threeDaysMs),
            `${fixture.name} is taken three days later; where the platform signs no time, skip this with that reason`,
          ),
        ),
    },
    ignores('ignores its own echo', /echo/i, 'its own echo'),
    ignores('ignores an unknown event', /unknown/i, 'an unknown event'),
    {
      name: 'has a fixture of every receipt it declares',
      without: noParser,
      run: (spec) => {
        const shown = new Set(
          loadFixtures(spec).flatMap(({ items }) =>
            items.flatMap((item) => (item.type === 'receipt' ? item.state : [])),
          ),
        );
        // `sent` is also what the answer to a send says
        return spec.connector.manifest.capabilities.receipts
          .filter((state) => state !== 'sent' && !shown.has(state))
          .map((state) => `${state} is declared as a receipt, and no fixture shows it`);
      },
    },
  ],
};

const taken = ({ connector, account }: ConformanceSpec, request: HookRequest, nowMs = suiteNowMs): boolean =>
  connector.hook!.verify(request, account, nowMs).ok;
