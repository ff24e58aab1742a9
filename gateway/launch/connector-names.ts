import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';

const folder = new URL('../../connectors/', import.meta.url);

/** The names of all connectors, without loading them: each may have settings. A connector's folder is one with a manifest. */
export async function connectorNames(): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && existsSync(new URL(`${entry.name}/manifest.ts`, folder)))
    .map((entry) => entry.name);
}
