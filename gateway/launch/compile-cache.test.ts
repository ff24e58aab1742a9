import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const module = new URL('compile-cache.ts', import.meta.url).href;
const modules = fileURLToPath(new URL('../../node_modules/', import.meta.url));

test('what was compiled is kept beside the packages, and written down before the process ends', () => {
  const program = `
    import { getCompileCacheDir } from 'node:module';
    import { keepCompiled, writeCompiled } from ${JSON.stringify(module)};
    keepCompiled();
    await import(${JSON.stringify(new URL('../clock.ts', import.meta.url).href)});
    writeCompiled();
    console.log(getCompileCacheDir());
    process.kill(process.pid, 'SIGKILL');
  `;
  const said = () => {
    try {
      // an environment of its own: a cache that is named there would be taken instead
      return execFileSync(process.execPath, ['--input-type=module', '--eval', program], {
        env: {},
        encoding: 'utf8',
      });
    } catch (error) {
      return (error as { stdout: string }).stdout;
    }
  };
  const folder = said().trim();
  expect(folder.startsWith(`${modules}.cache/passerelle/`)).toBe(true);
  expect(readdirSync(folder).length).toBeGreaterThan(0);
});
