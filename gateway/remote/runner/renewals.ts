import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Account, Context } from '../../../connectors/contract/index.ts';
import type { WireAccount } from '../../../protocol/connector-wire/index.ts';
import type { Link } from './link.ts';

/** No call is older: what comes later with credentials that were replaced was given them again. */
const staleMs = 60_000;

type Fields = Readonly<Record<string, unknown>>;

interface Saved {
  account: Account;
  /** As the gateway has them: the connector's own schema may have added to them. */
  credentials: Fields;
}

const hashOf = (credentials: Fields): string =>
  createHash('sha256').update(JSON.stringify(credentials)).digest('base64');

/**
 * `Context.renewal` where the ledger is elsewhere: accounts as the gateway gave them last, as far as it said that they are saved so. The
 * gateway has the last word, and refuses to replace what somebody else replaced meanwhile.
 */
export class Renewals {
  readonly #o: { link: Pick<Link, 'renew'>; now: Context['now'] };
  readonly #saved = new Map<string, Saved>();
  /** Credentials replaced from here, by account and hash: a call on its way may still bear them. */
  readonly #replaced = new Map<string, number>();

  constructor(options: { link: Pick<Link, 'renew'>; now: Context['now'] }) {
    this.#o = options;
  }

  /** An account came from the gateway. */
  seen({ saved, credentials }: WireAccount, account: Account): void {
    if (!saved) return;
    const since = this.#o.now() - staleMs;
    for (const [key, atMs] of this.#replaced) if (atMs < since) this.#replaced.delete(key);
    if (!this.#replaced.has(`${account.id} ${hashOf(credentials)}`))
      this.#saved.set(account.id, { account, credentials });
  }

  forget(accountId: string): void {
    this.#saved.delete(accountId);
  }

  readonly renewal: NonNullable<Context['renewal']> = ({ id, credentials }) => {
    const saved = this.#saved.get(id);
    if (!saved || !isDeepStrictEqual(saved.account.credentials, credentials)) return undefined;
    return (fields) => this.#keep(saved, fields);
  };

  /** Rejects where it is not known to be kept. */
  async #keep({ account, credentials }: Saved, fields: Readonly<Record<string, string>>): Promise<void> {
    const spent = Object.fromEntries(
      Object.keys(fields).flatMap((name) =>
        credentials[name] === undefined ? [] : [[name, String(credentials[name])]],
      ),
    );
    await this.#o.link.renew(account.id, spent, fields);
    this.#replaced.set(`${account.id} ${hashOf(credentials)}`, this.#o.now());
    const renewed = { ...account, credentials: { ...(account.credentials as object), ...fields } };
    // what the gateway said meanwhile is newer
    if (this.#saved.get(account.id)?.account === account)
      this.#saved.set(account.id, { account: renewed, credentials: { ...credentials, ...fields } });
  }
}
