import { randomBytes } from 'node:crypto';
import { connector as sandbox, phoneUrl } from '../connectors/sandbox/index.ts';
import { connector as webchat } from '../connectors/webchat/index.ts';
import { createAccount } from './accounts/manage.ts';
import type { AccountOptions } from './accounts/manage.ts';
import { createKey, createMerchant } from './merchants/manage.ts';

const secret = () => randomBytes(32).toString('base64url');

/** Who the phone and the web chat talk to: the shop of the demo page. */
const shop = 'Clay & Tide';

/** The merchant that everybody begins with: a phone, a web chat and a test key. Made once, in an empty ledger. */
export async function seedSandbox(options: AccountOptions): Promise<{ testKey: string } | undefined> {
  const existing = await options.store.read.merchants.list('', 1);
  if (existing.length > 0) return undefined;
  const merchant = await createMerchant(options, 'Sandbox');
  const of = { merchantId: merchant.id, test: true };
  await createAccount(options, {
    ...of,
    connector: sandbox.manifest.name,
    name: 'Phone',
    config: { name: shop },
    credentials: { secret: secret() },
  });
  await createAccount(options, {
    ...of,
    connector: webchat.manifest.name,
    name: 'Web chat',
    config: { name: shop },
    credentials: { secret: secret() },
  });
  const { key } = await createKey(options, { merchantId: merchant.id, mode: 'test', name: 'First key' });
  return { testKey: key };
}

/** Where the sandbox merchant's pages are, for the banner. */
export function sandboxPages({ registry }: AccountOptions): { phoneUrl: string; demoUrl: string } {
  const oldest = (name: string) => registry.ofConnector(name).find((live) => live.row.test);
  const phone = oldest(sandbox.manifest.name);
  const chat = oldest(webchat.manifest.name);
  return {
    phoneUrl: phone ? phoneUrl(phone.account as Parameters<typeof phoneUrl>[0]) : '(no sandbox account)',
    demoUrl: chat ? `${chat.account.hookUrl}/demo` : '(no web chat account)',
  };
}
