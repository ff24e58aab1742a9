import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** What an author of a connector works with; the other connectors can be left out, as every connector can. */
const parts = [
  'protocol',
  'connectors/contract',
  'connectors/kit',
  'connectors/generated',
  'connectors/build-registry.ts',
  'connectors/build-registry.test.ts',
  'connectors/README.md',
  'connectors/vonage-sms',
  'gateway/launch/pinned-node.js',
  'scripts',
  'test/conformance',
  'package.json',
  'tsconfig.json',
  'vitest.config.ts',
  '.oxfmtrc.json',
  '.oxlintrc.json',
];

/** Runs something in a copy of the repository, which is gone afterwards. The packages are the real ones, by a link. */
export async function inCopy(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'passerelle-author-'));
  try {
    for (const part of parts) {
      mkdirSync(dirname(join(folder, part)), { recursive: true });
      cpSync(join(root, part), join(folder, part), { recursive: true });
    }
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    await run(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export interface Ended {
  code: number | null;
  output: string;
}

/** Runs a command line as a person would type it, in a folder; ends it after two minutes. */
export function typed(command: string, folder: string): Promise<Ended> {
  const { PATH = '', HOME = '' } = process.env;
  return new Promise((resolve, reject) => {
    const child = spawn('/bin/sh', ['-c', command], {
      cwd: folder,
      // as in a fresh terminal: nothing of the test runner that runs this
      env: { PATH, HOME, NO_COLOR: '1', npm_config_update_notifier: 'false', npm_config_offline: 'true' },
      stdio: ['ignore', 'pipe', 'pipe'],
      // a group of its own, so that what it starts can be ended with it
      detached: true,
    });
    let output = '';
    const late = setTimeout(() => process.kill(-child.pid!, 'SIGKILL'), 120_000);
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(late);
      resolve({ code, output });
    });
  });
}
