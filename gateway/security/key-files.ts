import { createHash, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SettingError } from '../settings.ts';

const readIfThere = async (path: string): Promise<Buffer | undefined> => {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};

/** The master key: from the setting, or a file in the data folder that only its owner reads, made at the first start. */
export async function masterKeyOf(dataFolder: string, given: Uint8Array | undefined): Promise<Uint8Array> {
  if (given) return given;
  const path = join(dataFolder, 'master.key');
  const kept = await readIfThere(path);
  if (kept) {
    const bytes = Buffer.from(kept.toString('utf8').trim(), 'base64');
    if (bytes.length === 32) return bytes;
    throw new SettingError({
      setting: 'PASSERELLE_MASTER_KEY',
      problem: `is unset and ${path} is damaged`,
      mend: 'put the file back from a backup, or set PASSERELLE_MASTER_KEY to the key it held',
    });
  }
  const made = randomBytes(32);
  await writeFile(path, `${made.toString('base64')}\n`, { mode: 0o600, flag: 'wx' });
  return made;
}

/** The operator's key. `made` is set where there was none: it is shown once, and only its hash is kept, by `keep`. */
export interface AdminKey {
  hash: Buffer;
  made?: string;
  /** Called once nothing can go wrong any more before the key is shown. */
  keep(): Promise<void>;
}

export async function adminKeyOf(dataFolder: string, given: string | undefined): Promise<AdminKey> {
  const digest = (key: string) => createHash('sha256').update(key).digest();
  const keep = async () => {};
  if (given !== undefined) return { hash: digest(given), keep };
  const path = join(dataFolder, 'admin-key.sha256');
  const kept = await readIfThere(path);
  if (kept) return { hash: Buffer.from(kept.toString('utf8').trim(), 'hex'), keep };
  const made = `admin_${randomBytes(24).toString('base64url')}`;
  const hash = digest(made);
  return {
    hash,
    made,
    keep: () => writeFile(path, `${hash.toString('hex')}\n`, { mode: 0o600, flag: 'wx' }),
  };
}
