import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { connectorFiles, nameProblem } from '../../scripts/connector-new.ts';
import { inCopy, typed } from './copy.ts';

test.each([
  ['parcel-post', true],
  ['ab', true],
  ['x2', true],
  ['a', false],
  ['', false],
  ['Parcel', false],
  ['2x', false],
  ['a_b', false],
  ['a--b', false],
  ['-a', false],
  ['a-', false],
  ['../x', false],
  ['a/b', false],
  ['a b', false],
  ['kit', false],
  ['contract', false],
  ['generated', false],
  ['there', false],
  ['x'.repeat(33), false],
])('%j as a name: %s', (name, good) => {
  expect(nameProblem(name, (of) => of === 'there') === undefined).toBe(good);
});

test('everything that a connector has is made, and nothing of the template is left in it', () => {
  const files = connectorFiles('parcel-post');
  expect([...files.keys()]).toEqual(
    expect.arrayContaining([
      'README.md',
      'manifest.ts',
      'wire.ts',
      'inbound.ts',
      'outbound.ts',
      'status.ts',
      'index.ts',
      'parcel-post.conformance.ts',
      'parcel-post.test.ts',
      'fixtures/text.json',
    ]),
  );
  for (const [path, text] of files) expect([path, /__\w+__/.exec(text)?.[0]]).toEqual([path, undefined]);
  expect(files.get('index.ts')).toContain('ParcelPostConfig');
});

const vitest = 'node_modules/.bin/node node_modules/vitest/vitest.mjs run';

test(
  'what is made passes its own tests at once, is in the registry, and is clean',
  { timeout: 240_000 },
  () =>
    inCopy(async (folder) => {
      const read = (path: string) => readFileSync(join(folder, path), 'utf8');
      const made = await typed('npm run connector:new parcel-post', folder);
      expect(made).toMatchObject({ code: 0 });
      expect(read('connectors/generated/registry.ts')).toContain("from '../parcel-post/index.ts'");
      expect(read('connectors/README.md')).toContain('[parcel-post](parcel-post/README.md)');

      const tests = await typed(`${vitest} connectors/parcel-post`, folder);
      expect(tests).toMatchObject({ code: 0, output: expect.stringMatching(/Tests\s+\d+ passed/) });

      writeFileSync(
        join(folder, 'tsconfig.one.json'),
        JSON.stringify({
          extends: './tsconfig.json',
          include: ['connectors/parcel-post', 'connectors/generated'],
        }),
      );
      for (const command of [
        'node_modules/.bin/node node_modules/typescript/bin/tsc -p tsconfig.one.json',
        'node_modules/.bin/node node_modules/oxlint/bin/oxlint connectors/parcel-post scripts',
        'node_modules/.bin/node node_modules/oxfmt/bin/oxfmt --check connectors/parcel-post',
      ])
        expect([command, await typed(command, folder)]).toMatchObject([command, { code: 0 }]);

      const again = await typed('npm run connector:new parcel-post', folder);
      expect(again).toMatchObject({
        code: 1,
        output: expect.stringContaining('connectors/parcel-post is there already.'),
      });

      const outbound = join(folder, 'connectors/parcel-post/outbound.ts');
      writeFileSync(
        outbound,
        readFileSync(outbound, 'utf8').replace(
          "type: 'uncertain', reason: result.reason",
          "type: 'throttled'",
        ),
      );
      const broken = await typed(`${vitest} connectors/parcel-post`, folder);
      expect(broken).toMatchObject({
        code: 1,
        output: expect.stringContaining('a send whose answer never came is uncertain'),
      });
    }),
);

test('a scaffold that cannot be finished leaves nothing behind', { timeout: 120_000 }, () =>
  inCopy(async (folder) => {
    const readme = join(folder, 'connectors/README.md');
    writeFileSync(readme, 'no marks for the matrix');
    const registry = readFileSync(join(folder, 'connectors/generated/registry.ts'), 'utf8');
    const made = await typed('npm run connector:new parcel-post', folder);
    expect(made.code).not.toBe(0);
    expect(existsSync(join(folder, 'connectors/parcel-post'))).toBe(false);
    expect(existsSync(`${readme}.before`)).toBe(false);
    expect(readFileSync(readme, 'utf8')).toBe('no marks for the matrix');
    expect(readFileSync(join(folder, 'connectors/generated/registry.ts'), 'utf8')).toBe(registry);
  }),
);
