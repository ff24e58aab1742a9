// `node scripts/run.js test`: a script of this folder or another file, with the pinned Node whatever Node npm runs on.
// JavaScript that an old Node can read.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isNewEnough, pinnedNode, runPinned } from '../gateway/launch/pinned-node.js';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Packages with a program for each platform, which npm leaves out if they want a newer Node than the one that runs it. */
const toolsAreThere = () => {
  const folder = join(root, 'node_modules/@rolldown');
  return existsSync(folder) && readdirSync(folder).some((name) => name.startsWith('binding-'));
};

/** The same npm once more, run by the pinned Node: from a copy, for npm takes the folder away that it is in. */
function installTools() {
  const npm = process.env.npm_execpath;
  const pinned = pinnedNode();
  if (!npm || !pinned) return;
  console.log(
    'The tools of the tests want a newer Node than npm runs on: installing them with the one of the packages …',
  );
  const folder = mkdtempSync(join(tmpdir(), 'passerelle-node-'));
  const copy = join(folder, basename(pinned));
  copyFileSync(pinned, copy);
  spawnSync(copy, [npm, 'ci'], { cwd: root, stdio: 'inherit' });
  rmSync(folder, { recursive: true, force: true });
}

if (!isNewEnough() && !toolsAreThere()) installTools();
const [name = '', ...args] = process.argv.slice(2);
const script = join(root, 'scripts', `${name}.ts`);
runPinned(existsSync(script) ? script : join(root, name), args);
