const maxKept = 10_000;

/** Asked for and got, or why not. */
type Answer<E extends { ok: false }> = { ok: true; id: string } | E;

/**
 * Ids that a platform was asked for once (the direct conversation with a person), for each version of an account. In memory, for a lost
 * one costs a call and nothing else.
 */
export class Found<A extends object> {
  readonly #kept = new WeakMap<A, Map<string, string>>();

  /** `ask` is called for what is not known yet; what it refuses is asked again the next time. */
  async of<E extends { ok: false }>(
    account: A,
    key: string,
    ask: () => Promise<Answer<E>>,
  ): Promise<Answer<E>> {
    const kept = this.#kept.get(account) ?? new Map<string, string>();
    this.#kept.set(account, kept);
    const known = kept.get(key);
    if (known !== undefined) return { ok: true, id: known };
    const answer = await ask();
    if (!answer.ok) return answer;
    if (kept.size >= maxKept) kept.clear();
    kept.set(key, answer.id);
    return answer;
  }
}
