import type { Account } from '../../connectors/contract/index.ts';
import { Refusal } from '../problems.ts';
import { openFields, sealFields } from '../security/seal.ts';
import type { Vault } from '../security/seal.ts';
import type { AccountProbe, AccountRow } from '../store/port.ts';
import { askPlatform, checked, checkWithPlatform } from './check.ts';
import { stillEnding } from './expiry.ts';
import type { AccountOptions } from './options.ts';
import type { LiveAccount } from './registry.ts';
import { defaultOverlapSeconds, keptAside } from './rotation.ts';
import { setUp, tearDown } from './setup.ts';

export type { AccountOptions } from './options.ts';

export interface NewAccount {
  merchantId: string;
  connector: string;
  name: string;
  test: boolean;
  config: Record<string, unknown>;
  credentials: Record<string, unknown>;
  /** Ask the platform before it is saved, where there is a way. Default true. */
  validate?: boolean | undefined;
}

/** Saves an account whose credentials the platform accepts, and has the platform call it. */
export async function createAccount(options: AccountOptions, input: NewAccount): Promise<AccountRow> {
  const { store, clock, vault, registry, conditions, exchanges } = options;
  const connector = registry.connectors.get(input.connector);
  if (!connector)
    throw new Refusal(
      'invalid_request',
      `There is no connector "${input.connector}"; there are ${[...registry.connectors.keys()].join(', ')}.`,
      {
        errors: [{ pointer: '/connector', detail: 'unknown connector' }],
      },
    );
  const { config, credentials } = checked(connector, input.config, input.credentials);
  const id = clock.id('account');
  const row: AccountRow = {
    id,
    merchantId: input.merchantId,
    connector: input.connector,
    channel: connector.manifest.channel,
    name: input.name,
    test: input.test,
    config,
    credentials: sealFields(vault, credentials, { merchantId: input.merchantId, ownerId: id }),
    state: 'active',
    createdAt: clock.now(),
  };
  let probe: AccountProbe | undefined;
  if (input.validate !== false) {
    try {
      probe = await checkWithPlatform(options, connector, asAccount(options, row, { config, credentials }));
    } catch (error) {
      // there will be no account whose log this is
      await exchanges.forget(id);
      throw error;
    }
  }
  await store.write(async (tx) => {
    await tx.accounts.insert(row);
    if (probe) await conditions.change(tx, id, { probe });
  });
  registry.put(row);
  const live = registry.get(id);
  if (live) await introduce(options, live, probe !== undefined);
  return row;
}

/** The platform is told where to call; what it then says of the account is what is kept. */
async function introduce(options: AccountOptions, live: LiveAccount, asked: boolean): Promise<void> {
  const setup = await setUp(options, live);
  if (asked && setup?.state === 'registered') await keepProbe(options, live);
}

/** The account as a connector would see it, before it is saved. */
const asAccount = (
  { view }: Pick<AccountOptions, 'view'>,
  row: AccountRow,
  { config, credentials }: { config: unknown; credentials: unknown },
): Account => ({
  id: row.id,
  merchantId: row.merchantId,
  test: row.test,
  config,
  credentials,
  hookUrl: `${view.publicUrl()}/hooks/${row.connector}/${row.id}`,
});

export async function accountOf(
  { store }: Pick<AccountOptions, 'store'>,
  merchantId: string,
  id: string,
): Promise<AccountRow> {
  const row = await store.read.accounts.byId(id);
  if (!row || row.merchantId !== merchantId) throw new Refusal('not_found', `There is no account ${id}.`);
  return row;
}

export interface AccountChange {
  name?: string | undefined;
  state?: 'active' | 'disabled' | undefined;
  /** Replaces the whole configuration. */
  config?: Record<string, unknown> | undefined;
  /** Replaces the fields given; the others stay. */
  credentials?: Record<string, unknown> | undefined;
  /** For how long the credentials before are still good to verify what comes in. Default a day. */
  overlapSeconds?: number | undefined;
  /** Ask the platform before it is saved, where there is a way. Default true. */
  validate?: boolean | undefined;
}

