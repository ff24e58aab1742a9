import type { TestMerchant } from '../../gateway/gateway.ts';
import { startMetaEmulator } from '../../providers/meta.ts';
import type { MetaEmulator } from '../../providers/meta.ts';

let apps = 0;

/** A Graph API of a merchant's own: its ids and secrets are nobody else's. */
export async function startOwnMeta(): Promise<MetaEmulator> {
  const n = String(++apps).padStart(3, '0');
  return startMetaEmulator({
    appSecret: `app-secret-${n}`,
    whatsapp: { accessToken: `EAAwhatsapp${n}`, phoneNumberId: `100200300${n}`, wabaId: `500600700${n}` },
    messenger: { accessToken: `EAAmessenger${n}`, pageId: `900800700${n}` },
  });
}

/** Adds the account and subscribes its webhook, as the set-up page of Meta's does. */
export async function subscribe(
  merchant: TestMerchant,
  meta: MetaEmulator,
  product: 'whatsapp' | 'messenger',
): Promise<string> {
  const { config, credentials } = meta.accounts[product];
  const { id, hookUrl } = await merchant.account(product, config, credentials);
  meta[product].hooks.url = hookUrl;
  if (!(await meta[product].hooks.subscribe(credentials['verify_token']!)))
    throw new Error(`${product}: the webhook did not shake hands`);
  return id;
}
