import { z } from 'zod';
import type {
  Account,
  Connector,
  Context,
  InquiryOutcome,
  InquiryRequest,
  RevokeOutcome,
  RevokeRequest,
  SendOutcome,
  SendRequest,
} from '../../connectors/contract/index.ts';
import {
  addressReplySchema,
  defaultSendTimeoutMs,
  inquireReplySchema,
  maxWireBody,
  mediaReplySchema,
  probeReplySchema,
  revokeReplySchema,
  sendReplySchema,
} from '../../protocol/connector-wire/index.ts';
import type { Ability, WireManifest, WireOperationName } from '../../protocol/connector-wire/index.ts';
import { failure } from '../../protocol/failures.ts';
import { connectorSubject } from '../../protocol/subjects.ts';
import type { CallAnswer, Calls } from '../bus/port.ts';
import { normaliseByForm } from './addresses.ts';
import { readWire, writeWire } from './codec.ts';
import { accountToWire, outcomeFromWire, sendToWire } from './sending.ts';

/** How soon a send is tried again while no instance is there; once one is, it is at once. */
const awayRetryMs = 2000;
const probeTimeoutMs = 15_000;
const addressTimeoutMs = 2000;
const mediaTimeoutMs = 60_000;
/** A fetch waits this long for an instance to come. */
const mediaPatienceMs = 10_000;

export interface RemoteOptions {
  calls: Calls;
  /** Whether an instance lives. */
  up(connector: string): boolean;
  /** What a platform's call becomes; kept apart because it takes items in. */
  hook(manifest: WireManifest): NonNullable<NonNullable<Connector['pages']>['handle']>;
}

export type Ask = (
  operation: WireOperationName,
  request: unknown,
  options: { timeoutMs: number; signal?: AbortSignal | undefined },
) => Promise<CallAnswer | { type: 'too_large' }>;

/** Asks one instance of the connector. `nobody` also where none has said that it lives. */
export const askOf =
  (name: string, { calls, up }: Pick<RemoteOptions, 'calls' | 'up'>): Ask =>
  async (operation, request, options) => {
    const payload = writeWire(request);
    if (payload === undefined) return { type: 'too_large' };
    return up(name) ? calls.request(connectorSubject(name, operation), payload, options) : { type: 'nobody' };
  };

/** A connector in another process as the rest of the gateway sees any. Throws where its JSON Schemas cannot be checked with. */
export function remoteConnector(manifest: WireManifest, options: RemoteOptions): Connector {
  const ask = askOf(manifest.name, options);
  const can = (ability: Ability) => manifest.abilities.includes(ability);
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
      rate: rateOf(manifest.rate),
      documents: manifest.documents,
    },
    address: {
      normalise: (address) => normaliseByForm(manifest.addresses, address),
      ...(can('address')
        ? { ask: (address: string, account: Account) => askAddress(ask, manifest, address, account) }
        : {}),
    },
    ...(can('send')
      ? {
          sender: { send: (request, account, context) => send(ask, manifest, { request, account, context }) },
        }
      : {}),
    ...(can('hook') ? { pages: { handle: options.hook(manifest) } } : {}),
    ...(can('media') ? { media: { fetch: (...of) => fetchMedia(ask, ...of) } } : {}),
    ...(can('inquire') ? { inquire: (...of) => inquire(ask, ...of) } : {}),
    ...(can('revoke') ? { revoke: (...of) => revoke(ask, ...of) } : {}),
    ...(can('probe') ? { probe: (account, context) => probe(ask, account, context) } : {}),
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

