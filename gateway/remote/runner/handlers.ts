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
  maxWireBody,
  mediaRequestSchema,
  sendRequestSchema,
} from '../../../protocol/connector-wire/index.ts';
import type { Ability, WireAccount, WireHookReply } from '../../../protocol/connector-wire/index.ts';
import { failure } from '../../../protocol/failures.ts';
import { KeySets } from '../../accounts/key-sets.ts';
import type { HookVerdict } from '../../accounts/key-sets.ts';
import type { Sessions } from '../../accounts/sessions.ts';
import type { Recorder } from '../../exchanges/recording.ts';
import { readWire, writeWire } from '../codec.ts';
import { itemToWire } from '../items.ts';
import { outcomeToWire, sendFromWire } from '../sending.ts';
import { abilityHandlers } from './abilities.ts';
import type { Handler } from './abilities.ts';
import { accountFromWire } from './link.ts';
import { mediaPieces, readFromGateway } from './media.ts';

export interface HandlerOptions {
  connector: Connector;
  context: Context;
  sessions: Sessions;
  /** Of what a send says to the platform. The connector's other calls are recorded before they come here. */
  recorder: Recorder;
  /** Told of each account that a request is about. */
  onAccount(wire: WireAccount, account: Account): void;
}

const confirmTimeoutMs = 8000;

/** What an instance answers, by operation. */
export function handlersOf(options: HandlerOptions): Record<Ability, Handler> {
  const { connector, context } = options;
  const keySets = new KeySets(context);
  const own = (wire: WireAccount) => {
    const account = accountFromWire(connector, wire);
    if (account) options.onAccount(wire, account);
    return account;
  };
  const pieces = mediaPieces(connector, context);
  return {
    ...abilityHandlers({ connector, context, own }),
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
  { connector, context, sessions, recorder }: HandlerOptions,
  account: Account,
  wire: Parameters<typeof sendFromWire>[0],
): Promise<SendOutcome> {
  const request = sendFromWire(wire, readFromGateway);
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(defaultSendTimeoutMs - 1000)]);
  const about = { account, purpose: 'send', messageId: request.messageId } as const;
  const calling = recorder.context({ ...context, signal }, about);
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
