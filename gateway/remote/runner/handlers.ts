import type {
  Account,
  Connector,
  Context,
  HookRequest,
  HookResponse,
  SendOutcome,
} from '../../../connectors/contract/index.ts';
import {
  addressRequestSchema,
  defaultSendTimeoutMs,
  hookRequestSchema,
  inquireRequestSchema,
  maxWireBody,
  mediaRequestSchema,
  probeRequestSchema,
  revokeRequestSchema,
  sendRequestSchema,
} from '../../../protocol/connector-wire/index.ts';
import type { WireAccount, WireHookReply } from '../../../protocol/connector-wire/index.ts';
import { failure } from '../../../protocol/failures.ts';
import { KeySets } from '../../accounts/key-sets.ts';
import type { HookVerdict } from '../../accounts/key-sets.ts';
import type { Sessions } from '../../accounts/sessions.ts';
import { readWire, writeWire } from '../codec.ts';
import { itemToWire } from '../items.ts';
import { outcomeToWire, sendFromWire } from '../sending.ts';
import { accountFromWire } from './link.ts';
import { mediaPieces, readFromGateway } from './media.ts';

export interface HandlerOptions {
  connector: Connector;
  context: Context;
  sessions: Sessions;
}

/** Below what the gateway waits for. */
const probeTimeoutMs = 14_000;
const confirmTimeoutMs = 8000;

/** Answers one request; undefined where it cannot be understood at all, which the gateway takes for silence. */
export type Handler = (payload: string) => Promise<string | undefined>;

/** What an instance answers, by operation. */
export function handlersOf(
  options: HandlerOptions,
): Record<'send' | 'hook' | 'media' | 'probe' | 'inquire' | 'revoke' | 'address', Handler> {
  const { connector, context } = options;
  const keySets = new KeySets(context);
  const own = (wire: WireAccount) => accountFromWire(connector, wire);
  const pieces = mediaPieces(connector, context);
  return {
    send: async (payload) => {
      const read = readWire(payload, sendRequestSchema);
      if (!read.ok) return undefined;
      const account = own(read.value.account);
      const outcome: SendOutcome = account
        ? await sendOne(options, account, read.value)
        : { type: 'rejected', failure: failure('account_unauthorized') };
      return writeWire(outcomeToWire(outcome));
    },
    hook: async (payload) => {
      const read = readWire(payload, hookRequestSchema);
      if (!read.ok) return undefined;
      const account = own(read.value.account);
      if (!account) return writeWire({ type: 'refused', reason: 'the account is not set up as it must be' });
      const { body, query, ...request } = { ...read.value, query: new URL(read.value.url).searchParams };
      const called = { ...request, query, body: Buffer.from(body, 'base64') };
      const { hook: ownHook } = connector;
      const handshake = ownHook?.handshake?.(called, account);
      const verdict =
        ownHook && !handshake
          ? await keySets.verify(ownHook, called, account, Date.parse(request.at))
          : undefined;
      const signal = AbortSignal.timeout(confirmTimeoutMs);
      const unconfirmed =
        verdict?.ok && (await ownHook?.confirm?.(called, account, { ...context, signal })) === false;
      const reply: WireHookReply = unconfirmed
        ? { type: 'response', response: { status: 503 } }
        : hook(connector, called, { account, handshake, verdict });
      return (
        writeWire(reply) ?? writeWire({ type: 'unreadable', status: 413, detail: 'Too much in one request.' })
      );
    },
    media: async (payload) => {
      const read = readWire(payload, mediaRequestSchema);
      if (!read.ok) return undefined;
      const account = own(read.value.account);
      if (!account) return writeWire({ ok: false, permanent: true, reason: 'account' });
      return writeWire(await pieces({ ...read.value, account }));
    },
    probe: async (payload) => {
      const read = readWire(payload, probeRequestSchema);
      if (!read.ok) return undefined;
      const account = own(read.value.account);
      if (!account || !connector.probe)
        return writeWire({ ok: false, detail: 'The account is not set up as it must be.' });
      const { ok, detail } = await connector.probe(account, {
        ...context,
        signal: AbortSignal.timeout(probeTimeoutMs),
      });
      return writeWire({ ok, ...(detail === undefined ? {} : { detail: detail.slice(0, 500) }) });
    },
    inquire: async (payload) => {
      const read = readWire(payload, inquireRequestSchema);
      if (!read.ok) return undefined;
      const account = own(read.value.account);
      if (!account || !connector.inquire) return writeWire({ type: 'unknown' });
      const { message_id: messageId, idempotency_key: idempotencyKey, address, sent_at: at } = read.value;
      const outcome = await connector.inquire(
        { messageId, idempotencyKey, address, sentAtMs: Date.parse(at) },
        account,
        { ...context, signal: AbortSignal.timeout(probeTimeoutMs) },
      );
      if (outcome.type !== 'sent') return writeWire({ type: outcome.type });
      return writeWire({
        type: 'sent',
        provider_ids: outcome.providerIds,
        ...(outcome.state === undefined ? {} : { state: outcome.state }),
      });
    },
    revoke: async (payload) => {
      const read = readWire(payload, revokeRequestSchema);
      if (!read.ok) return undefined;
      const account = own(read.value.account);
      if (!account || !connector.revoke) return writeWire({ outcome: 'unsupported' });
      const { message_id: messageId, address, provider_ids: providerIds } = read.value;
      const outcome = await connector.revoke({ messageId, address, providerIds }, account, {
        ...context,
        signal: AbortSignal.timeout(probeTimeoutMs),
      });
      return writeWire({ outcome });
    },
    address: async (payload) => {
      const read = readWire(payload, addressRequestSchema);
      if (!read.ok) return undefined;
      const account = own(read.value.account);
      const address = account && connector.address.normalise(read.value.address, account.config);
      return writeWire(address === undefined ? {} : { address });
    },
  };
}

