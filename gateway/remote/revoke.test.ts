import { expect, test } from 'vitest';
import type { Connector, Context, RevokeOutcome, RevokeRequest } from '../../connectors/contract/index.ts';
import { wireManifestSchema } from '../../protocol/connector-wire/index.ts';
import { probeConnector } from '../../test/gateway/engine.ts';
import type { CallAnswer, Calls } from '../bus/port.ts';
import { readWire, writeWire } from './codec.ts';
import { remoteConnector } from './connector.ts';
import { handlersOf } from './runner/handlers.ts';
import type { HandlerOptions } from './runner/handlers.ts';
import { wireManifestOf } from './runner/manifest.ts';

const account = {
  id: `acc_${'0'.repeat(26)}`,
  merchantId: `mer_${'0'.repeat(26)}`,
  test: false,
  config: {},
  credentials: {},
  hookUrl: 'http://gateway.test/hooks/probe/x',
};
const context = { signal: new AbortController().signal, log: { warn: () => {} } } as unknown as Context;
const request: RevokeRequest = { messageId: 'msg_1', address: 'probe:ada', providerIds: ['a', 'b'] };

/** A connector in another process, without the wire in between. */
function elsewhere(connector: Connector, answer?: CallAnswer): Connector {
  const manifest = wireManifestOf(connector);
  if (!manifest.ok) throw new Error(manifest.problem);
  const handlers = handlersOf({ connector, context } as HandlerOptions);
  const calls = {
    request: async (subject: string, payload: string) => {
      expect(subject).toMatch(/\.probe\.revoke$/);
      const reply = await handlers.revoke(payload);
      return answer ?? (reply === undefined ? { type: 'silent' } : { type: 'reply', payload: reply });
    },
  } as unknown as Calls;
  const wire = readWire(writeWire(manifest.manifest)!, wireManifestSchema);
  if (!wire.ok) throw new Error(wire.detail);
  return remoteConnector(wire.value, { calls, up: () => true, hook: () => async () => undefined });
}

test.each<RevokeOutcome>(['revoked', 'too_late', 'unsupported'])(
  '%s comes over the wire',
  async (outcome) => {
    const asked: RevokeRequest[] = [];
    const connector = { ...probeConnector(), revoke: async (of: RevokeRequest) => (asked.push(of), outcome) };
    expect(await elsewhere(connector).revoke!(request, account, context)).toBe(outcome);
    expect(asked).toEqual([request]);
  },
);

test('one that cannot has no such ability; without an answer it is too late', async () => {
  expect(elsewhere(probeConnector()).revoke).toBeUndefined();
  const connector: Connector = { ...probeConnector(), revoke: async () => 'revoked' };
  const silent = elsewhere(connector, { type: 'silent' });
  expect(await silent.revoke!(request, account, context)).toBe('too_late');
});
