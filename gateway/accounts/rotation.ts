import type { Account } from '../../connectors/contract/index.ts';
import { openFields, sealFields } from '../security/seal.ts';
import type { Vault } from '../security/seal.ts';
import type { ConditionRow } from '../store/port.ts';
import type { Conditions } from './conditions.ts';
import type { LiveAccount } from './registry.ts';

/** For how long what was signed with the credentials before is taken, unless the merchant says otherwise. */
export const defaultOverlapSeconds = 86_400;
export const maxOverlapSeconds = 7 * 86_400;
/** Credentials before the current ones that may be good at once. */
const maxPrevious = 3;

interface Previous {
  /** As the vault sealed them. */
  sealed: string;
  untilMs: number;
}

/** Bound to the account and to having been its credentials before: they open as nothing else. */
const owner = ({ merchantId, id }: { merchantId: string; id: string }) => ({
  merchantId,
  ownerId: `${id}/previous`,
});

const listOf = (bytes: Uint8Array | null): Previous[] =>
  bytes === null ? [] : (JSON.parse(Buffer.from(bytes).toString('utf8')) as Previous[]);

/** What to keep of the credentials that were good until now, before those that were good before them. */
export function keptAside(
  vault: Vault,
  account: { merchantId: string; id: string },
  of: { credentials: Record<string, unknown>; before: ConditionRow; untilMs: number; nowMs: number },
): Buffer | null {
  const sealed = sealFields(vault, of.credentials, owner(account)).toString('base64');
  const rest = listOf(of.before.previous).filter(({ untilMs }) => untilMs > of.nowMs);
  const kept = [...(of.untilMs > of.nowMs ? [{ sealed, untilMs: of.untilMs }] : []), ...rest];
  return kept.length === 0 ? null : Buffer.from(JSON.stringify(kept.slice(0, maxPrevious)));
}

/** Until when something signed with credentials before the current ones is taken; undefined if nothing is. */
export function previousUntil({ previous }: ConditionRow, nowMs: number): number | undefined {
  const until = Math.max(0, ...listOf(previous).map(({ untilMs }) => untilMs));
  return until > nowMs ? until : undefined;
}

/**
 * The account as it was with earlier credentials that are still good to verify what comes in, latest first. They are for that alone:
 * whatever goes out is sent with the current ones.
 */
export function createPreviousAccounts(vault: Vault, conditions: Conditions) {
  const opened = new WeakMap<Uint8Array, { account: Account; untilMs: number }[]>();
  return (live: LiveAccount, nowMs: number): Account[] => {
    const { previous } = conditions.get(live.row.id);
    if (previous === null) return [];
    let known = opened.get(previous);
    if (!known) opened.set(previous, (known = open(vault, live, previous)));
    return known.filter(({ untilMs }) => untilMs > nowMs).map(({ account }) => account);
  };
}

function open(
  vault: Vault,
  { account, connector, row }: LiveAccount,
  previous: Uint8Array,
): { account: Account; untilMs: number }[] {
  return listOf(previous).flatMap(({ sealed, untilMs }) => {
    const fields = openFields(vault, Buffer.from(sealed, 'base64'), owner(row));
    // a connector that changed meanwhile may want others
    const credentials = connector.manifest.credentials.safeParse(fields);
    if (!credentials.success) return [];
    const { hookUrl: _, ...rest } = account;
    const former: Account = {
      ...rest,
      credentials: credentials.data,
      get hookUrl() {
        return account.hookUrl;
      },
    };
    return [{ account: former, untilMs }];
  });
}
