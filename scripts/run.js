// `node scripts/run.js test`: a script of this folder or another file, with the pinned Node whatever Node npm runs on.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runPinned } from '../gateway/launch/pinned-node.js';

const [name = '', ...args] = process.argv.slice(2);
const here = fileURLToPath(new URL(`${name}.ts`, import.meta.url));
runPinned(existsSync(here) ? here : fileURLToPath(new URL(`../${name}`, import.meta.url)), args);
