import * as fc from 'fast-check';
import type { HookRequest, InboundItem } from '../../connectors/contract/index.ts';
import { shown, when } from './check.ts';
import type { CheckGroup } from './check.ts';
import { fixtureBody, loadFixtures } from './fixtures.ts';
import { counterexample, hostileBodies, jsonText, mutatedBytes, mutatedJson } from './garbage.ts';
import { itemProblems } from './items.ts';
import { suiteNowMs } from './scripted.ts';
import type { ConformanceSpec, Fixture } from './spec.ts';

const noParser = ({ connector, request, parse }: ConformanceSpec): string | undefined =>
  (connector.hook && request) || parse ? undefined : 'it has neither a hook nor a parser of its own';

const noHook = ({ connector, request }: ConformanceSpec): string | undefined =>
  connector.hook && request ? undefined : 'it has no hook';

/** What parse makes of a body that may be anything: items that hold, or a refusal with a 4xx. */
function hookProblems(spec: ConformanceSpec, request: HookRequest): string[] {
  const { hook } = spec.connector;
  try {
    hook!.verify(request, spec.account, suiteNowMs);
    hook!.handshake?.(request, spec.account);
    const parsed = hook!.parse(request, spec.account);
    if (parsed.ok) return itemProblems(spec, parsed.items);
    return when(
      ![400, 413, 415, 422].includes(parsed.status) || !parsed.detail,
      `refused as ${shown(parsed)}`,
    );
  } catch (error) {
    return [`it threw: ${String(error)}`];
  }
}

async function parserProblems(spec: ConformanceSpec, fixture: Fixture): Promise<string[]> {
  try {
    return itemProblems(spec, (await spec.parse!(fixture)) satisfies InboundItem[]);
  } catch (error) {
    return [`it threw: ${String(error)}`];
  }
}

const must = (problems: string[]): void => {
  if (problems.length) throw new Error(problems.join('; '));
};

/** A fixture with another body of the same sort: JSON stays JSON, text stays text, bytes stay bytes. */
function mutatedFixture(fixture: Fixture): fc.Arbitrary<Fixture> {
  const { json, text } = fixture.request;
  const put = (request: Fixture['request']): Fixture => ({
    ...fixture,
    request: { ...fixture.request, ...request },
  });
  if (json !== undefined) return mutatedJson(json).map((value) => put({ json: value }));
  return mutatedBytes(fixtureBody(fixture)).map((bytes) =>
    text === undefined
      ? put({ base64: Buffer.from(bytes).toString('base64') })
      : put({ text: Buffer.from(bytes).toString('latin1') }),
  );
}

export const garbageChecks: CheckGroup = {
  name: 'garbage',
  checks: [
    {
      name: 'hostile bodies give items or a 4xx, never an exception',
      without: noHook,
      run: (spec) => {
        const [fixture] = loadFixtures(spec);
        if (!fixture) return ['there is no fixture to start from'];
        const authentic = spec.request!(fixture);
        return Object.entries(hostileBodies).flatMap(([name, body]) =>
          [authentic.headers['content-type'], 'application/octet-stream', undefined].flatMap((type) =>
            hookProblems(spec, {
              ...authentic,
              headers: { ...authentic.headers, 'content-type': type },
              body,
            }).map((says) => `${name} as ${type}: ${says}`),
          ),
        );
      },
    },
    {
      name: 'mutated fixtures give sound items or a 4xx, never an exception',
      without: noParser,
      run: async (spec) => {
        const found: string[] = [];
        for (const fixture of loadFixtures(spec)) {
          const problems =
            spec.connector.hook && spec.request
              ? await mutatedRequests(spec, fixture)
              : await mutatedFrames(spec, fixture);
          found.push(...problems.map((says) => `${fixture.name}: ${says}`));
        }
        return found;
      },
    },
  ],
};

/** Bodies are replaced after signing: what a platform, or whoever holds its secret, could send. */
function mutatedRequests(spec: ConformanceSpec, fixture: Fixture): Promise<string[]> {
  const authentic = spec.request!(fixture);
  const body: fc.Arbitrary<Uint8Array> =
    fixture.request.json === undefined
      ? mutatedBytes(authentic.body)
      : fc.oneof(
          {
            weight: 4,
            arbitrary: mutatedJson(fixture.request.json).map((value) =>
              new TextEncoder().encode(jsonText(value)),
            ),
          },
          { weight: 1, arbitrary: mutatedBytes(authentic.body) },
        );
  return counterexample(
    fc.property(body, (bytes) => must(hookProblems(spec, { ...authentic, body: bytes }))),
  );
}

const mutatedFrames = (spec: ConformanceSpec, fixture: Fixture): Promise<string[]> =>
  counterexample(
    fc.asyncProperty(mutatedFixture(fixture), async (mutated) => must(await parserProblems(spec, mutated))),
    60,
  );
