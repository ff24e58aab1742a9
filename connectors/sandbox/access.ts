import type { Account, Host } from '../contract/index.ts';
import { hmac, sameSecret } from '../kit/signature.ts';
import type { Config, Credentials } from './manifest.ts';

export type SandboxAccount = Account<Config, Credentials>;
export type SandboxHost = Host<Config, Credentials, undefined>;

/** What the address of the phone page must carry. Derived, so that neither a link nor a browser's history holds the secret. */
export const phoneKey = ({ id, credentials }: SandboxAccount): string =>
  hmac('sha256', credentials.secret, `sandbox phone of ${id}`).toString('base64url');

/** The address of the phone page of an account, ready to open. */
export const phoneUrl = (account: SandboxAccount): string =>
  `${account.hookUrl}/phone?key=${phoneKey(account)}`;

/** Only who was given the link may play consumers, and only on test accounts: a real merchant's thread is nobody's to play in. */
export const mayPlay = (account: SandboxAccount, query: URLSearchParams): boolean =>
  account.test && sameSecret(query.get('key') ?? undefined, phoneKey(account));
