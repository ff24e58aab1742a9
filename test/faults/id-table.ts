import { hash } from 'node:crypto';

/** 53 bits of an id: enough to tell some millions apart, at 8 bytes each instead of a hundred. Never 0. */
export const digestOf = (id: string): number => Number.parseInt(hash('sha1', id).slice(0, 13), 16) + 1;

const empty = 0;

/** Numbers each digest in the order of its first coming. Open addressing over two arrays, so that a million cost 24 MB at most. */
export class IdTable {
  #digests = new Float64Array(1024);
  #places = new Uint32Array(1024);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Its place, or undefined where it never came. */
  find(digest: number): number | undefined {
    const slot = this.#slotOf(digest);
    return this.#digests[slot] === empty ? undefined : this.#places[slot]!;
  }

  /** Its place; `fresh` if it came for the first time. */
  add(digest: number): { place: number; fresh: boolean } {
    if (this.#size * 2 >= this.#digests.length) this.#grow();
    const slot = this.#slotOf(digest);
    if (this.#digests[slot] !== empty) return { place: this.#places[slot]!, fresh: false };
    this.#digests[slot] = digest;
    this.#places[slot] = this.#size;
    return { place: this.#size++, fresh: true };
  }

  #slotOf(digest: number): number {
    const mask = this.#digests.length - 1;
    let slot = Math.trunc(digest / 7) & mask;
    while (this.#digests[slot] !== empty && this.#digests[slot] !== digest) slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const [digests, places] = [this.#digests, this.#places];
    this.#digests = new Float64Array(digests.length * 2);
    this.#places = new Uint32Array(digests.length * 2);
    for (const [i, digest] of digests.entries()) {
      if (digest === empty) continue;
      const slot = this.#slotOf(digest);
      this.#digests[slot] = digest;
      this.#places[slot] = places[i]!;
    }
  }
}