async function send(
  ask: Ask,
  manifest: WireManifest,
  { request, account, context }: { request: SendRequest; account: Account; context: Context },
): Promise<SendOutcome> {
  const timeoutMs = manifest.send_timeout_ms ?? defaultSendTimeoutMs;
  const answer = await ask('send', sendToWire(request, account), { timeoutMs, signal: context.signal });
  switch (answer.type) {
    case 'too_large':
      return { type: 'rejected', failure: failure('content_too_large') };
    case 'nobody':
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

async function inquire(
  ask: Ask,
  request: InquiryRequest,
  account: Account,
  { signal }: Context,
): Promise<InquiryOutcome> {
  const asked = {
    account: accountToWire(account),
    message_id: request.messageId,
    idempotency_key: request.idempotencyKey,
    address: request.address,
    sent_at: new Date(request.sentAtMs).toISOString(),
  };
  const answer = await ask('inquire', asked, { timeoutMs: probeTimeoutMs, signal });
  const reply = answer.type === 'reply' ? readWire(answer.payload, inquireReplySchema) : undefined;
  if (!reply?.ok) return { type: 'unknown' };
  if (reply.value.type !== 'sent') return reply.value;
  const { provider_ids: providerIds, state } = reply.value;
  return { type: 'sent', providerIds, ...(state === undefined ? {} : { state }) };
}

async function revoke(
  ask: Ask,
  { messageId, address, providerIds }: RevokeRequest,
  account: Account,
  { signal }: Context,
): Promise<RevokeOutcome> {
  const asked = {
    account: accountToWire(account),
    message_id: messageId,
    address,
    provider_ids: providerIds,
  };
  const answer = await ask('revoke', asked, { timeoutMs: probeTimeoutMs, signal });
  const reply = answer.type === 'reply' ? readWire(answer.payload, revokeReplySchema) : undefined;
  return reply?.ok ? reply.value.outcome : 'too_late';
}

async function probe(
  ask: Ask,
  account: Account,
  context: Context,
): Promise<{ ok: true; detail?: string } | { ok: false; detail: string }> {
  const request = { account: accountToWire(account) };
  const answer = await ask('probe', request, { timeoutMs: probeTimeoutMs, signal: context.signal });
  if (answer.type !== 'reply')
    return {
      ok: false,
      detail:
        answer.type === 'silent'
          ? 'The connector did not answer in time.'
          : 'No instance of the connector is running.',
    };
  const reply = readWire(answer.payload, probeReplySchema);
  if (!reply.ok) return { ok: false, detail: 'The connector gave an answer that cannot be read.' };
  const { ok, detail } = reply.value;
  return ok
    ? { ok, ...(detail === undefined ? {} : { detail }) }
    : { ok, detail: detail ?? 'The platform refuses the credentials.' };
}

type Fetched = Awaited<ReturnType<NonNullable<Connector['media']>['fetch']>>;

/** Piece by piece, each asked of whichever instance is free: they are the same bytes, wherever they come from. */
async function fetchMedia(
  ask: Ask,
  reference: string,
  account: Account,
  { maxBytes, signal }: Context & { maxBytes: number },
): Promise<Fetched> {
  const unreadable: Fetched = { ok: false, permanent: false, reason: 'connector_unreadable' };
  const pieces: Buffer[] = [];
  let got = 0;
  let size: number | undefined;
  for (;;) {
    const request = { account: accountToWire(account), reference, offset: got, max_bytes: maxBytes };
    const answer = await patiently(
      () => ask('media', request, { timeoutMs: mediaTimeoutMs, signal }),
      signal,
    );
    if (answer.type !== 'reply') return { ok: false, permanent: false, reason: `connector_${answer.type}` };
    const reply = readWire(answer.payload, mediaReplySchema);
    if (!reply.ok) return unreadable;
    if (!reply.value.ok) return reply.value;
    const { data, total, media_type: mediaType, name } = reply.value;
    if (total > maxBytes) return { ok: false, permanent: true, reason: 'too_large' };
    const piece = Buffer.from(data, 'base64');
    size ??= total;
    got += piece.length;
    if (total !== size || got > total || piece.length > maxWireBody || (piece.length === 0 && got < total))
      return unreadable;
    pieces.push(piece);
    if (got === total)
      return {
        ok: true,
        bytes: new Uint8Array(Buffer.concat(pieces)),
        ...(mediaType === undefined ? {} : { mediaType }),
        ...(name === undefined ? {} : { name }),
      };
  }
}

/** Waits a little for an instance to come: one may be about to take over from another. */
async function patiently<T extends { type: string }>(
  once: () => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const deadlineMs = performance.now() + mediaPatienceMs;
  for (;;) {
    const answer = await once();
    if (answer.type !== 'nobody' || signal.aborted || performance.now() > deadlineMs) return answer;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}
