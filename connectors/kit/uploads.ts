import { createHash } from 'node:crypto';

const maxKept = 10_000;

/**
 * Ids that a platform gave for files, for as long as it keeps them: what goes to many is uploaded once. Known by their content, so that
 * another file under the same name is another one; in memory, for a lost id costs an upload and nothing else.
 */
export class Uploads {
  readonly #kept = new Map<string, { id: string; untilMs: number }>();
  readonly #lifeMs: number;

  constructor(lifeMs: number) {
    this.#lifeMs = lifeMs;
  }

  /** `of`: everything beside its bytes that decides what the id is good for: the account at the platform, the kind. */
  keyOf(of: readonly string[], bytes: Uint8Array): string {
    return createHash('sha256').update(JSON.stringify(of)).update(bytes).digest('base64');
  }

  find(key: string, nowMs: number): string | undefined {
    const kept = this.#kept.get(key);
    return kept && kept.untilMs > nowMs ? kept.id : undefined;
  }

  keep(key: string, id: string, nowMs: number): void {
    if (this.#kept.size >= maxKept) this.#kept.clear();
    this.#kept.set(key, { id, untilMs: nowMs + this.#lifeMs });
  }

  /** The platform doesn't know it any more. */
  forget(key: string): void {
    this.#kept.delete(key);
  }
}
