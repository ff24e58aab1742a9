import type { Clock } from '../../gateway/clock.ts';
import { sealFields } from '../../gateway/security/seal.ts';
import type { Vault } from '../../gateway/security/seal.ts';
import type { Store } from '../../gateway/store/port.ts';
import { sealSecrets } from '../../gateway/webhooks/endpoints.ts';

/** A merchant with an account and a webhook endpoint, written straight into the ledger; gives the account's id. */
export async function addMerchant(
  { store, clock, vault }: { store: Store; clock: Clock; vault: Vault },
  merchantId: string,
): Promise<string> {
  const accountId = clock.id('account');
  const endpointId = clock.id('endpoint');
  const secret = `whsec_${Buffer.alloc(24, 3).toString('base64')}`;
  await store.write(async (tx) => {
    await tx.accounts.insert({
      id: accountId,
      merchantId,
      connector: 'probe',
      channel: 'probe',
      name: 'probe',
      test: false,
      config: {},
      credentials: sealFields(vault, {}, { merchantId, ownerId: accountId }),
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
  return accountId;
}
