import type { Account } from '../../connectors/contract/index.ts';
import { configSchema, credentialsSchema, settingsSchema } from '../../connectors/email/manifest.ts';
import type { EmailConfig, EmailCredentials, EmailSettings } from '../../connectors/email/manifest.ts';
import { memoryHost } from '../memory-host.ts';
import type { MemoryHost } from '../memory-host.ts';

export type MailHost = MemoryHost<EmailConfig, EmailCredentials, EmailSettings>;

/** The gateway in memory, as the email connector sees it: any free port, loopback allowed, a time of our own. */
export function mailHost(
  accounts: Account<EmailConfig, EmailCredentials>[],
  settings: Partial<EmailSettings> = {},
): MailHost {
  const host = memoryHost<EmailConfig, EmailCredentials, EmailSettings>({
    accounts: accounts as never[],
    settings: { ...settingsSchema.parse({ smtpPort: 0, allowedNetworks: '127.0.0.0/8' }), ...settings },
  });
  host.clockMs = Date.UTC(2026, 10, 20, 9);
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
