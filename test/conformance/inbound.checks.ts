import { isDeepStrictEqual } from 'node:util';
import type { HookRequest, InboundItem } from '../../connectors/contract/index.ts';
import { contentKinds } from '../../protocol/content.ts';
import { plain, shown, when } from './check.ts';
import type { Check, CheckGroup } from './check.ts';
import { asFixture, loadFixtures } from './fixtures.ts';
import { itemProblems } from './items.ts';
import { forbidden, otherSecrets, suiteNowMs } from './scripted.ts';
import type { ConformanceSpec, Fixture } from './spec.ts';

const noHook = ({ connector, request }: ConformanceSpec): string | undefined =>
  connector.hook && request ? undefined : 'it has no hook';

const noParser = (spec: ConformanceSpec): string | undefined =>
  noHook(spec) && !spec.parse ? 'it has neither a hook nor a parser of its own' : undefined;

/** The items of a fixture, by the hook or by the connector's own parser. A refusal is a violation. */
export async function itemsOf(spec: ConformanceSpec, fixture: Fixture): Promise<InboundItem[]> {
  const { connector, account } = spec;
  if (!connector.hook || !spec.request) return spec.parse ? spec.parse(fixture) : [];
  const request = spec.request(fixture);
  const verified = connector.hook.verify(request, account, suiteNowMs);
  if (!verified.ok) throw new Error(`verify refused an authentic request: ${verified.reason}`);
  const parsed = connector.hook.parse(request, account);
  if (!parsed.ok)
    throw new Error(`parse refused an authentic request: ${parsed.detail} ${parsed.pointer ?? ''}`);
  return parsed.items;
}

/** Runs a check on every fixture, with the fixture's name before what is wrong. */
const forEachFixture =
  (run: (spec: ConformanceSpec, fixture: Fixture) => string[] | Promise<string[]>): Check['run'] =>
  async (spec) => {
    const found: string[] = [];
    for (const fixture of loadFixtures(spec)) {
      const problems = await Promise.resolve()
        .then(() => run(spec, fixture))
        .catch((error: unknown) => [`it threw: ${String(error)}`]);
      found.push(...problems.map((says) => `${fixture.name}: ${says}`));
    }
    return found;
  };

/** Every object of a JSON value with one more field, as a later version of the platform would send it. */
const withUnknownFields = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(withUnknownFields)
    : typeof value === 'object' && value !== null
      ? {
          ...Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withUnknownFields(inner)])),
          passerelle_unknown: { a: [1] },
        }
      : value;

const refused = (spec: ConformanceSpec, request: HookRequest, account = spec.account): boolean =>
  spec.connector.hook!.verify(request, account, suiteNowMs).ok === false;

const stripped = (request: HookRequest): HookRequest => ({
  ...request,
  url: request.url.split('?')[0]!,
  query: new URLSearchParams(),
  headers: { 'content-type': request.headers['content-type'] },
});

