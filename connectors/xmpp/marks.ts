import type { InboundItem } from '../contract/index.ts';

const maxPeople = 10_000;
const maxEach = 100;

/**
 * A read mark is good for everything up to the message that it names (XEP-0333): what was sent to whom, as far as it is not read yet. It may be
 * forgotten; then a mark is good for its own message.
 */
export class Marks {
  readonly #sent = new Map<string, string[]>();

  sent(address: string, id: string): void {
    if (this.#sent.size >= maxPeople) this.#sent.clear();
    const ids = (this.#sent.get(address) ?? []).filter((each) => each !== id);
    this.#sent.set(address, [...ids, id].slice(-maxEach));
  }

  /** The same items, with what a read mark says of earlier messages before it. */
  upTo(items: InboundItem[], address: string): InboundItem[] {
    return items.flatMap((item) => {
      if (item.type !== 'receipt' || item.state !== 'read') return [item];
      const ids = this.#sent.get(address) ?? [];
      const at = ids.indexOf(item.providerIds[0] ?? '');
      if (at < 0) return [item];
      this.#sent.set(address, ids.slice(at + 1));
      return ids.slice(0, at + 1).map((id) => ({ ...item, providerIds: [id] }));
    });
  }
}
