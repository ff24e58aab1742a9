#!/usr/bin/env node
// JavaScript that an old Node can read: the gateway wants a newer one, which npm has put beside its packages.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const oldestMajor = 24;
const pinned = fileURLToPath(new URL('../../node_modules/.bin/node', import.meta.url));

if (Number(process.versions.node.split('.')[0]) >= oldestMajor) {
  const { main } = await import('./main.ts');
  await main();
} else if (existsSync(pinned)) {
  const child = spawn(pinned, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    process.exitCode = signal === null ? code : 1;
  });
} else {
  console.error(
    `Passerelle needs Node ${oldestMajor} or newer, this is ${process.versions.node}: run npm ci, which brings one, or install a newer Node`,
  );
  process.exitCode = 1;
}
