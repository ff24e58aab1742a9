import { z } from 'zod';
import { failureSchema } from '../../protocol/failures.ts';
import type { Failure } from '../../protocol/failures.ts';

/**
 * By what one way to a consumer goes before another, most important first. What is refused stays refused whatever the order says.
 * - `preference`: channels that the send names, then the consumer's own wish, then the merchant's.
 * - `last_active`: where the consumer wrote last.
 * - `window_open`: the channel's window for free messages is open, or it has none, or this is a template.
 * - `consent`: the consumer wrote there themselves, before an address that only the merchant knows.
 * - `capability`: what loses nothing of this content, then what loses least.
 * - `health`: the account works: no breaker open, connected, its connector there.
 * - `cost`: what the merchant says a message costs there; unknown goes last.
 */
export const criteria = [
  'preference',
  'last_active',
  'window_open',
  'consent',
  'capability',
  'health',
  'cost',
] as const;
export const criterionSchema = z.enum(criteria);
export type Criterion = z.infer<typeof criterionSchema>;

/** What cannot go out goes last; then the consumer is met where they are. */
export const defaultPolicy: readonly Criterion[] = [
  'preference',
  'window_open',
  'health',
  'last_active',
  'capability',
  'consent',
  'cost',
];

export type Health = 'up' | 'breaker_open' | 'disconnected' | 'away';

/** Why a way is none. */
export type Refused =
  | 'account_removed'
  | 'other_channel'
  | 'not_asked_for'
  | 'excluded'
  | 'tried'
  | 'live_account_with_test_key'
  | 'test_account_with_live_key'
  | 'address_invalid'
  | 'opted_out'
  | 'erased'
  | 'unreachable'
  | 'content_unsupported'
  | 'lossy';

/** One way to a consumer: an account and an address, with all that is known of it. */
export interface Candidate {
  accountId: string;
  channel: string;
  address: string;
  refused?: Refused | undefined;
  /** What its platform said, where that is why it was refused. */
  failure?: Failure | undefined;
  /** Place among preferred channels, from 0. */
  preference: number | null;
  lastActiveAt: number | null;
  window: 'open' | 'closed' | 'none' | 'template';
  losses: number;
  health: Health;
  cost: number | null;
  /** The account that the consumer knows at this address. */
  known: boolean;
  /** When the address became known; 0 where it is not. */
  since: number;
}

/** What became of a candidate. The place is 1 for the one chosen. */
export interface Ranked {
  candidate: Candidate;
  verdict: 'chosen' | 'next' | 'refused';
  place?: number;
  /** By what it goes behind the one before it. */
  behindBy?: Criterion | 'tie';
}

/** Smaller goes first. */
const scores: Record<Criterion, (one: Candidate) => number> = {
  preference: ({ preference }) => preference ?? Infinity,
  last_active: ({ lastActiveAt }) => -(lastActiveAt ?? -Infinity),
  window_open: ({ window }) => (window === 'closed' ? 1 : 0),
  consent: ({ lastActiveAt }) => (lastActiveAt === null ? 1 : 0),
  capability: ({ losses }) => losses,
  health: ({ health }) => (health === 'up' ? 0 : 1),
  cost: ({ cost }) => cost ?? Infinity,
};

const order = <T extends number | string>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);

/** Where nothing in the policy tells two apart: the known account, the newest address, then by id, so that it is always the same. */
const untie = (a: Candidate, b: Candidate): number =>
  order(Number(b.known), Number(a.known)) ||
  order(b.since, a.since) ||
  order(a.accountId, b.accountId) ||
  order(a.address, b.address);

/** Orders the ways to a consumer by a policy, and says of each why it stands where it stands. Pure. */
export function rank(candidates: readonly Candidate[], policy: readonly Criterion[]): Ranked[] {
  const differs = (a: Candidate, b: Candidate): Criterion | undefined =>
    policy.find((name) => scores[name](a) !== scores[name](b));
  const eligible = candidates
    .filter(({ refused }) => !refused)
    .toSorted((a, b) => {
      const by = differs(a, b);
      return by ? order(scores[by](a), scores[by](b)) : untie(a, b);
    });
  return [
    ...eligible.map((candidate, i): Ranked => {
      const before = eligible[i - 1];
      return before
        ? { candidate, verdict: 'next', place: i + 1, behindBy: differs(before, candidate) ?? 'tie' }
        : { candidate, verdict: 'chosen', place: 1 };
    }),
    ...candidates
      .filter(({ refused }) => refused)
      .map((candidate): Ranked => ({ candidate, verdict: 'refused' })),
  ];
}

/** A candidate as traces and previews show it: ids and reasons, no address. */
export const consideredSchema = z
  .strictObject({
    account_id: z.string(),
    channel: z.string(),
    verdict: z.enum(['chosen', 'next', 'refused']),
    place: z.int().positive().optional().describe('1 is the one chosen'),
    refused: z.string().optional().describe('Why this is no way to the consumer'),
    failure: failureSchema
      .optional()
      .describe('What the platform said of the address, where it was refused as "unreachable"'),
    behind_by: z
      .enum([...criteria, 'tie'])
      .optional()
      .describe('The first criterion of the policy by which it goes behind the one before it'),
    reasons: z
      .strictObject({
        preference: z.int().positive().optional().describe('Place among the preferred channels'),
        last_active: z.iso.datetime().optional().describe('When the consumer wrote there last'),
        window: z.enum(['open', 'closed', 'none', 'template']),
        capability: z.int().nonnegative().describe('How many things this content loses there'),
        health: z.enum(['up', 'breaker_open', 'disconnected', 'away']),
        cost: z.number().optional(),
      })
      .optional()
      .describe('What the policy went by; left out where it was refused'),
  })
  .meta({ id: 'Considered' });
export type Considered = z.infer<typeof consideredSchema>;

export function consideredOf({ candidate, verdict, place, behindBy }: Ranked): Considered {
  const { accountId: account_id, channel, refused, failure } = candidate;
  if (refused) return { account_id, channel, verdict, refused, ...(failure ? { failure } : {}) };
  const { preference, lastActiveAt, window, losses, health, cost } = candidate;
  return {
    account_id,
    channel,
    verdict,
    ...(place === undefined ? {} : { place }),
    ...(behindBy ? { behind_by: behindBy } : {}),
    reasons: {
      ...(preference === null ? {} : { preference: preference + 1 }),
      ...(lastActiveAt === null ? {} : { last_active: new Date(lastActiveAt).toISOString() }),
      window,
      capability: losses,
      health,
      ...(cost === null ? {} : { cost }),
    },
  };
}
