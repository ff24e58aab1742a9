import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/**
 * What the command line on this machine may know: where the gateway listens, and the test key of the sandbox merchant, which
 * the database has only as a hash. No other key is ever kept here. Only the owner may read it.
 */
const firstRunSchema = z.looseObject({ url: z.string().optional(), test_key: z.string().optional() });

export interface FirstRun {
  url?: string | undefined;
  testKey?: string | undefined;
}

const fileIn = (dataFolder: string): string => join(dataFolder, 'first-run.json');

/** Empty where there is none, or none that can be read. */
export async function readFirstRun(dataFolder: string): Promise<FirstRun> {
  try {
    const { url, test_key: testKey } = firstRunSchema.parse(
      JSON.parse(await readFile(fileIn(dataFolder), 'utf8')),
    );
    return { url, testKey };
  } catch {
    return {};
  }
}

/** Replaces it as a whole: a reader sees the old one or the new one. */
export async function writeFirstRun(dataFolder: string, { url, testKey }: FirstRun): Promise<void> {
  const file = fileIn(dataFolder);
  await writeFile(`${file}.new`, `${JSON.stringify({ url, test_key: testKey }, undefined, 2)}\n`, {
    mode: 0o600,
  });
  await rename(`${file}.new`, file);
}
