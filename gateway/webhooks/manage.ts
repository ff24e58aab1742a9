import type { Clock } from '../clock.ts';
import { Refusal } from '../problems.ts';
import { makeWebhookSecret } from '../security/keys.ts';
import type { Vault } from '../security/seal.ts';
import type { EndpointRow, Store } from '../store/port.ts';
import type { EndpointBook } from './endpoints.ts';
import { openSecrets, sealSecrets } from './endpoints.ts';
import type { WebhookWorker } from './worker.ts';

export interface EndpointOptions {
  store: Store;
  clock: Clock;
  vault: Vault;
  endpoints: EndpointBook;
  worker: Pick<WebhookWorker, 'recovered'>;
}

const rotationMs = 24 * 3600_000;

export async function createEndpoint(
  { store, clock, vault, endpoints }: EndpointOptions,
  input: { merchantId: string; url: string; types: string[] | null },
): Promise<{ row: EndpointRow; secret: string }> {
  const id = clock.id('endpoint');
  const secret = makeWebhookSecret();
  const row: EndpointRow = {
    id,
    merchantId: input.merchantId,
    url: input.url,
    types: input.types,
    secrets: sealSecrets(vault, { id, merchantId: input.merchantId }, [{ secret }]),
    state: 'active',
    failingSince: null,
    disabledAt: null,
    createdAt: clock.now(),
  };
  await store.write((tx) => tx.webhooks.insertEndpoint(row));
  endpoints.put(row);
  return { row, secret };
}

export async function endpointOf(
  { store }: Pick<EndpointOptions, 'store'>,
  merchantId: string,
  id: string,
): Promise<EndpointRow> {
  const row = await store.read.webhooks.endpoint(id);
  if (!row || row.merchantId !== merchantId)
    throw new Refusal('not_found', `There is no webhook endpoint ${id}.`);
  return row;
}

export async function changeEndpoint(
  options: EndpointOptions,
  of: { merchantId: string; id: string },
  change: {
    url?: string | undefined;
    types?: string[] | null | undefined;
    state?: 'active' | 'disabled' | undefined;
  },
): Promise<EndpointRow> {
  const row = await endpointOf(options, of.merchantId, of.id);
  const changed: EndpointRow = {
    ...row,
    url: change.url ?? row.url,
    types: change.types === undefined ? row.types : change.types,
    state: change.state ?? row.state,
    failingSince: change.state === 'active' ? null : row.failingSince,
    disabledAt:
      change.state === 'disabled' ? options.clock.now() : change.state === 'active' ? null : row.disabledAt,
  };
  await options.store.write((tx) =>
    tx.webhooks.updateEndpoint(of.id, {
      url: changed.url,
      types: changed.types,
      state: changed.state,
      failingSince: changed.failingSince,
      disabledAt: changed.disabledAt,
    }),
  );
  options.endpoints.put(changed);
  return changed;
}

export async function removeEndpoint(
  options: EndpointOptions,
  merchantId: string,
  id: string,
): Promise<void> {
  const row = await endpointOf(options, merchantId, id);
  await options.store.write((tx) => tx.webhooks.removeEndpoint(id));
  options.endpoints.remove(row);
}

/** A new secret; the old one signs beside it for a day. */
export async function rotateSecret(
  options: EndpointOptions,
  merchantId: string,
  id: string,
): Promise<string> {
  const { clock, vault, endpoints, store } = options;
  const row = await endpointOf(options, merchantId, id);
  const secret = makeWebhookSecret();
  const old = openSecrets(vault, row).filter((one) => one.expiresAtMs === undefined);
  const secrets = [{ secret }, ...old.map((one) => ({ ...one, expiresAtMs: clock.now() + rotationMs }))];
  const changed = { ...row, secrets: sealSecrets(vault, row, secrets) };
  await store.write((tx) => tx.webhooks.updateEndpoint(id, { secrets: changed.secrets }));
  endpoints.put(changed);
  return secret;
}

/** Makes an endpoint active again and sends everything since a time that it missed. Gives how many events wait for it now. */
export async function recoverEndpoint(
  options: EndpointOptions,
  of: { merchantId: string; id: string },
  sinceMs: number,
): Promise<number> {
  const { store, clock, endpoints, worker } = options;
  const row = await endpointOf(options, of.merchantId, of.id);
  const changed: EndpointRow = { ...row, state: 'active', failingSince: null, disabledAt: null };
  const waiting = await store.write(async (tx) => {
    await tx.webhooks.updateEndpoint(of.id, { state: 'active', failingSince: null, disabledAt: null });
    return tx.webhooks.setWaiting(of.id, 'pending', sinceMs, clock.now());
  });
  endpoints.put(changed);
  await worker.recovered(of.id);
  return waiting;
}
