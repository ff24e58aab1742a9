import type { DiscordAccount } from './manifest.ts';

const maxNoted = 10_000;

/** What was learnt of an account while it runs, and may be forgotten: a channel can be asked for again. */
export class Known {
  /** The bot's own id, once the gateway has said it. */
  self: string | undefined;
  readonly #channels = new Map<string, string>();
  readonly #users = new Map<string, string>();
  readonly #own = new Set<string>();

  userOfChannel(channel: string): string | undefined {
    return this.#channels.get(channel);
  }

  channelOfUser(user: string): string | undefined {
    return this.#users.get(user);
  }

  /** The direct conversation of the bot with a person: there is one, and it stays. */
  learn(channel: string, user: string): void {
    if (this.#channels.size >= maxNoted) {
      this.#channels.clear();
      this.#users.clear();
    }
    this.#channels.set(channel, user);
    this.#users.set(user, channel);
  }

  /** A message that the bot wrote or took back. */
  noteOwn(message: string): void {
    if (this.#own.size >= maxNoted) this.#own.clear();
    this.#own.add(message);
  }

  isOwn(message: string): boolean {
    return this.#own.has(message);
  }
}

const all = new WeakMap<DiscordAccount, Known>();

/** Goes with the account: a changed one begins anew. */
export function knownOf(account: DiscordAccount): Known {
  const known = all.get(account) ?? new Known();
  all.set(account, known);
  return known;
}
