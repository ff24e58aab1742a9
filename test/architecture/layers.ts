import { importsOf, isTest } from './sources.ts';
import type { Import, Source } from './sources.ts';

/** The rows of the table "who may import whom" in the design. */
export type Layer =
  | 'protocol'
  | 'contract'
  | 'kit'
  | 'connector'
  | 'registry'
  | 'http'
  | 'use case'
  | 'store'
  | 'bus'
  | 'shared'
  | 'root';

/** Files at the root of the gateway that are no composition: small things that everybody in it may use. */
const shared = /^gateway\/((clock|log|problems|metrics|settings)|launch\/setting-fields)\.ts$/;

export function layerOf(path: string): Layer | undefined {
  if (path.startsWith('protocol/')) return 'protocol';
  if (path.startsWith('connectors/contract/')) return 'contract';
  if (path.startsWith('connectors/kit/')) return 'kit';
  if (/^connectors\/(generated\/|[^/]+$)/.test(path)) return 'registry';
  if (path.startsWith('connectors/')) return 'connector';
  if (path.startsWith('gateway/http/')) return 'http';
  if (path.startsWith('gateway/store/')) return 'store';
  if (path.startsWith('gateway/bus/')) return 'bus';
  if (shared.test(path)) return 'shared';
  // the command line, the start-up and processes at work put the parts together, as the files at the root do
  if (/^gateway\/(cli\/|launch\/|processes\/|[^/]+$)/.test(path)) return 'root';
  return path.startsWith('gateway/') ? 'use case' : undefined;
}

/** What the use cases see of store and bus. */
const isPort = (path: string): boolean => /^gateway\/(store|bus)\/port\.ts$/.test(path);

const connectorOf = (path: string): string | undefined => /^connectors\/([^/]+)\//.exec(path)?.[1];

const isNode = (name: string): boolean => name.startsWith('node:');
const driver = {
  store: /^(drizzle-orm|better-sqlite3|pg|postgres)(\/|$)/,
  bus: /^@nats-io\//,
  http: /^(hono|@hono\/[^/]+)(\/|$)/,
};
const ofGateway = (name: string): boolean =>
  Object.values(driver).some((pattern) => pattern.test(name)) || /^(citty|pino)(\/|$)/.test(name);

interface Row {
  /** Layers whose files may be imported. Its own layer always may, but for connectors: there only the own folder. */
  layers: Layer[];
  packages: (name: string) => boolean;
}

const gatewayPackages =
  (own?: RegExp) =>
  (name: string): boolean =>
    own?.test(name) || (!ofGateway(name) && !/^(smpp|nodemailer)/.test(name));

const table: Record<Exclude<Layer, 'root'>, Row> = {
  protocol: { layers: [], packages: (name) => name === 'zod' },
  contract: { layers: ['protocol'], packages: (name) => name === 'zod' },
  kit: {
    layers: ['protocol', 'contract'],
    packages: (name) =>
      isNode(name) ||
      /^(zod|undici|ipaddr\.js|fast-xml-parser|html-to-text|libphonenumber-js)(\/|$)/.test(name),
  },
  connector: { layers: ['protocol', 'contract', 'kit'], packages: (name) => !ofGateway(name) },
  registry: { layers: ['protocol', 'contract', 'connector'], packages: isNode },
  http: {
    layers: ['protocol', 'contract', 'kit', 'use case', 'shared'],
    packages: gatewayPackages(driver.http),
  },
  'use case': { layers: ['protocol', 'contract', 'kit', 'shared'], packages: gatewayPackages() },
  shared: {
    layers: ['protocol', 'contract'],
    packages: (name) => gatewayPackages()(name) || name === 'pino',
  },
  store: { layers: ['protocol', 'contract', 'shared'], packages: gatewayPackages(driver.store) },
  bus: { layers: ['protocol', 'contract', 'shared'], packages: gatewayPackages(driver.bus) },
};

function refusal(source: Source, { specifier, target, typeOnly }: Import): string | undefined {
  const from = layerOf(source.path);
  if (!from || from === 'root') return undefined;
  const row = table[from];
  if (target === undefined)
    return row.packages(specifier) ? undefined : `${from} may not import the package ${specifier}`;
  const to = layerOf(target);
  if (to === undefined) return `${from} may not import ${target}`;
  if (from === 'connector' && to === 'connector')
    return connectorOf(target) === connectorOf(source.path)
      ? undefined
      : 'a connector may not import another connector';
  if (to === from || row.layers.includes(to)) return undefined;
  // ports are what a use case sees of a driver; the HTTP surface may name their types, not call them into being
  if (isPort(target) && (from === 'use case' || (from === 'http' && typeOnly))) return undefined;
  return `${from} may not import ${to} (${target})`;
}

/** Imports that the table does not allow. */
export const forbiddenImports = (sources: Source[]): string[] =>
  sources
    .filter(({ path }) => !isTest(path) && !path.endsWith('.js'))
    .flatMap((source) =>
      importsOf(source).flatMap((one) => {
        const why = refusal(source, one);
        return why ? [`${source.path}:${one.line} ${why}`] : [];
      }),
    );

/** Files that import each other in a circle, once each circle. Types count: what needs each other to be read is one thing. */
export function cycles(sources: Source[]): string[] {
  const known = new Set(sources.map(({ path }) => path));
  const edges = new Map(
    sources.map((source) => [
      source.path,
      importsOf(source).flatMap(({ target }) => (target && known.has(target) ? [target] : [])),
    ]),
  );
  const found = new Set<string>();
  const done = new Set<string>();
  const visit = (path: string, trail: string[]): void => {
    const at = trail.indexOf(path);
    if (at >= 0) {
      const circle = trail.slice(at);
      const first = circle.indexOf(circle.toSorted()[0]!);
      found.add([...circle.slice(first), ...circle.slice(0, first)].join(' → '));
      return;
    }
    if (done.has(path)) return;
    for (const next of edges.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const { path } of sources) visit(path, []);
  return [...found];
}
