import { z } from 'zod';
import type { Connector } from '../../../connectors/contract/index.ts';
import {
  capabilitiesToWire,
  isPlainPattern,
  wireManifestSchema,
} from '../../../protocol/connector-wire/index.ts';
import type { Ability } from '../../../protocol/connector-wire/index.ts';
import { problemErrors } from '../../../protocol/problem.ts';
import { remoteObstacle } from '../obstacle.ts';

type Json = Record<string, unknown>;

const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Keywords that the wire has none of: what they would check, the connector checks itself when it is called. */
const left = new Set(['$schema', '$defs', '$ref', 'allOf', 'contentEncoding', 'propertyNames', 'id']);

/** A JSON Schema as zod writes it, within the subset of the wire. */
function onWire(schema: Json): Json {
  return Object.fromEntries(
    Object.entries(schema).flatMap(([keyword, value]): [string, unknown][] => {
      if (left.has(keyword)) return [];
      // zod writes a format as a pattern too, and such patterns are long
      if (keyword === 'pattern') return isPlainPattern(String(value)) ? [[keyword, value]] : [];
      // what stands for "any integer" in a double
      if (/^(minimum|maximum)$/.test(keyword) && Math.abs(Number(value)) >= Number.MAX_SAFE_INTEGER)
        return [];
      if (keyword === 'properties' && isJson(value))
        return [
          [
            keyword,
            Object.fromEntries(
              Object.entries(value).map(([name, one]) => [name, isJson(one) ? onWire(one) : one]),
            ),
          ],
        ];
      if ((keyword === 'anyOf' || keyword === 'oneOf') && Array.isArray(value))
        return [['anyOf', value.map((one) => (isJson(one) ? onWire(one) : one))]];
      if ((keyword === 'items' || keyword === 'additionalProperties') && isJson(value))
        return [[keyword, onWire(value)]];
      return [[keyword, value]];
    }),
  );
}

function fieldsOf(schema: z.ZodType, more: Json = {}): Json {
  const json = onWire(
    z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', reused: 'inline' }) as Json,
  );
  const properties = isJson(json['properties']) ? json['properties'] : {};
  return {
    ...json,
    additionalProperties: false,
    properties: Object.fromEntries(
      Object.entries(properties).map(([name, one]) => [name, { ...(isJson(one) ? one : {}), ...more }]),
    ),
  };
}

/** Optional abilities that are one function of the contract each, by their names there and on the wire. */
const functions = {
  media: 'media',
  probe: 'probe',
  setup: 'setup',
  teardown: 'teardown',
  inquire: 'inquire',
  revoke: 'revoke',
  reach: 'reach',
  profile: 'profile',
  templates: 'templates',
  capabilities: 'capabilitiesFor',
} as const satisfies Partial<Record<Ability, keyof Connector>>;

/** What a connector of the contract answers on the wire. */
export function abilitiesOf(connector: Connector): Ability[] {
  return [
    ...(connector.sender || connector.session ? (['send'] as const) : []),
    ...(connector.hook ? (['hook'] as const) : []),
    ...(Object.keys(functions) as (keyof typeof functions)[]).filter((name) => connector[functions[name]]),
    'address',
  ];
}

/** What only the active instance answers: sends by a connection that it holds, and what could spend credentials that are good once. */
export function exclusiveOf(connector: Connector): Ability[] {
  const { manifest, sender, hook } = connector;
  const spends = (ability: Ability) =>
    ability !== 'capabilities' &&
    ability !== 'address' &&
    (ability !== 'hook' || hook?.confirm !== undefined);
  return abilitiesOf(connector).filter((ability) =>
    manifest.renewsCredentials ? spends(ability) : ability === 'send' && !sender,
  );
}

/** Of which kinds there is anything to ask: those that the connector has an example of. */
function kindsAsked({ capabilitiesFor, withConfiguration = [] }: Connector): Json {
  const kinds = [...new Set(withConfiguration.map(({ content }) => content.kind))];
  return capabilitiesFor && kinds.length > 0 ? { capabilities_kinds: kinds } : {};
}

/** A connector of the contract as it presents itself on the wire, or why it cannot. */
export function wireManifestOf(
  connector: Connector,
): { ok: true; manifest: Json } | { ok: false; problem: string } {
  const { manifest } = connector;
  const obstacle = remoteObstacle(connector);
  if (obstacle !== undefined)
    return { ok: false, problem: `${manifest.name} cannot run in a process of its own: ${obstacle}.` };
  const { perSecond, concurrency, perAddressMs, perAddressBurst, sender } = manifest.rate;
  const made = {
    name: manifest.name,
    channel: manifest.channel,
    title: manifest.title,
    // the connector is asked for the one way to write each
    addresses: manifest.schemes.map((scheme) => ({ scheme, form: 'exact' })),
    abilities: abilitiesOf(connector),
    capabilities: capabilitiesToWire(manifest.capabilities),
    ...kindsAsked(connector),
    config: fieldsOf(manifest.config),
    credentials: fieldsOf(manifest.credentials, { writeOnly: true }),
    ...(manifest.idempotentSends ? { idempotent_sends: true } : {}),
    ...(manifest.renewsCredentials ? { renews_credentials: true } : {}),
    ...(manifest.tellsExpiry ? { tells_expiry: true } : {}),
    rate: {
      per_second: perSecond,
      concurrency,
      ...(perAddressMs === undefined ? {} : { per_address_ms: perAddressMs }),
      ...(perAddressBurst === undefined ? {} : { per_address_burst: perAddressBurst }),
      ...(sender ? { sender: { field: sender.field, per_second: sender.perSecond } } : {}),
    },
    documents: manifest.documents,
  };
  const checked = wireManifestSchema.safeParse(made);
  if (checked.success) return { ok: true, manifest: made };
  const [first] = problemErrors(checked.error);
  return {
    ok: false,
    problem: `The manifest of ${manifest.name} has no form on the wire: ${first?.pointer ?? ''} ${first?.detail ?? ''}.`,
  };
}
