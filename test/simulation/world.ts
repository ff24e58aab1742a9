import type { Entry } from '../faults/history.ts';
import type { Ability, ChannelName } from './channels.ts';
import type { Life } from './gateway.ts';
import type { VirtualTime } from './virtual-time.ts';

export interface SimulatedAccount {
  id: string;
  merchantId: string;
  channel: ChannelName;
}

/** What everybody in a seed's world has in common. */
export interface World {
  time: VirtualTime;
  random: () => number;
  abilities: Readonly<Record<ChannelName, Ability>>;
  /** Of all merchants; those of one merchant stand together, the one for plain messages first. */
  accounts: SimulatedAccount[];
  /** Aborted when the first phase ends: from then on everybody does what is asked, at once, and what hangs is cut off. */
  healed: AbortSignal;
  /** For how long, in virtual time, the platforms take nothing at all, and those of one account refuse its credentials. */
  awayUntilMs: number;
  refusing: { accountId: string; untilMs: number };
  /** Messages that an attempt was begun at, as the ledger has it now. */
  begun(): ReadonlySet<string>;
  record(entry: Omit<Entry, 'atMs'>): void;
  say(said: string): void;
  /** A promise was broken that the checker of histories knows nothing of. */
  broken(why: string): void;
  /** Asks the life of now, again and again until one of them answers. */
  untilTaken<T>(ask: (life: Life) => Promise<T>): Promise<T>;
}

export const merchantIds = ['mer_1', 'mer_2'] as const;

/** The accounts of one merchant. */
export const accountsOf = ({ accounts }: World, place: number): SimulatedAccount[] =>
  accounts.filter(({ merchantId }) => merchantId === merchantIds[place % merchantIds.length]);

export const plainAccount = (world: World, place: number): SimulatedAccount => accountsOf(world, place)[0]!;

/** What the platform of an account can do. */
export const abilityOf = ({ abilities, accounts }: World, accountId: string): Ability =>
  abilities[accounts.find(({ id }) => id === accountId)!.channel];

export const nothing = { conversation: 0, number: 0, id: 0, value: 0 };
