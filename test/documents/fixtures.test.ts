import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { contentKinds, contentSchema } from '../../protocol/content.ts';
import { keptDocuments } from '../../scripts/documents.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const validate = new Ajv2020({ strictTypes: true, validateFormats: false }).compile(
  keptDocuments()['content.json']!,
);

/** Everything in a fixture that is content of ours. */
function contentIn(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  const own =
    contentKinds.includes((value as { kind: never }).kind) && contentSchema.safeParse(value).success;
  return own ? [value] : Object.values(value).flatMap(contentIn);
}

test('the content that connectors read out of their fixtures fits the JSON Schema', () => {
  const fixtures = globSync('connectors/*/fixtures/**/*.json', { cwd: root });
  const contents = fixtures.flatMap((path) => contentIn(JSON.parse(readFileSync(`${root}/${path}`, 'utf8'))));
  expect(contents.length).toBeGreaterThan(50);
  for (const content of contents) expect(validate(content), JSON.stringify(content)).toBe(true);
});
