import { failure } from '../../protocol/failures.ts';
import { defineConnector } from '../contract/index.ts';
import type { Account, Connector, RunningServer, SendOutcome, SendRequest } from '../contract/index.ts';
import type { Resolve } from '../kit/guard.ts';
import { domainOf, normaliseAddress } from '../kit/mail/address.ts';
import { manifest } from './manifest.ts';
import type { EmailConfig, EmailCredentials } from './manifest.ts';
import { compose, outcomeOf } from './outbound.ts';
import { createMailReader } from './reader.ts';
import type { ReaderOptions } from './reader.ts';
import { createRelays } from './relay.ts';
import type { Relays } from './relay.ts';
import type { RelayTarget } from './relay-connection.ts';
import { startMailServer } from './server.ts';
import type { EmailHost } from './server.ts';
import type { DnsResolver } from './verification.ts';

export interface EmailOptions {
  /** Records for SPF, DKIM and DMARC; default: the system's name servers. */
  dns?: DnsResolver;
  /** Addresses of relays; default: the system's. */
  resolve?: Resolve;
  reader?: ReaderOptions;
  answerTimeoutMs?: number;
}

type EmailAccount = Account<EmailConfig, EmailCredentials>;

const targetOf = ({ config, credentials }: EmailAccount): RelayTarget | undefined =>
  config.relay && { relay: config.relay, credentials, clientName: domainOf(config.address) };

async function send(
  relays: Relays,
  request: SendRequest,
  account: EmailAccount,
  context: { now(): number; signal: AbortSignal },
): Promise<SendOutcome> {
  const target = targetOf(account);
  if (!target) return { type: 'rejected', failure: failure('no_route', 'no_relay') };
  const composed = await compose(request, account, context.now());
  if (!composed.ok) return { type: 'rejected', failure: composed.failure };
  return outcomeOf(await relays.handOver(target, composed.mail, context.signal), composed.messageId);
}

const networks = (setting: string): string[] =>
  setting
    .split(',')
    .map((cidr) => cidr.trim())
    .filter(Boolean);

/** The connector, with what it asks the network for injected. */
export function emailConnector(options: EmailOptions = {}): Connector {
  const relaysFor = (allowed: string[]): Relays =>
    createRelays({ allowed, resolve: options.resolve, answerTimeoutMs: options.answerTimeoutMs });
  // `probe` gets no settings: it goes by those of the running server, and where none runs no private network is allowed
  let running: Relays | undefined;

  return defineConnector<EmailConfig, EmailCredentials, EmailHost['settings']>({
    manifest,
    address: { normalise: normaliseAddress },
    server: {
      async start(host): Promise<RunningServer<EmailConfig, EmailCredentials>> {
        const reader = createMailReader(options.reader);
        const server = await startMailServer({ host, reader, resolver: options.dns }).catch(
          async (error: unknown) => {
            await reader.close();
            throw error;
          },
        );
        const relays = relaysFor(networks(host.settings.allowedNetworks));
        running = relays;
        return {
          listening: [{ name: 'SMTP', port: server.port }],
          send: (request, account, context) => send(relays, request, account, context),
          async stop() {
            await server.stop();
            relays.close();
            await reader.close();
            if (running === relays) running = undefined;
          },
        };
      },
    },
    async probe(account, { signal }) {
      const target = targetOf(account);
      if (!target) return { ok: true, detail: 'Receives only: no relay is set.' };
      const result = await (running ?? relaysFor([])).check(target, signal);
      if (result.type === 'taken')
        return { ok: true, detail: 'The relay answers and takes the credentials.' };
      const why = result.type === 'unsent' ? result.reason : (result.reply.enhanced ?? result.reply.code);
      return { ok: false, detail: `The relay cannot be used: ${why}.` };
    },
  });
}

export const connector = emailConnector();
