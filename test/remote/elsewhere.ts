import type { Account, Connector, Context } from '../../connectors/contract/index.ts';
import type { CallAnswer, Calls } from '../../gateway/bus/port.ts';
import { readWire, writeWire } from '../../gateway/remote/codec.ts';
import { remoteConnector } from '../../gateway/remote/connector.ts';
import type { RemoteOptions } from '../../gateway/remote/connector.ts';
import { handlersOf } from '../../gateway/remote/runner/handlers.ts';
import type { HandlerOptions } from '../../gateway/remote/runner/handlers.ts';
import { wireManifestOf } from '../../gateway/remote/runner/manifest.ts';
import { wireManifestSchema } from '../../protocol/connector-wire/index.ts';
import type { Ability } from '../../protocol/connector-wire/index.ts';

export const accountElsewhere: Account = {
  id: `acc_${'0'.repeat(26)}`,
  merchantId: `mer_${'0'.repeat(26)}`,
  test: false,
  config: {},
  credentials: {},
  hookUrl: 'http://gateway.test/hooks/probe/x',
};

export const contextElsewhere = {
  signal: new AbortController().signal,
  now: () => 0,
  log: { warn: () => {}, error: () => {} },
} as unknown as Context;

export interface Elsewhere {
  connector: Connector;
  /** What was asked, by operation, as it stood on the wire. */
  asked: { operation: string; request: Record<string, unknown> }[];
  /** Instead of what the connector answers. */
  answer?: CallAnswer | undefined;
  up: boolean;
}

/** A connector in another process, without a bus in between. */
export function elsewhere(
  connector: Connector,
  {
    context = contextElsewhere,
    refuse = new Set(),
    ...options
  }: Partial<RemoteOptions> & {
    context?: Context;
    /** Operations that are not answered. */
    refuse?: ReadonlySet<string>;
  } = {},
): Elsewhere {
  const manifest = wireManifestOf(connector);
  if (!manifest.ok) throw new Error(manifest.problem);
  const recorder = { context: <C>(of: C) => of };
  const handling = { connector, context, recorder, onAccount: () => {} };
  const handlers = handlersOf(handling as unknown as HandlerOptions);
  const wire = readWire(writeWire(manifest.manifest)!, wireManifestSchema);
  if (!wire.ok) throw new Error(wire.detail);
  const calls = {
    request: async (subject: string, payload: string): Promise<CallAnswer> => {
      const operation = subject.split('.').at(-1)!;
      made.asked.push({ operation, request: JSON.parse(payload) as Record<string, unknown> });
      if (refuse.has(operation)) return { type: 'silent' };
      const reply = made.answer ? undefined : await handlers[operation as Ability](payload);
      return made.answer ?? (reply === undefined ? { type: 'silent' } : { type: 'reply', payload: reply });
    },
  } as unknown as Calls;
  const made: Elsewhere = {
    asked: [],
    up: true,
    connector: remoteConnector(wire.value, {
      calls,
      up: () => made.up,
      now: () => 0,
      arrivals: () => 1,
      contentOf: async () => undefined,
      hook: () => async () => undefined,
      ...options,
    }),
  };
  return made;
}
