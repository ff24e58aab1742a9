import type { WebchatAccount } from './manifest.ts';

const isLocal = (hostname: string): boolean =>
  hostname === 'localhost' ||
  hostname.endsWith('.localhost') ||
  hostname === '127.0.0.1' ||
  hostname === '[::1]';

/**
 * Whether a page of this origin may use the account. Browsers put `Origin` on every WebSocket handshake and every POST, and a
 * page cannot change it; what comes without one is no page and is refused. The gateway's own origin (demo page) always may.
 * An empty list stands for it and for pages on this machine, so that a first trial needs no setting.
 */
export function mayUse(
  account: WebchatAccount,
  headers: Readonly<Record<string, string | undefined>>,
): boolean {
  const origin = headers.origin?.toLowerCase();
  if (!origin || origin === 'null' || !URL.canParse(origin)) return false;
  const { host, hostname, protocol } = new URL(origin);
  if (!/^https?:$/.test(protocol)) return false;
  if (origin === new URL(account.hookUrl).origin) return true;
  if (account.config.origins.length > 0) return account.config.origins.includes(origin);
  return isLocal(hostname) || host === headers.host?.toLowerCase();
}