export async function changeAccount(
  options: AccountOptions,
  merchantId: string,
  id: string,
  change: AccountChange,
): Promise<AccountRow> {
  const { vault, registry } = options;
  const row = await accountOf(options, merchantId, id);
  const connector = registry.connectors.get(row.connector);
  if (!connector)
    throw new Refusal('conflict', `The connector "${row.connector}" is not part of this gateway.`);
  const owner = { merchantId, ownerId: id };
  const before = openFields(vault, row.credentials, owner);
  const { config, credentials } = checked(connector, change.config ?? row.config, {
    ...before,
    ...change.credentials,
  });
  const rotated = JSON.stringify(credentials) !== JSON.stringify(before);
  const moved = rotated || JSON.stringify(config) !== JSON.stringify(row.config);
  const changed: AccountRow = {
    ...row,
    name: change.name ?? row.name,
    state: change.state ?? row.state,
    config,
    credentials: rotated ? sealFields(vault, credentials, owner) : row.credentials,
  };
  const asked = moved && change.validate !== false && changed.state === 'active';
  const account = asAccount(options, changed, { config, credentials });
  const probe = asked ? await checkWithPlatform(options, connector, account) : undefined;
  await saveChange(options, changed, { probe, former: rotated ? before : undefined, ...change });
  registry.put(changed);
  const live = registry.get(id);
  const returned = row.state === 'disabled' && changed.state === 'active';
  if (live && (moved || returned)) await introduce(options, live, probe !== undefined);
  return changed;
}

/** One unit: what the account is now, what is still good of what it was, and that somebody changed it. */
async function saveChange(
  { store, clock, vault, conditions }: AccountOptions,
  row: AccountRow,
  more: {
    probe: AccountProbe | undefined;
    former: Record<string, unknown> | undefined;
    overlapSeconds?: number | undefined;
  },
): Promise<void> {
  const { id, name, state, config, credentials } = row;
  const { former, overlapSeconds = defaultOverlapSeconds } = more;
  // what was said of other credentials says nothing of these
  const probe = more.probe && (former ? more.probe : stillEnding(conditions.get(id).probe, more.probe));
  const nowMs = clock.now();
  const previous = former && {
    previous: keptAside(vault, row, {
      credentials: former,
      before: conditions.get(id),
      untilMs: nowMs + overlapSeconds * 1000,
      nowMs,
    }),
  };
  await store.write(async (tx) => {
    await tx.accounts.update(id, { name, state, config, credentials });
    if (probe || former) await conditions.change(tx, id, { probe: probe ?? null, ...previous });
    if (former)
      await tx.trace.insertAudit({
        at: nowMs,
        actor: row.merchantId,
        action: 'account.credentials_rotated',
        subject: id,
      });
  });
}

/**
 * The platform is told to call no more; what still waits to be sent ends with a reason; what was said stays with its conversations.
 */
export async function removeAccount(options: AccountOptions, merchantId: string, id: string): Promise<void> {
  await accountOf(options, merchantId, id);
  const live = options.registry.get(id);
  if (live) await tearDown(options, live);
  await options.store.write(async (tx) => {
    await tx.accounts.remove(id);
    await options.conditions.remove(tx, id);
  });
  options.registry.remove(id);
  await options.exchanges.forget(id);
}

/** Asks the platform whether the credentials work. */
export async function probeAccount(
  options: AccountOptions,
  merchantId: string,
  id: string,
): Promise<{ ok: boolean; detail: string }> {
  await accountOf(options, merchantId, id);
  const live = options.registry.get(id);
  if (!live) return { ok: false, detail: 'The account is disabled.' };
  const kept = await keepProbe(options, live);
  return kept ?? { ok: true, detail: 'This platform has nothing to ask.' };
}

/** Asks the platform, and keeps what it says. undefined: it has no way to be asked. */
export async function keepProbe(
  { store, registry, conditions, ...options }: AccountOptions,
  live: LiveAccount,
): Promise<{ ok: boolean; detail: string } | undefined> {
  const { id } = live.row;
  const asked = await askPlatform(options, live.connector, live.account);
  if (!asked) return undefined;
  const { ok, detail } = asked.kept;
  // cut off: what came is no answer of the platform's
  if (options.context.signal.aborted) return { ok, detail };
  await store.write(async (tx) => {
    // removed or given other credentials meanwhile: nothing is left to say
    if (!isStill(live, registry.get(id))) return;
    await conditions.change(tx, id, { probe: stillEnding(conditions.get(id).probe, asked.kept) });
  });
  return { ok, detail };
}

/** Whether an account has the credentials that it had, or those that its connector got for them. */
const isStill = ({ row, connector }: LiveAccount, now: LiveAccount | undefined): boolean =>
  now !== undefined &&
  (connector.manifest.renewsCredentials === true || now.row.credentials.equals(row.credentials));

/** Has the platform call the account's hook, once more. */
export async function setUpAccount(options: AccountOptions, merchantId: string, id: string): Promise<void> {
  await accountOf(options, merchantId, id);
  const live = options.registry.get(id);
  if (!live) throw new Refusal('conflict', 'The account is disabled.');
  await setUp(options, live);
}

/** Credentials as they may be shown: which are set, and nothing of them. */
export function maskedCredentials(vault: Vault, row: AccountRow): Record<string, 'set'> {
  const fields = openFields(vault, row.credentials, { merchantId: row.merchantId, ownerId: row.id });
  return Object.fromEntries(Object.keys(fields).map((name) => [name, 'set' as const]));
}
