import type { Clock } from '../../gateway/clock.ts';
import { sealFields } from '../../gateway/security/seal.ts';
import type { Vault } from '../../gateway/security/seal.ts';
import type { Store } from '../../gateway/store/port.ts';
import { sealSecrets } from '../../gateway/webhooks/endpoints.ts';
import { addressRow } from '../gateway/rows.ts';
import { channelNames } from './channels.ts';
import type { ChannelName } from './channels.ts';
import { accountsOf, merchantIds } from './world.ts';
import type { SimulatedAccount, World } from './world.ts';

interface Setting {
  store: Store;
  clock: Clock;
  vault: Vault;
}

/** All merchants; and consumers by these names, one for each merchant in turn, whose ids it gives. */
export async function populate(world: World, of: Setting, names: readonly string[]): Promise<string[]> {
  for (const merchantId of merchantIds) {
    const channels = world.random() < 0.5 ? channelNames : channelNames.slice(0, 2);
    world.accounts.push(...(await addMerchant(of, { merchantId, channels })));
  }
  const consumerIds: string[] = [];
  for (const [place, name] of names.entries())
    consumerIds.push(await addConsumer(of, { accounts: accountsOf(world, place), name }));
  return consumerIds;
}

/** A merchant with accounts and a webhook endpoint, written straight into the ledger. */
async function addMerchant(
  { store, clock, vault }: Setting,
  { merchantId, channels }: { merchantId: string; channels: readonly ChannelName[] },
): Promise<SimulatedAccount[]> {
  const accounts = channels.map((channel) => ({ id: clock.id('account'), merchantId, channel }));
  const endpointId = clock.id('endpoint');
  const secret = `whsec_${Buffer.alloc(24, 3).toString('base64')}`;
  await store.write(async (tx) => {
    for (const { id, channel } of accounts)
      await tx.accounts.insert({
        id,
        merchantId,
        connector: channel,
        channel,
        name: channel,
        test: false,
        config: {},
        credentials: sealFields(vault, {}, { merchantId, ownerId: id }),
        state: 'active',
        createdAt: clock.now(),
      });
    await tx.webhooks.insertEndpoint({
      id: endpointId,
      merchantId,
      url: `http://${merchantId}.test/`,
      types: null,
      secrets: sealSecrets(vault, { merchantId, id: endpointId }, [{ secret }]),
      state: 'active',
      failingSince: null,
      disabledAt: null,
      createdAt: clock.now(),
    });
  });
  return accounts;
}

/** A consumer whom a merchant knows on each of some accounts, as `name`; gives their id. */
async function addConsumer(
  { store, clock }: Omit<Setting, 'vault'>,
  { accounts, name }: { accounts: readonly SimulatedAccount[]; name: string },
): Promise<string> {
  const consumerId = clock.id('consumer');
  const merchantId = accounts[0]!.merchantId;
  const createdAt = clock.now();
  await store.write(async (tx) => {
    await tx.directory.insertConsumer({
      id: consumerId,
      merchantId,
      name: null,
      language: null,
      createdAt,
      mergedInto: null,
    });
    for (const { id, channel } of accounts)
      await tx.directory.insertAddress(
        addressRow(`${channel}:${name}`, { merchantId, consumerId, channel, accountId: id, createdAt }),
      );
  });
  return consumerId;
}
