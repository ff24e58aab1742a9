import { lookup as dnsLookup } from 'node:dns/promises';
import ipaddr from 'ipaddr.js';
import { buildConnector } from 'undici';

/** Special-use ranges that ipaddr.js calls unicast; the rest is refused because it is anything but unicast (IANA registries). */
const alsoRefused = [
  '::/96',
  '3fff::/20',
  '5f00::/16',
  '100::/64',
  '64:ff9b:1::/48',
  '192.88.99.0/24',
  '198.18.0.0/15',
  '192.0.0.0/24',
].map((cidr) => ipaddr.parseCIDR(cidr));

export type Allowed = readonly string[];

/** Whether a connection may be made to an IP. `allowed` holds CIDR ranges that are allowed although they are private. */
export function mayConnectTo(ip: string, allowed: Allowed): boolean {
  if (!ipaddr.isValid(ip)) return false;
  const address = ipaddr.process(ip);
  const inside = (range: [ipaddr.IPv4 | ipaddr.IPv6, number]) =>
    range[0].kind() === address.kind() && address.match(range);
  if (allowed.some((cidr) => inside(ipaddr.parseCIDR(cidr)))) return true;
  return address.range() === 'unicast' && !alsoRefused.some(inside);
}

/** Errors made before anything was sent: the caller may say for certain that the other side saw nothing. */
export class UnsentError extends Error {
  readonly reason: 'guard' | 'dns' | 'connect';
  constructor(reason: 'guard' | 'dns' | 'connect', cause?: unknown) {
    super(`not connected: ${reason}`, { cause });
    this.name = `Unsent_${reason}`;
    this.reason = reason;
  }
}

export type Resolve = (host: string) => Promise<string[]>;
const resolveBySystem: Resolve = async (host) =>
  (await dnsLookup(host, { all: true })).map((entry) => entry.address);

/**
 * undici's `connect` with the guard at the one place that counts: the name is resolved here, each address is checked, and the
 * connection is made to the address that was checked, so that a second answer of the name server cannot change the target.
 */
export function guardedConnect(
  allowed: Allowed,
  resolve: Resolve = resolveBySystem,
): buildConnector.connector {
  const connect = buildConnector({ timeout: 5000, keepAlive: true });
  return (options, callback) => {
    const host = options.hostname.replace(/^\[|\]$/g, '');
    const literal = ipaddr.isValid(host);
    const fail = (error: UnsentError) => callback(error, null);
    (literal ? Promise.resolve([host]) : resolve(host)).then(
      (ips) => {
        const target = ips.find((ip) => mayConnectTo(ip, allowed));
        if (!target || !ips.every((ip) => mayConnectTo(ip, allowed))) return fail(new UnsentError('guard'));
        connect(
          {
            ...options,
            hostname: target,
            servername: literal ? options.servername : (options.servername ?? host),
          },
          (error, socket) => (error ? fail(new UnsentError('connect', error)) : callback(null, socket!)),
        );
      },
      (error: unknown) => fail(new UnsentError('dns', error)),
    );
  };
}
