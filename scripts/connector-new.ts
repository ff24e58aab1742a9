import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * `npm run connector:new NAME`: writes `connectors/NAME`, a connector for a platform that does not exist, and takes it into the registry. It
 * passes its own tests at once; then the platform's own is written into it, file by file.
 */
const root = fileURLToPath(new URL('..', import.meta.url));
const templates = join(root, 'scripts/connector-template');

const namePattern = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
const taken = new Set(['contract', 'kit', 'generated']);

/** Why a name cannot be one, or undefined. */
export function nameProblem(name: string, there: (name: string) => boolean): string | undefined {
  if (!namePattern.test(name) || name.length < 2 || name.length > 32)
    return 'A connector is named with 2 to 32 lower case letters, digits and single hyphens, a letter first: npm run connector:new my-channel';
  if (taken.has(name) || there(name)) return `connectors/${name} is there already.`;
  return undefined;
}

const pascal = (name: string): string =>
  name.replace(/(?:^|-)(.)/g, (_, letter: string) => letter.toUpperCase());

const filled = (text: string, name: string): string =>
  text
    .replaceAll('__name__', name)
    .replaceAll('__Name__', pascal(name))
    .replaceAll('__Title__', pascal(name));

/** The files of a new connector by their path below its folder. */
export function connectorFiles(name: string): Map<string, string> {
  const files = readdirSync(templates, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.txt'),
  );
  return new Map(
    files.toSorted().map((file) => {
      const path = file.slice(0, -'.txt'.length).replaceAll('\\', '/');
      const named = /^(?:conformance|test)\.ts$/.test(path) ? `${name}.${path}` : path;
      return [named, filled(readFileSync(join(templates, file), 'utf8'), name)];
    }),
  );
}

function run(args: readonly string[]): void {
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) throw new Error(`${args[0]} failed`);
}

function create(name: string): void {
  const folder = join(root, 'connectors', name);
  for (const [path, text] of connectorFiles(name)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const kept = ['generated/registry.ts', 'README.md'].map((file) => join(root, 'connectors', file));
  for (const file of kept) cpSync(file, `${file}.before`);
  try {
    run(['node_modules/oxfmt/bin/oxfmt', `connectors/${name}`]);
    run(['connectors/build-registry.ts']);
  } catch (error) {
    for (const file of kept) cpSync(`${file}.before`, file);
    rmSync(folder, { recursive: true, force: true });
    throw error;
  } finally {
    for (const file of kept) rmSync(`${file}.before`, { force: true });
  }
}

if (import.meta.main) {
  const [name = ''] = process.argv.slice(2);
  const problem = nameProblem(name, (of) => existsSync(join(root, 'connectors', of)));
  if (problem) {
    console.error(problem);
    process.exitCode = 1;
  } else {
    create(name);
    console.log(`connectors/${name} is there, and in the registry. Next:\n`);
    console.log(`  npx vitest run connectors/${name}    # green from the start`);
    console.log(`  connectors/README.md                 # "A channel in an afternoon"`);
  }
}
