import { readFile } from 'node:fs/promises';
import type { SMTPServer } from 'smtp-server';
import type { EmailSettings } from './manifest.ts';

/** Binds the port, or says which setting to change. */
export async function listen(server: SMTPServer, { smtpPort, smtpHost }: EmailSettings): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException): void => {
      const setting =
        error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND'
          ? 'PASSERELLE_EMAIL_SMTP_HOST'
          : 'PASSERELLE_EMAIL_SMTP_PORT';
      const why =
        error.code === 'EADDRINUSE'
          ? 'is taken by another program'
          : `cannot be listened on (${error.code ?? 'unknown'})`;
      reject(
        new Error(
          `The SMTP server's ${smtpHost}:${smtpPort} ${why}: set ${setting} (a port of 0 takes a free one)`,
          { cause: error },
        ),
      );
    };
    server.server.once('error', fail);
    server.listen(smtpPort, smtpHost, () => {
      server.server.off('error', fail);
      resolve();
    });
  });
}

/** STARTTLS where the operator gave a certificate and its key; never AUTH, for this server only receives. */
export async function tlsOptions({ smtpTlsCertFile, smtpTlsKeyFile }: EmailSettings) {
  if (!smtpTlsCertFile || !smtpTlsKeyFile) return { disabledCommands: ['AUTH', 'STARTTLS'] };
  return {
    disabledCommands: ['AUTH'],
    cert: await readPem(smtpTlsCertFile, 'PASSERELLE_EMAIL_SMTP_TLS_CERT_FILE'),
    key: await readPem(smtpTlsKeyFile, 'PASSERELLE_EMAIL_SMTP_TLS_KEY_FILE'),
  };
}

const readPem = (file: string, setting: string): Promise<string> =>
  readFile(file, 'utf8').catch((cause: unknown) => {
    throw new Error(`The file in ${setting} cannot be read`, { cause });
  });