async function sendOne(
  { connector, context, sessions }: HandlerOptions,
  account: Account,
  wire: Parameters<typeof sendFromWire>[0],
): Promise<SendOutcome> {
  const request = sendFromWire(wire, readFromGateway);
  const calling = {
    ...context,
    signal: AbortSignal.any([context.signal, AbortSignal.timeout(defaultSendTimeoutMs - 1000)]),
  };
  try {
    if (connector.sender) return await connector.sender.send(request, account, calling);
    const session = sessions.of(account.id);
    return session
      ? await session.send(request, calling)
      : { type: 'rejected', failure: failure('account_disconnected') };
  } catch (error) {
    context.log.error('connector.send_threw', { error, accountId: account.id });
    return { type: 'uncertain', reason: 'connector_error' };
  }
}

function hook(
  connector: Connector,
  request: HookRequest,
  {
    account,
    handshake,
    verdict,
  }: { account: Account; handshake: HookResponse | undefined; verdict: HookVerdict | undefined },
): WireHookReply {
  const { hook: own } = connector;
  if (handshake) return { type: 'response', response: responseOf(handshake) };
  if (!own || !verdict) return { type: 'response', response: { status: 404 } };
  if (!verdict.ok && verdict.unavailable) return { type: 'response', response: { status: 503 } };
  if (!verdict.ok) return { type: 'refused', reason: verdict.reason.slice(0, 200) };
  const parsed = own.parse(request, account);
  if (!parsed.ok)
    return {
      type: 'unreadable',
      status: parsed.status,
      detail: parsed.detail.slice(0, 500),
      ...(parsed.pointer === undefined ? {} : { pointer: parsed.pointer.slice(0, 500) }),
    };
  return {
    type: 'items',
    items: parsed.items.map(itemToWire),
    ...(parsed.response ? { response: responseOf(parsed.response) } : {}),
  };
}

const responseOf = (response: {
  status: number;
  headers?: Readonly<Record<string, string>>;
  body?: string | Uint8Array;
}) => ({
  status: response.status,
  ...(response.headers
    ? {
        headers: Object.fromEntries(
          Object.entries(response.headers).map(([name, value]) => [name.toLowerCase(), value]),
        ),
      }
    : {}),
  ...(response.body === undefined
    ? {}
    : { body: Buffer.from(response.body).toString('utf8').slice(0, maxWireBody) }),
});
