import { z } from 'zod';
import type {
  Account,
  Connector,
  Context,
  SendOutcome,
  SendRequest,
} from '../../connectors/contract/index.ts';
import {
  addressReplySchema,
  defaultSendTimeoutMs,
  sendReplySchema,
} from '../../protocol/connector-wire/index.ts';
import type { Ability, WireManifest } from '../../protocol/connector-wire/index.ts';
import type { Content } from '../../protocol/content.ts';
import { failure } from '../../protocol/failures.ts';
import { inquire, probe, reach, readProfile, revoke, setUp } from './abilities.ts';
import { normaliseByForm } from './addresses.ts';
import { askOf, patient } from './asking.ts';
import type { Ask, AskingOptions } from './asking.ts';
import { readWire } from './codec.ts';
import { ContentCapabilities } from './content-capabilities.ts';
import { fetchMedia } from './media.ts';
import { accountToWire, outcomeFromWire, sendToWire } from './sending.ts';
import { listTemplates } from './template-list.ts';

/** How soon a send is tried again while no instance is there; once one is, it is at once. */
const awayRetryMs = 2000;
/** How soon one is adapted anew of which the connector says that the channel carries more. */
const anewMs = 50;
/** How long somebody is waited for to take over from another, or to begin to answer after it has registered. */
const handOverMs = 1000;
const addressTimeoutMs = 2000;

export interface RemoteOptions extends AskingOptions {
  now(): number;
  /** How many instances of a connector have come so far. */
  arrivals(connector: string): number;
  /** What a message says, as the merchant gave it; undefined where there is none such. */
  contentOf(messageId: string): Promise<Content | undefined>;
  /** What a platform's call becomes; kept apart because it takes items in. */
  hook(manifest: WireManifest): NonNullable<NonNullable<Connector['pages']>['handle']>;
}

/** A connector in another process as the rest of the gateway sees any. Throws where its JSON Schemas cannot be checked with. */
export function remoteConnector(manifest: WireManifest, options: RemoteOptions): Connector {
  const ask = askOf(manifest.name, options);
  const asking = patient(ask, handOverMs);
  const can = (ability: Ability) => manifest.abilities.includes(ability);
  const capabilities = can('capabilities')
    ? new ContentCapabilities({
        manifest,
        ask,
        now: options.now,
        arrivals: () => options.arrivals(manifest.name),
      })
    : undefined;
  return {
    manifest: {
      name: manifest.name,
      channel: manifest.channel,
      title: manifest.title,
      schemes: manifest.addresses.map(({ scheme }) => scheme),
      capabilities: manifest.capabilities,
      config: checkerOf(manifest.config),
      credentials: checkerOf(manifest.credentials),
      idempotentSends: manifest.idempotent_sends ?? false,
      renewsCredentials: manifest.renews_credentials ?? false,
      tellsExpiry: manifest.tells_expiry ?? false,
      rate: rateOf(manifest.rate),
      documents: manifest.documents,
    },
    address: {
      normalise: (address) => normaliseByForm(manifest.addresses, address),
      ...(can('address')
        ? { ask: (address: string, account: Account) => askAddress(ask, manifest, address, account) }
        : {}),
    },
    ...(capabilities ? { capabilitiesFor: capabilities.capabilitiesFor } : {}),
    ...(can('send')
      ? {
          sender: {
            send: (request, account, context) => {
              const sending = () => send(ask, manifest, { request, account, context });
              const of = { messageId: request.messageId, config: account.config };
              return capabilities ? sendAdapted(capabilities, options, of, sending) : sending();
            },
          },
        }
      : {}),
    ...(can('hook') ? { pages: { handle: options.hook(manifest) } } : {}),
    ...(can('media') ? { media: { fetch: (...of) => fetchMedia(ask, ...of) } } : {}),
    ...(can('inquire') ? { inquire: (...of) => inquire(asking, ...of) } : {}),
    ...(can('revoke') ? { revoke: (...of) => revoke(asking, ...of) } : {}),
    ...(can('reach') ? { reach: (...of) => reach(asking, ...of) } : {}),
    ...(can('profile') ? { profile: (...of) => readProfile(asking, ...of) } : {}),
    ...(can('templates') ? { templates: (...of) => listTemplates(asking, ...of) } : {}),
    ...(can('probe') ? { probe: (...of) => probe(asking, ...of) } : {}),
    ...(can('setup') ? { setup: (...of) => setUp(asking, 'setup', ...of) } : {}),
    ...(can('teardown') ? { teardown: (...of) => setUp(asking, 'teardown', ...of) } : {}),
  };
}