export const inboundChecks: CheckGroup = {
  name: 'inbound',
  checks: [
    {
      name: 'has fixtures, each with a name and the document it follows',
      run: (spec) => {
        const fixtures = loadFixtures(spec);
        return [
          ...when(fixtures.length === 0, 'there is no fixture'),
          ...when(
            new Set(fixtures.map(({ name }) => name)).size < fixtures.length,
            'two fixtures have the same name',
          ),
          ...fixtures.flatMap(({ name, document, items }) => [
            ...when(!name || !document, `fixture ${name} names no document`),
            ...when(!Array.isArray(items), `fixture ${name} says nothing of its items`),
          ]),
        ];
      },
    },
    {
      name: 'has a fixture of every kind declared native inbound',
      without: noParser,
      run: (spec) => {
        const shownKinds = new Set(
          loadFixtures(spec).flatMap(({ items }) =>
            items.flatMap((item) => (item.type === 'message' ? item.content.kind : [])),
          ),
        );
        // a live signal is an item of its own, not a content
        const owed = contentKinds.filter(
          (kind) =>
            spec.connector.manifest.capabilities.inbound[kind] === 'native' &&
            kind !== 'typing' &&
            kind !== 'read',
        );
        return owed
          .filter((kind) => !shownKinds.has(kind))
          .map((kind) => `${kind} is declared native inbound, and no fixture shows it`);
      },
    },
    {
      name: 'gives exactly the items of each fixture',
      without: noParser,
      run: forEachFixture(async (spec, fixture) => {
        const items = plain(await itemsOf(spec, fixture));
        return when(
          !isDeepStrictEqual(items, plain(fixture.items)),
          `gives ${shown(items)}, not ${shown(fixture.items)}`,
        );
      }),
    },
    {
      name: 'items are well formed',
      without: noParser,
      run: forEachFixture(async (spec, fixture) => itemProblems(spec, await itemsOf(spec, fixture))),
    },
    {
      name: 'the same bytes give the same items, without clock, chance or network',
      without: noParser,
      run: forEachFixture(async (spec, fixture) => {
        const first = plain(await itemsOf(spec, fixture));
        const second = plain(await forbidden(() => itemsOf(spec, fixture)));
        return when(!isDeepStrictEqual(first, second), `gives ${shown(first)}, then ${shown(second)}`);
      }),
    },
    {
      name: 'unknown fields of the platform change nothing',
      without: noHook,
      run: forEachFixture(async (spec, fixture) => {
        const { json, form } = fixture.request;
        if (json === undefined && form === undefined) return [];
        const later = {
          ...fixture,
          request: {
            ...fixture.request,
            ...(json === undefined ? {} : { json: withUnknownFields(json) }),
            ...(form === undefined ? {} : { form: { ...form, passerelle_unknown: '1' } }),
          },
        };
        const items = plain(await itemsOf(spec, later));
        return when(!isDeepStrictEqual(items, plain(fixture.items)), `gives ${shown(items)}`);
      }),
    },
    {
      name: 'what it need not know is ignored with a reason',
      without: (spec) =>
        noParser(spec) ??
        (spec.ignored
          ? undefined
          : spec.connector.hook
            ? undefined
            : 'its own protocol has nothing to ignore'),
      run: async (spec) => {
        const found = when(
          Object.keys(spec.ignored ?? {}).length === 0,
          'the spec names nothing to ignore: an own echo, an unknown event',
        );
        for (const [name, payload] of Object.entries(spec.ignored ?? {})) {
          const items = await itemsOf(spec, asFixture(name, payload)).catch((error: unknown) =>
            String(error),
          );
          const good =
            Array.isArray(items) && items.length > 0 && items.every(({ type }) => type === 'ignored');
          found.push(...when(!good, `${name}: gives ${shown(items)}`));
        }
        return found;
      },
    },
    {
      name: 'refuses every spoilt request',
      without: noHook,
      run: async (spec) => [
        ...when(
          Object.keys(spec.spoil ?? {}).length === 0,
          'the spec spoils nothing: a tampered body, another secret, a stale time',
        ),
        ...(await forEachFixture((of, fixture) =>
          Object.entries(of.spoil ?? {}).flatMap(([name, spoil]) =>
            when(!refused(of, spoil(of.request!(fixture))), `${name} is taken as authentic`),
          ),
        )(spec)),
      ],
    },
    {
      name: 'refuses a request made with another secret',
      without: noHook,
      run: forEachFixture((spec, fixture) =>
        when(!refused(spec, spec.request!(fixture), otherSecrets(spec.account)), 'is taken as authentic'),
      ),
    },
    {
      name: 'refuses a request without a signature',
      without: noHook,
      run: forEachFixture((spec, fixture) =>
        when(!refused(spec, stripped(spec.request!(fixture))), 'is taken as authentic'),
      ),
    },
    {
      name: 'answers no set-up request that does not know the secret',
      without: (spec) =>
        noHook(spec) ?? (spec.connector.hook?.handshake ? undefined : 'the platform has no set-up request'),
      run: (spec) => {
        const tried = [
          '',
          'hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=wrong',
          'hub.mode=subscribe&hub.challenge=1158201444',
          'challenge=1158201444',
        ];
        return [
          ...tried.flatMap((search) => {
            const request: HookRequest = {
              method: 'GET',
              path: '',
              url: `${spec.account.hookUrl}?${search}`,
              query: new URLSearchParams(search),
              headers: {},
              body: new Uint8Array(),
            };
            const answer = spec.connector.hook!.handshake!(request, spec.account);
            return when(
              answer !== undefined && answer.status < 400,
              `${search || 'an empty query'} is answered with ${answer?.status}`,
            );
          }),
          ...loadFixtures(spec).flatMap((fixture) =>
            when(
              spec.connector.hook!.handshake!(spec.request!(fixture), spec.account) !== undefined,
              `${fixture.name} is taken for a set-up request`,
            ),
          ),
        ];
      },
    },
  ],
};
