import type { z } from 'zod';
import { kinds } from '../../../protocol/capabilities.ts';
import type { Capabilities } from '../../../protocol/capabilities.ts';
import { defineConnector } from '../../contract/index.ts';
import type { Account, Connector, HookRequest, Manifest } from '../../contract/index.ts';
import { normaliseTel } from '../phone.ts';
import type { Verified } from '../signatures/index.ts';
import type { SmsConfig } from './config.ts';
import { dialectSchema } from './dialect.ts';
import type { Dialect, DialectInput } from './dialect.ts';
import { fetchSmsMedia } from './media.ts';
import { receiveSms } from './receive.ts';
import { credentialHeaders, probeSms, sendSms } from './send.ts';

/** An SMS aggregator as a table. What is left out is as with every aggregator. */
export interface SmsTable<Config extends SmsConfig, Credentials> {
  name: string;
  title: string;
  config: z.ZodType<Config>;
  credentials: z.ZodType<Credentials>;
  rate: Manifest<Config, Credentials, undefined>['rate'];
  documents: Manifest<Config, Credentials, undefined>['documents'];
  /** How it speaks; a function where that is the account's own. */
  dialect: DialectInput | ((config: Config) => Dialect);
  /** Whether it really sent a call; one of the kit's checkers. Constant time, on raw bytes. */
  verify(request: HookRequest, account: Account<Config, Credentials>, nowMs: number): Verified;
  /** Septets of the longest text that it takes and cuts itself. Default 1530: ten messages of 153. */
  maxSeptets?: number;
  /** Pictures and the like, where it sends MMS; it fetches them from the gateway. */
  media?: Capabilities['media'];
  /** Media come in too. */
  receivesMedia?: boolean;
  receipts?: Capabilities['receipts'];
  idempotentSends?: boolean;
}

/** Makes a connector of a table. A mistake in the table is an exception where it is made. */
export function smsConnector<Config extends SmsConfig, Credentials>(
  table: SmsTable<Config, Credentials>,
): Connector {
  const { dialect } = table;
  const fixed = typeof dialect === 'function' ? undefined : dialectSchema.parse(dialect);
  const of = (config: Config): Dialect => fixed ?? (dialect as (config: Config) => Dialect)(config);
  const probes = fixed === undefined || fixed.probe !== undefined;
  return defineConnector<Config, Credentials>({
    manifest: manifestOf(table),
    address: { normalise: (address, config) => normaliseTel(address, config.country) },
    hook: {
      verify: table.verify,
      parse: (request, { config }) => receiveSms(of(config), request, config),
    },
    sender: { send: (request, account, context) => sendSms(of(account.config), request, account, context) },
    ...(table.receivesMedia
      ? {
          media: {
            fetch: (reference, account, context) =>
              fetchSmsMedia(
                reference,
                {
                  baseUrl: account.config.base_url,
                  headers: credentialHeaders(of(account.config), account) ?? {},
                },
                context,
              ),
          },
        }
      : {}),
    ...(probes ? { probe: (account, context) => probeSms(of(account.config), account, context) } : {}),
  });
}

function manifestOf<Config extends SmsConfig, Credentials>(
  table: SmsTable<Config, Credentials>,
): Manifest<Config, Credentials, undefined> {
  const { name, title, config, credentials, rate, documents, media } = table;
  return {
    name,
    channel: 'sms',
    title,
    schemes: ['tel'],
    capabilities: {
      outbound: kinds({ text: 'native', ...(media ? { media: 'native' } : {}) }),
      inbound: kinds({ text: 'native', ...(table.receivesMedia ? { media: 'native' } : {}) }, 'dropped'),
      text: { max: table.maxSeptets ?? 1530, unit: 'septets', concatenated: true },
      ...(media ? { media, caption: { max: table.maxSeptets ?? 1530, unit: 'septets' } } : {}),
      receipts: table.receipts ?? ['sent', 'delivered', 'failed'],
    },
    config,
    credentials,
    ...(table.idempotentSends ? { idempotentSends: true } : {}),
    rate,
    documents,
  };
}
