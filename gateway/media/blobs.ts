import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileTypeFromBuffer } from 'file-type';

/** What the bytes really are, whatever anybody called them. */
export interface Blob {
  sha256: string;
  bytes: number;
  mediaType: string;
}

/** Bytes by checksum, in the data folder. Written and synced before anything refers to them. */
export class BlobStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async put(content: Uint8Array): Promise<Blob> {
    const sha256 = createHash('sha256').update(content).digest('hex');
    const path = this.#path(sha256);
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
