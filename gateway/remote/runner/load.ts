import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import type { Connector } from '../../../connectors/contract/index.ts';

const entries = ['index.ts', 'index.js', 'index.mjs'];

/** Enough of a connector to go on with: the rest is its author's, and TypeScript's. */
const moduleSchema = z.looseObject({
  connector: z.looseObject({
    manifest: z.looseObject({
      name: z.string(),
      schemes: z.array(z.string()),
      capabilities: z.looseObject({}),
      config: z.custom<z.ZodType>((value) => value instanceof z.ZodType, 'expected a zod schema'),
      credentials: z.custom<z.ZodType>((value) => value instanceof z.ZodType, 'expected a zod schema'),
    }),
    address: z.looseObject({}),
  }),
});

/** The connector in a folder: what its `index.ts` (or `index.js`) exports as `connector`. */
export async function loadConnector(
  folder: string,
): Promise<{ ok: true; connector: Connector } | { ok: false; problem: string }> {
  const entry = entries.map((name) => join(resolve(folder), name)).find((path) => existsSync(path));
  if (entry === undefined) return { ok: false, problem: `There is no ${entries.join(' or ')} in ${folder}.` };
  const loaded = moduleSchema.safeParse(await import(pathToFileURL(entry).href));
  if (!loaded.success)
    return {
      ok: false,
      problem: `${entry} exports no connector: ${loaded.error.issues[0]?.path.join('.') ?? ''} ${loaded.error.issues[0]?.message ?? ''}`,
    };
  return { ok: true, connector: loaded.data.connector as unknown as Connector };
}
