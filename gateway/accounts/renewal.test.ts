import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import type { Account, Connector } from '../../connectors/contract/index.ts';
import { startEngine } from '../../test/gateway/engine.ts';
import type { Engine } from '../../test/gateway/engine.ts';
import { openFields, sealFields } from '../security/seal.ts';
import type { LiveAccount } from './registry.ts';
import { createRenewal } from './renewal.ts';

const connector = {
  manifest: {
    name: 'renewed',
    channel: 'renewed',
    config: z.strictObject({}),
    credentials: z.strictObject({ secret: z.string(), refresh_token: z.string() }),
    capabilities: {},
  },
  address: { normalise: (address: string) => address },
} as unknown as Connector;

let engine: Engine;
let live: LiveAccount;

/** The account with other credentials, as a merchant would save them. */
async function save(credentials: Record<string, string>): Promise<void> {
  const { id, merchantId } = live.row;
  const sealed = sealFields(engine.vault, credentials, { merchantId, ownerId: id });
  await engine.store.write((tx) => tx.accounts.update(id, { credentials: sealed }));
  engine.registry.put((await engine.store.read.accounts.byId(id))!);
  live = engine.registry.get(id)!;
}

beforeEach(async () => {
  engine = await startEngine([connector]);
  const id = engine.clock.id('account');
  const owner = { merchantId: 'mer_1', ownerId: id };
  const row = {
    id,
    merchantId: 'mer_1',
    connector: 'renewed',
    channel: 'renewed',
    name: 'renewed',
    test: false,
    config: {},
    credentials: sealFields(engine.vault, { secret: 's', refresh_token: 'r1' }, owner),
    state: 'active' as const,
    createdAt: engine.clock.now(),
  };
  await engine.store.write((tx) => tx.accounts.insert(row));
  engine.registry.put(row);
  live = engine.registry.get(id)!;
});
afterEach(() => engine.close());

const stored = async (): Promise<unknown> => {
  const row = (await engine.store.read.accounts.byId(live.row.id))!;
  return openFields(engine.vault, row.credentials, { merchantId: 'mer_1', ownerId: row.id });
};

test('what a platform gives in place of a spent token is sealed with the account, and seen by the next call', async () => {
  const renewal = createRenewal(engine);
  await renewal(live.account)!({ refresh_token: 'r2' });
  expect(await stored()).toEqual({ secret: 's', refresh_token: 'r2' });
  expect(engine.registry.get(live.row.id)!.account.credentials).toEqual({ secret: 's', refresh_token: 'r2' });
});

test('nothing is to be spent for an account that is not saved as it is given', () => {
  const renewal = createRenewal(engine);
  const tried: Account = { ...live.account, credentials: { secret: 's', refresh_token: 'another' } };
  expect(renewal(tried)).toBeUndefined();
  expect(renewal({ ...live.account, id: 'acc_unknown' })).toBeUndefined();
});

test('a merchant who replaced the token meanwhile is not overruled', async () => {
  const keep = createRenewal(engine)(live.account)!;
  await save({ secret: 's', refresh_token: 'of the merchant' });
  await keep({ refresh_token: 'r2' });
  expect(await stored()).toEqual({ secret: 's', refresh_token: 'of the merchant' });
  // another field that changed is kept
  const again = createRenewal(engine)(live.account)!;
  await save({ secret: 's2', refresh_token: 'of the merchant' });
  await again({ refresh_token: 'r3' });
  expect(await stored()).toEqual({ secret: 's2', refresh_token: 'r3' });
});
