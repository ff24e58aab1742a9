import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { adviceOn, driftOf, textOf } from '../../protocol/golden.ts';
import type { JsonSchema } from '../../protocol/json-schema.ts';
import { protocolVersion } from '../../protocol/version.ts';
import { anyServer, keptDocuments, madeDocuments, writeDocuments } from '../../scripts/documents.ts';
import { TestGateway } from '../gateway/gateway.ts';

const folder = new URL('../../protocol/documents/', import.meta.url).pathname;
const kept = keptDocuments();

test('the documents that are kept are what the schemas and the routes say', () => {
  const advice = adviceOn(driftOf(kept, madeDocuments(), protocolVersion));
  if (advice !== undefined) throw new Error(advice);
});

test('each version has its line in the README, the newest first, and the documents are of it', () => {
  const readme = readFileSync(join(folder, 'README.md'), 'utf8');
  const versions = [...readme.matchAll(/^\| (\d+\.\d+\.\d+) +\|/gm)].map(([, version]) => version);
  expect(versions[0]).toBe(protocolVersion);
  for (const file of ['openapi.json', 'asyncapi.json'])
    expect(kept[file]).toMatchObject({ info: { version: protocolVersion } });
});

describe('generating', () => {
  let copy: string;
  beforeAll(() => {
    copy = mkdtempSync(join(tmpdir(), 'passerelle-documents-'));
    cpSync(folder, copy, { recursive: true });
  });
  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  const plant = (file: string, change: (document: JsonSchema) => void): string => {
    const path = join(copy, file);
    const document = JSON.parse(readFileSync(path, 'utf8')) as JsonSchema;
    change(document);
    writeFileSync(path, textOf(document));
    return path;
  };
  const silently = (run: () => boolean): { done: boolean; said: string } => {
    const said: string[] = [];
    const spies = (['log', 'error'] as const).map((name) =>
      vi.spyOn(console, name).mockImplementation((line: unknown) => void said.push(String(line))),
    );
    const done = run();
    for (const spy of spies) spy.mockRestore();
    return { done, said: said.join('\n') };
  };

  test('writes an addition', () => {
    const path = plant('problem.json', (schema) => delete (schema['properties'] as JsonSchema)['losses']);
    expect(silently(() => writeDocuments(copy, protocolVersion)).done).toBe(true);
    expect(readFileSync(path, 'utf8')).toBe(textOf(kept['problem.json']!));
  });

  test('refuses to write over what somebody relies on, until the version says so', () => {
    const path = plant('openapi.json', (document) => {
      (document['paths'] as JsonSchema)['/v1/gone'] = { get: { responses: {} } };
    });
    const before = readFileSync(path, 'utf8');
    const refused = silently(() => writeDocuments(copy, protocolVersion));
    expect(refused.done).toBe(false);
    expect(refused.said).toMatch(/BREAKS {2}openapi\.json GET \/v1\/gone is gone[^]*protocolVersion/);
    expect(readFileSync(path, 'utf8')).toBe(before);
    expect(silently(() => writeDocuments(copy, '2.0.0')).done).toBe(true);
    expect(readFileSync(path, 'utf8')).toBe(textOf(kept['openapi.json']!));
  });
});

describe('what a gateway serves', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await TestGateway.start();
  });
  afterAll(() => gateway.stop());

  test.each(['openapi.json', 'asyncapi.json'])(
    '%s is the document that is kept, but for its own address',
    async (file) => {
      const served = (await (await fetch(`${gateway.url}/${file}`)).text()).replaceAll(
        gateway.url,
        anyServer,
      );
      expect(JSON.parse(served)).toEqual(kept[file]);
    },
  );
});
