import type { Readable } from 'node:stream';

/** One mail's share of the room. */
export interface Held {
  /** Whether that many more bytes fit. */
  take(bytes: number): boolean;
  release(): void;
}

/** Bounds the bytes of all mail being received at one time, whatever the number of clients. */
export function createRoom(maxBytes: number): { reserve(): Held } {
  let used = 0;
  return {
    reserve() {
      let own = 0;
      return {
        take(bytes) {
          if (used + bytes > maxBytes) return false;
          used += bytes;
          own += bytes;
          return true;
        },
        release() {
          used -= own;
          own = 0;
        },
      };
    },
  };
}

/** All of a stream, or undefined where there is no room for it or it is too long: then it is read to its end and thrown away. */
export async function collect(
  stream: Readable & { sizeExceeded: boolean },
  held: Held,
  onChunk: () => void,
): Promise<Buffer | undefined> {
  let chunks: Buffer[] = [];
  let fits = true;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    onChunk();
    if (fits && !stream.sizeExceeded && held.take(chunk.length)) {
      chunks.push(chunk);
    } else if (fits) {
      fits = false;
      chunks = [];
      held.release();
    }
  }
  return fits ? Buffer.concat(chunks) : undefined;
}
