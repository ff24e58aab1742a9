import { readdir } from 'node:fs/promises';

/** Folders beside these are connectors: each may have settings. */
const notConnectors = new Set(['contract', 'generated', 'kit']);

/** The names of all connectors, without loading them. */
export async function connectorNames(): Promise<string[]> {
  const entries = await readdir(new URL('../../connectors/', import.meta.url), { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && !notConnectors.has(entry.name))
    .map((entry) => entry.name);
}
