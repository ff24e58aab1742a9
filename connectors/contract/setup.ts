/**
 * What the platform says of an account's credentials.
 * - `detail`: for people, without secrets: who we are there (a bot's name, a number), or what is wrong and what to do.
 * - `expiresAtMs`: when the credentials end, Unix milliseconds, where the platform tells; null: it says that they don't. Left out: it said
 *   nothing of it this time, and what it said of the same credentials before stands.
 * - `fields`: what is wrong, as it stands in the account: `credentials.token`, `config.base_url`. Left out: any of the credentials.
 */
export type ProbeOutcome =
  | { ok: true; detail?: string; expiresAtMs?: number | null }
  | { ok: false; detail: string; fields?: readonly string[] };

/** Whether the platform calls the account's hook from now on. `detail` is for people, without secrets: what to do if it doesn't. */
export type SetupOutcome = { ok: true; detail?: string } | { ok: false; detail: string };
