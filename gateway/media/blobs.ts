import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileTypeFromBuffer } from 'file-type';

/** What the bytes really are, whatever anybody called them. */
export interface Blob {
  sha256: string;
  bytes: number;
  mediaType: string;
}

/** Longer than the commit that follows ever takes. */
const freshMs = 10_000;

/** Bytes by checksum, in the data folder. Written and synced before anything refers to them. */
export class BlobStore {
  readonly #folder: string;
  /** When bytes were put here by this process: an item that names them may be on its way into the ledger. */
  readonly #fresh = new Map<string, number>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  async put(content: Uint8Array): Promise<Blob> {
    const sha256 = createHash('sha256').update(content).digest('hex');
    const path = this.#path(sha256);
    this.#note(sha256);
    const mediaType = (await fileTypeFromBuffer(content))?.mime ?? 'application/octet-stream';
    const exists = await stat(path).then(
      () => true,
      () => false,
    );
    if (!exists) await this.#write(path, content);
    return { sha256, bytes: content.length, mediaType };
  }

  async read(sha256: string): Promise<Uint8Array> {
    return readFile(this.#path(sha256));
  }

  /**
   * Removes bytes that nothing refers to. False if they stay: they were put here again just now, and whether something refers to them
   * will be known later.
   */
  async remove(sha256: string, isWanted: () => Promise<boolean>): Promise<boolean> {
    if (performance.now() - (this.#fresh.get(sha256) ?? -Infinity) < freshMs || (await isWanted()))
      return false;
    await rm(this.#path(sha256), { force: true });
    return true;
  }

  #note(sha256: string): void {
    const now = performance.now();
    // in the order in which they came: the first are the oldest
    for (const [old, atMs] of this.#fresh) {
      if (now - atMs < freshMs) break;
      this.#fresh.delete(old);
    }
    this.#fresh.delete(sha256);
    this.#fresh.set(sha256, now);
  }

  async #write(path: string, content: Uint8Array): Promise<void> {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const temporary = `${path}.${randomUUID()}`;
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    const folder = await open(dirname(path), 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }

  #path(sha256: string): string {
    if (!/^[0-9a-f]{64}$/.test(sha256)) throw new Error('not a checksum');
    return join(this.#folder, sha256.slice(0, 2), sha256);
  }
}
