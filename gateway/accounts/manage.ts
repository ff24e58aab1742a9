import { z } from 'zod';
import type { Connector, Context } from '../../connectors/contract/index.ts';
import { problemErrors } from '../../protocol/problem.ts';
import type { Clock } from '../clock.ts';
import { Refusal } from '../problems.ts';
import { openFields, sealFields } from '../security/seal.ts';
import type { Vault } from '../security/seal.ts';
import type { AccountRow, Store } from '../store/port.ts';
import type { AccountRegistry } from './registry.ts';

export interface AccountOptions {
  store: Store;
  clock: Clock;
  vault: Vault;
  registry: AccountRegistry;
  context: Context;
}

export interface NewAccount {
  merchantId: string;
  connector: string;
  name: string;
  test: boolean;
  config: Record<string, unknown>;
  credentials: Record<string, unknown>;
}

export async function createAccount(options: AccountOptions, input: NewAccount): Promise<AccountRow> {
  const { store, clock, vault, registry } = options;
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
  await store.write((tx) => tx.accounts.insert(row));
  registry.put(row);
  return row;
}

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
}

export async function changeAccount(
  options: AccountOptions,
  merchantId: string,
  id: string,
  change: AccountChange,
): Promise<AccountRow> {
  const { store, vault, registry } = options;
  const row = await accountOf(options, merchantId, id);
  const connector = registry.connectors.get(row.connector);
  if (!connector)
    throw new Refusal('conflict', `The connector "${row.connector}" is not part of this gateway.`);
  const owner = { merchantId, ownerId: id };
  const merged = { ...openFields(vault, row.credentials, owner), ...change.credentials };
  const { config, credentials } = checked(connector, change.config ?? row.config, merged);
  const changed: AccountRow = {
    ...row,
    name: change.name ?? row.name,
    state: change.state ?? row.state,
    config,
    credentials: change.credentials ? sealFields(vault, credentials, owner) : row.credentials,
  };
  await store.write((tx) =>
    tx.accounts.update(id, {
      name: changed.name,
      state: changed.state,
      config: changed.config,
      credentials: changed.credentials,
    }),
  );
  registry.put(changed);
  return changed;
}

export async function removeAccount(options: AccountOptions, merchantId: string, id: string): Promise<void> {
  await accountOf(options, merchantId, id);
  await options.store.write((tx) => tx.accounts.remove(id));
  options.registry.remove(id);
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
  if (!live.connector.probe) return { ok: true, detail: 'This platform has nothing to ask.' };
  const result = await live.connector.probe(live.account, {
    ...options.context,
    signal: AbortSignal.timeout(15_000),
  });
  return { ok: result.ok, detail: result.detail ?? 'The platform accepts the credentials.' };
}

/** Credentials as they may be shown: which are set, and nothing of them. */
export function maskedCredentials(vault: Vault, row: AccountRow): Record<string, 'set'> {
  const fields = openFields(vault, row.credentials, { merchantId: row.merchantId, ownerId: row.id });
  return Object.fromEntries(Object.keys(fields).map((name) => [name, 'set' as const]));
}

/** A connector as merchants see it: what it can do and what an account needs. */
export function connectorView({ manifest }: Connector) {
  return {
    name: manifest.name,
    channel: manifest.channel,
    title: manifest.title,
    schemes: manifest.schemes,
    capabilities: manifest.capabilities,
    config_schema: z.toJSONSchema(manifest.config, { io: 'input', unrepresentable: 'any' }),
    credentials_schema: z.toJSONSchema(manifest.credentials, { io: 'input', unrepresentable: 'any' }),
    documents: manifest.documents,
  };
}

function checked(
  connector: Connector,
  config: unknown,
  credentials: unknown,
): { config: Record<string, unknown>; credentials: Record<string, unknown> } {
  const parts = {
    config: connector.manifest.config.safeParse(config),
    credentials: connector.manifest.credentials.safeParse(credentials),
  };
  const errors = Object.entries(parts).flatMap(([part, result]) =>
    result.success
      ? []
      : problemErrors(result.error).map(({ pointer, detail }) => ({ pointer: `/${part}${pointer}`, detail })),
  );
  if (!parts.config.success || !parts.credentials.success)
    throw new Refusal('invalid_request', `The account is not what ${connector.manifest.title} needs.`, {
      errors,
    });
  return {
    config: parts.config.data as Record<string, unknown>,
    credentials: parts.credentials.data as Record<string, unknown>,
  };
}
