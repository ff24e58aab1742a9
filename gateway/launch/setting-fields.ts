import { resolve } from 'node:path';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { connectorNameSchema } from '../../protocol/connector-wire/index.ts';

const logLevels = ['silent', 'error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof logLevels)[number];

const isCidr = (value: string) => ipaddr.isValidCIDR(value);

const keyBytes = z.string().transform((value, context) => {
  const bytes = /^[0-9a-f]{64}$/i.test(value) ? Buffer.from(value, 'hex') : Buffer.from(value, 'base64');
  if (bytes.length !== 32 || !/^[\w+/-]+=*$/.test(value)) {
    context.addIssue({ code: 'custom', message: 'is no key of 32 bytes' });
    return z.NEVER;
  }
  return new Uint8Array(bytes);
});

const webUrl = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ''));
const natsUrls = z.string().regex(/^((nats|tls):\/\/)?[^\s/,]+(,((nats|tls):\/\/)?[^\s/,]+)*$/);

/** On a terminal the banner and warnings are enough. */
const quietOnTerminal = process.stderr.isTTY ? 'warn' : 'info';

/** Each setting of ours: its schema, and what to say where it doesn't fit. Values are never shown: some are secret. */
export const fields = {
  port: {
    name: 'PORT',
    schema: z.coerce.number().int().min(0).max(65_535).default(8080),
    problem: 'is no port number',
    mend: 'set it to a number from 1 to 65535, or 0 for any free port',
  },
  host: {
    name: 'PASSERELLE_HOST',
    schema: z
      .string()
      .regex(/^[\w.:-]+$/)
      .default('127.0.0.1'),
    problem: 'is no host name or address',
    mend: 'set it to an address of this machine, for example 127.0.0.1 or 0.0.0.0',
  },
  dataFolder: {
    name: 'PASSERELLE_DATA',
    schema: z
      .string()
      .default('./.data')
      .transform((folder) => resolve(folder)),
    problem: 'is no folder',
    mend: 'set it to a folder',
  },
  adminKey: {
    name: 'PASSERELLE_ADMIN_KEY',
    schema: z
      .string()
      .min(8)
      .max(512)
      .regex(/^[\u0021-\u007e]+$/)
      .optional(),
    problem: 'is too short or has characters that are not visible ASCII',
    mend: 'set it to 8 visible ASCII characters or more, or unset it to have one made',
  },
  publicUrl: {
    name: 'PASSERELLE_PUBLIC_URL',
    schema: webUrl.optional(),
    problem: 'is no http(s) address',
    mend: 'set it to the address that platforms call, for example https://gateway.example.com',
  },
  masterKey: {
    name: 'PASSERELLE_MASTER_KEY',
    schema: keyBytes.optional(),
    problem: 'is no key of 32 bytes',
    mend: 'set it to 32 bytes in base64 or hex (openssl rand -base64 32), or unset it to have one made',
  },
  natsUrl: {
    name: 'NATS_URL',
    schema: natsUrls.optional(),
    problem: 'is no NATS address',
    mend: 'set it to nats://host:4222, or unset it to have a nats-server started',
  },
  natsServerBin: {
    name: 'NATS_SERVER_BIN',
    schema: z.string().optional(),
    problem: 'is no path',
    mend: 'set it to the path of a nats-server program',
  },
  databaseUrl: {
    name: 'DATABASE_URL',
    schema: z.undefined(),
    problem: 'names a database that is not supported yet',
    mend: 'unset it: only SQLite in the data folder is supported yet',
  },
  allowedNetworks: {
    name: 'PASSERELLE_ALLOWED_NETWORKS',
    schema: z
      .string()
      .default('')
      .transform((list) => list.split(/[\s,]+/).filter(Boolean))
      .pipe(z.array(z.string().refine(isCidr))),
    problem: 'is no list of CIDR ranges',
    mend: 'set it to ranges with commas between them, for example 127.0.0.0/8,::1/128',
  },
  remoteConnectors: {
    name: 'PASSERELLE_REMOTE_CONNECTORS',
    schema: z
      .string()
      .default('')
      .transform((list) => [...new Set(list.split(/[\s,]+/).filter(Boolean))])
      .pipe(z.array(connectorNameSchema).max(100)),
    problem: 'is no list of connector names',
    mend: 'set it to names of 2 to 32 lower case letters, digits and hyphens, with commas between them',
  },
  processes: {
    name: 'PASSERELLE_PROCESSES',
    schema: z
      .enum(['1', '2', '3'])
      .default('1')
      .transform((count) => Number(count) as 1 | 2 | 3),
    problem: 'is not 1, 2 or 3',
    mend: 'set it to 1 for one process, 2 to send and call webhooks in a second one, 3 to do both apart',
  },
  logLevel: {
    name: 'PASSERELLE_LOG_LEVEL',
    schema: z.enum(logLevels).default(quietOnTerminal),
    problem: 'is no log level',
    mend: `set it to one of ${logLevels.join(', ')}`,
  },
} as const satisfies Record<string, { name: string; schema: z.ZodType; problem: string; mend: string }>;

export type Field = keyof typeof fields;
export type Values = { [F in Field]: z.infer<(typeof fields)[F]['schema']> };
