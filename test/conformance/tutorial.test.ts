import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { inCopy, typed } from './copy.ts';

/** What the tutorial tells its reader to do, in order: a file to write, or a command line to type. */
type Step = { type: 'file'; path: string; text: string } | { type: 'command'; line: string };

const readme = readFileSync(new URL('../../connectors/README.md', import.meta.url), 'utf8');

function stepsOf(page: string): Step[] {
  const section = /\n## A channel in an afternoon\n(.*?)(?=\n## |$)/s.exec(page)?.[1] ?? '';
  return Array.from(section.matchAll(/^```(\w+)(?: (\S+))?\n(.*?)^```$/gms)).flatMap(
    ([, language, path, text = '']): Step[] => {
      if (language === 'sh')
        return text
          .trim()
          .split('\n')
          .map((line) => ({ type: 'command', line }));
      return path === undefined ? [] : [{ type: 'file', path, text }];
    },
  );
}

/** Does as told; what a command prints if it fails. */
async function follow(steps: Step[], folder: string): Promise<string | undefined> {
  for (const step of steps) {
    if (step.type === 'file') {
      mkdirSync(dirname(join(folder, step.path)), { recursive: true });
      writeFileSync(join(folder, step.path), step.text);
    } else {
      const { code, output } = await typed(step.line, folder);
      if (code !== 0) return `${step.line}\n${output}`;
    }
  }
  return undefined;
}

const steps = stepsOf(readme);

test('the tutorial has files and commands, and every block of code says where it goes', () => {
  expect(steps.filter(({ type }) => type === 'command').length).toBeGreaterThanOrEqual(5);
  expect(steps.flatMap((step) => (step.type === 'file' ? step.path : []))).toEqual(
    expect.arrayContaining([
      'connectors/pigeon/manifest.ts',
      'connectors/pigeon/inbound.ts',
      'connectors/pigeon/outbound.ts',
      'connectors/pigeon/pigeon.conformance.ts',
    ]),
  );
  const blocks = readme.match(/^```\w+.*$/gm) ?? [];
  expect(blocks.filter((line) => !/^```sh$|^```(?:ts|json) connectors\/pigeon\//.test(line))).toEqual([]);
});

test(
  'followed to the letter, it yields a channel that is conformant, registered and clean',
  { timeout: 240_000 },
  () =>
    inCopy(async (folder) => {
      expect(await follow(steps, folder)).toBeUndefined();
      expect(readFileSync(join(folder, 'connectors/generated/registry.ts'), 'utf8')).toContain(
        "from '../pigeon/index.ts'",
      );
      writeFileSync(
        join(folder, 'tsconfig.one.json'),
        JSON.stringify({
          extends: './tsconfig.json',
          include: ['connectors/pigeon', 'connectors/generated'],
        }),
      );
      const types = await typed(
        'node_modules/.bin/node node_modules/typescript/bin/tsc -p tsconfig.one.json',
        folder,
      );
      expect(types).toEqual({ code: 0, output: '' });
    }),
);

test('a tutorial with a step missing would be seen', { timeout: 240_000 }, () =>
  inCopy(async (folder) => {
    const torn = steps.filter((step) => step.type !== 'file' || !step.path.endsWith('/outbound.ts'));
    expect(await follow(torn, folder)).toMatch(/^npx vitest run connectors\/pigeon\n/);
  }),
);