const rateOf = (rate: WireManifest['rate']): Connector['manifest']['rate'] => ({
  perSecond: rate.per_second,
  concurrency: rate.concurrency,
  ...(rate.per_address_ms === undefined ? {} : { perAddressMs: rate.per_address_ms }),
  ...(rate.per_address_burst === undefined ? {} : { perAddressBurst: rate.per_address_burst }),
  ...(rate.sender ? { sender: { field: rate.sender.field, perSecond: rate.sender.per_second } } : {}),
});

/** JSON Schema → something that checks and fills in defaults, and shows as the schema it came from. */
const checkerOf = (schema: object): z.ZodType =>
  z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);

/**
 * Nothing is sent yet of what was adapted before it was known what the account carries of it: its next attempt is adapted by that. So no
 * message is half in one form and half in another.
 */
async function sendAdapted(
  capabilities: ContentCapabilities,
  { contentOf }: RemoteOptions,
  { messageId, config }: { messageId: string; config: unknown },
  sending: () => Promise<SendOutcome>,
): Promise<SendOutcome> {
  const content = capabilities.hasGuessed ? await contentOf(messageId) : undefined;
  if (!content) return sending();
  if (await capabilities.isOutdated(content, config))
    return { type: 'throttled', retryAfterMs: anewMs, platformCode: 'capabilities_learnt', scope: 'address' };
  const outcome = await sending();
  if (outcome.type === 'sent' || outcome.type === 'uncertain') capabilities.hold(content, config);
  return outcome;
}

async function send(
  ask: Ask,
  manifest: WireManifest,
  { request, account, context }: { request: SendRequest; account: Account; context: Context },
): Promise<SendOutcome> {
  const timeoutMs = manifest.send_timeout_ms ?? defaultSendTimeoutMs;
  const answer = await ask('send', sendToWire(request, account, context), {
    timeoutMs,
    signal: context.signal,
  });
  switch (answer.type) {
    case 'too_large':
      return { type: 'rejected', failure: failure('content_too_large') };
    case 'nobody':
    case 'away':
      // as with a platform that says "not now": nothing is spent by waiting, and the account's other sends wait too
      return { type: 'throttled', retryAfterMs: awayRetryMs, platformCode: 'connector_away' };
    case 'silent':
      return { type: 'uncertain', reason: 'connector_silent' };
    case 'reply': {
      const reply = readWire(answer.payload, sendReplySchema);
      if (reply.ok) return outcomeFromWire(reply.value);
      context.log.warn('remote.reply_unreadable', {
        connector: manifest.name,
        operation: 'send',
        pointers: reply.errors?.map(({ pointer }) => pointer),
      });
      return { type: 'uncertain', reason: 'connector_unreadable' };
    }
  }
}

async function askAddress(
  ask: Ask,
  manifest: WireManifest,
  address: string,
  account: Account,
): Promise<string | undefined> {
  const byForm = normaliseByForm(manifest.addresses, address);
  if (byForm === undefined) return undefined;
  const answer = await ask(
    'address',
    { account: accountToWire(account), address: byForm },
    { timeoutMs: addressTimeoutMs },
  );
  // away, or no answer in time: its form is all that is known, and the connector has the last word at the send
  if (answer.type !== 'reply') return byForm;
  const reply = readWire(answer.payload, addressReplySchema);
  if (!reply.ok) return byForm;
  return reply.value.address === undefined
    ? undefined
    : normaliseByForm(manifest.addresses, reply.value.address);
}
