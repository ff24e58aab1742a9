import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const fileSchema = z.looseObject({ signing_secret: z.string().regex(/^whsec_[A-Za-z0-9+/]+=*$/) });

/** The secret that `listen` signs with: made once, the same ever after, so that a receiver is set up once. */
export async function signingSecret(configFolder: string): Promise<string> {
  const file = join(configFolder, 'listen.json');
  const kept = await readFile(file, 'utf8').catch(() => undefined);
  if (kept !== undefined) return fileSchema.parse(JSON.parse(kept)).signing_secret;
  const secret = `whsec_${randomBytes(32).toString('base64')}`;
  await mkdir(configFolder, { recursive: true, mode: 0o700 });
  // Two that start at once: the first one's secret is everyone's.
  const written = await writeFile(file, `${JSON.stringify({ signing_secret: secret })}\n`, {
    mode: 0o600,
    flag: 'wx',
  }).then(
    () => true,
    () => false,
  );
  return written ? secret : fileSchema.parse(JSON.parse(await readFile(file, 'utf8'))).signing_secret;
}
