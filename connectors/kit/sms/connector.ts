import type { z } from 'zod';
import { kinds } from '../../../protocol/capabilities.ts';
import type { Capabilities } from '../../../protocol/capabilities.ts';
import { defineConnector } from '../../contract/index.ts';
import type { Account, Connector, Hook, HookRequest, Manifest, PublicKeys } from '../../contract/index.ts';
import { normaliseTel } from '../phone.ts';
import type { Verified } from '../signatures/index.ts';
import { SmsClient } from './client.ts';
import type { Sign, SmsAccount } from './client.ts';
import type { SmsConfig } from './config.ts';
import { dialectSchema } from './dialect.ts';
import type { Dialect, DialectInput } from './dialect.ts';
import { fetchSmsMedia } from './media.ts';
import { receiveSms } from './receive.ts';
import { sendSms } from './send.ts';
import { probeSms, setUpSms } from './setup.ts';

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
  verify(
    request: HookRequest,
    account: Account<Config, NoInfer<Credentials>>,
    nowMs: number,
    keys?: PublicKeys,
  ): Verified & { unknownKey?: true };
  /** Where the keys are that it signs with, and what it wants done before it calls: as in the contract. */
  keySet?: Hook<Config, NoInfer<Credentials>>['keySet'];
  confirm?: Hook<Config, NoInfer<Credentials>>['confirm'];
  /** Proves every request of ours, where no fixed header does. */
  sign?: Sign<Account<Config, NoInfer<Credentials>>>;
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
  const client = new SmsClient(table.sign as Sign<SmsAccount> | undefined);
  const hook: Hook<Config, Credentials> = {
    verify: table.verify,
    parse: (request, { config }) => receiveSms(of(config), request, config),
    ...(table.keySet ? { keySet: table.keySet } : {}),
    ...(table.confirm ? { confirm: table.confirm } : {}),
  };
  return defineConnector<Config, Credentials>({
    manifest: { ...manifestOf(table), ...(fixed?.expiry ? { tellsExpiry: true } : {}) },
    address: { normalise: (address, config) => normaliseTel(address, config.country) },
    hook,
    sender: {
      send: (request, account, context) => sendSms(client, of(account.config), request, { account, context }),
    },
    ...(table.receivesMedia
      ? {
          media: {
            fetch: async (reference, account, context) => {
              const headers = await client.credentialHeaders(of(account.config), account, context);
              return fetchSmsMedia(reference, { baseUrl: account.config.base_url, headers }, context);
            },
          },
        }
      : {}),
    ...(fixed === undefined || fixed.probe !== undefined
      ? { probe: (account, context) => probeSms(client, of(account.config), { account, context }) }
      : {}),
    ...(fixed?.setup ? { setup: (account, context) => setUpSms(client, fixed, { account, context }) } : {}),
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
