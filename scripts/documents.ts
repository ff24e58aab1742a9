import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createApp } from '../gateway/http/app.ts';
import { openApiDocument } from '../gateway/http/docs.ts';
import type { Services } from '../gateway/http/services.ts';
import { protocolDocuments } from '../protocol/documents.ts';
import { adviceOn, driftOf, textOf } from '../protocol/golden.ts';
import type { Documents } from '../protocol/golden.ts';
import { protocolVersion } from '../protocol/version.ts';

/**
 * Writes the protocol's documents: `node scripts/run.js documents`, or `npm run generate`. It refuses where a change would break
 * whoever relies on them and the version is still the same.
 */
const documentsFolder = fileURLToPath(new URL('../protocol/documents', import.meta.url));

/** Where the gateway would be: what is served has its own address there. */
export const anyServer = 'http://localhost:8080';

/** The routes as they are registered, without a gateway behind them. */
function routesOnly(): Services {
  const given: Record<string | symbol, unknown> = { merchantRate: 1, registry: { connectors: new Map() } };
  const anything: unknown = new Proxy(() => anything, {
    get: (_, name) => (name in given ? given[name] : anything),
    apply: () => anything,
  });
  return anything as Services;
}

/** All documents as the schemas and the routes give them now, by file. */
export function madeDocuments(): Documents {
  const openApi = openApiDocument(createApp(routesOnly()).api, anyServer);
  return { ...protocolDocuments(), 'openapi.json': JSON.parse(JSON.stringify(openApi)) as Documents[string] };
}

/** The documents that are kept, by file. */
export const keptDocuments = (folder = documentsFolder): Documents =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.json'))
      .map((path) => path.replaceAll('\\', '/'))
      .toSorted()
      .map((path) => [path, JSON.parse(readFileSync(join(folder, path), 'utf8')) as Documents[string]]),
  );

/** Writes what drifted; false, and nothing written, where that breaks somebody and `version` is of the same major as what is kept. */
export function writeDocuments(folder: string, version: string): boolean {
  const [kept, made] = [keptDocuments(folder), madeDocuments()];
  const drift = driftOf(kept, made, version);
  if (drift.needsMajor) {
    console.error(adviceOn(drift));
    return false;
  }
  for (const file of drift.files) {
    const path = join(folder, file);
    const document = made[file];
    if (document) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, textOf(document));
    } else rmSync(path);
  }
  console.log(`protocol/documents: ${drift.files.length} of ${Object.keys(made).length} files written`);
  return true;
}

if (import.meta.main && !writeDocuments(documentsFolder, protocolVersion)) process.exitCode = 1;
