import { randomBytes } from 'node:crypto';
import type { Accepted, Account, Host, InboundItem } from '../../connectors/contract/index.ts';
import { configSchema, credentialsSchema, settingsSchema } from '../../connectors/email/manifest.ts';
import type { EmailConfig, EmailCredentials, EmailSettings } from '../../connectors/email/manifest.ts';

export interface MemoryHost extends Host<EmailConfig, EmailCredentials, EmailSettings> {
  /** Everything accepted for the first time, oldest first; what a repetition brought is in `repeated`. */
  taken: { accountId: string; item: InboundItem }[];
  repeated: number;
  /** How often the next accepts fail, as if the ledger could not be written. */
  failing: number;
  /** Event names and fields of the log, as one line each. */
  logged: string[];
  /** Resolves when so many items were taken; rejects after 30 s. */
  until(count: number): Promise<InboundItem[]>;
}

/** What the gateway is to the connector, in memory: de-duplicates on (account, provider id), as the ledger does. */
export function memoryHost(
  accounts: Account<EmailConfig, EmailCredentials>[],
  settings: Partial<EmailSettings> = {},
): MemoryHost {
  const known = new Set<string>();
  const watchers = new Set<() => void>();
  const logged: string[] = [];
  const note = (event: string, fields?: Record<string, unknown>) =>
    void logged.push(`${event} ${JSON.stringify(fields ?? {})}`);
  const host: MemoryHost = {
    taken: [],
    repeated: 0,
    failing: 0,
    logged,
    settings: { ...settingsSchema.parse({ smtpPort: 0, allowedNetworks: '127.0.0.0/8' }), ...settings },
    accounts: () => accounts,
    account: (id) => accounts.find((account) => account.id === id),
    async accept(account, items): Promise<Accepted[]> {
      if (host.failing > 0) {
        host.failing--;
        throw new Error('the ledger cannot be written');
      }
      return items.map((item) => {
        const key = item.type === 'message' ? `${account.id} ${item.providerId}` : undefined;
        const duplicate = key !== undefined && known.has(key);
        if (key !== undefined) known.add(key);
        if (duplicate) host.repeated++;
        else host.taken.push({ accountId: account.id, item });
        for (const watcher of watchers) watcher();
        return { duplicate };
      });
    },
    thread: () => Promise.resolve([]),
    until: (count) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          watchers.delete(look);
          reject(
            new Error(
              `waited for ${count} items, ${host.taken.length} came: ${host.taken.map(({ item }) => item.type).join(', ')}`,
            ),
          );
        }, 30_000);
        const look = (): void => {
          if (host.taken.length < count) return;
          clearTimeout(timer);
          watchers.delete(look);
          resolve(host.taken.map(({ item }) => item));
        };
        watchers.add(look);
        look();
      }),
    http: { call: () => Promise.resolve({ type: 'unsent', reason: 'guard' }) },
    log: { info: note, warn: note, error: note },
    now: () => Date.UTC(2026, 10, 20, 9),
    random: (size) => new Uint8Array(randomBytes(size)),
    signal: new AbortController().signal,
  };
  return host;
}

/** An account with values of our own. */
export const mailAccount = (
  id: string,
  config: Record<string, unknown>,
  credentials: Record<string, unknown> = {},
): Account<EmailConfig, EmailCredentials> => ({
  id,
  merchantId: `mer_${id}`,
  test: true,
  config: configSchema.parse(config),
  credentials: credentialsSchema.parse(credentials),
  hookUrl: `http://gateway.test/hooks/email/${id}`,
});
