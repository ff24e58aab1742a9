import type {
  Account,
  CallResult,
  Connector,
  Context,
  Hook,
  Manifest,
  ProbeOutcome,
} from '../../contract/index.ts';
import { defineConnector } from '../../contract/index.ts';
import { notProbed } from '../probe.ts';
import { normaliseAddress } from './address.ts';
import { mailCapabilities } from './capabilities.ts';
import type { Mail } from './compose.ts';
import { maxHookBytes } from './provider.ts';
import { callProvider, mailSender } from './sender.ts';
import type { MailConfig, MailDialect, ProviderCall } from './sender.ts';

/** What a provider is. */
export interface MailProvider<Config, Credentials> extends Pick<
  Manifest<Config, Credentials, undefined>,
  'name' | 'title' | 'config' | 'credentials' | 'documents'
> {
  maxAttachmentBytes: number;
}

/** What is a provider's own in sending and asking. */
export interface MailOutbound<A> extends Pick<MailDialect<A>, 'check' | 'sent' | 'refused'> {
  /** Of every call: who asks. */
  headers(account: A): Record<string, string>;
  /** A mail in the provider's words. */
  request(mail: Mail, account: A): ProviderCall;
  /** Whether the credentials work. `read` is undefined for an answer that does not say. */
  probe: Parameters<typeof notProbed>[1] & {
    path(account: A): string;
    read(result: CallResult, account: A): ProbeOutcome | undefined;
  };
}

/** Makes a connector of a provider of mail, which tells of deliveries and failures. */
export function mailConnector<Config extends MailConfig, Credentials>(
  about: MailProvider<Config, Credentials>,
  { headers, request, probe, ...dialect }: MailOutbound<Account<Config, Credentials>>,
  hook: Pick<Hook<Config, Credentials>, 'verify' | 'parse'>,
): Connector {
  const { maxAttachmentBytes, ...own } = about;
  const call = (account: Account<Config, Credentials>, context: Context, what: ProviderCall) =>
    callProvider(account, context, { ...what, headers: headers(account) });
  return defineConnector<Config, Credentials>({
    manifest: {
      ...own,
      channel: 'email',
      schemes: ['mailto'],
      capabilities: mailCapabilities(maxAttachmentBytes, ['delivered', 'failed']),
      rate: { perSecond: 10, concurrency: 5 },
    },
    address: { normalise: normaliseAddress },
    hook: { maxBytes: maxHookBytes, ...hook },
    sender: mailSender<Config, Credentials>({
      ...dialect,
      maxAttachmentBytes,
      call: (mail, account, context) => call(account, context, request(mail, account)),
    }),
    probe: async (account, context) => {
      const result = await call(account, context, { path: probe.path(account) });
      return probe.read(result, account) ?? notProbed(result, probe);
    },
  });
}
