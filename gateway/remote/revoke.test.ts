import { expect, test } from 'vitest';
import type { Connector, RevokeOutcome, RevokeRequest } from '../../connectors/contract/index.ts';
import { probeConnector } from '../../test/gateway/engine.ts';
import {
  accountElsewhere as account,
  contextElsewhere as context,
  elsewhere,
} from '../../test/remote/elsewhere.ts';

const request: RevokeRequest = { messageId: 'msg_1', address: 'probe:ada', providerIds: ['a', 'b'] };

test.each<RevokeOutcome>(['revoked', 'too_late', 'unsupported'])(
  '%s comes over the wire',
  async (outcome) => {
    const asked: RevokeRequest[] = [];
    const connector = { ...probeConnector(), revoke: async (of: RevokeRequest) => (asked.push(of), outcome) };
    expect(await elsewhere(connector).connector.revoke!(request, account, context)).toBe(outcome);
    expect(asked).toEqual([request]);
  },
);

test('one that cannot has no such ability; without an answer it is too late', async () => {
  expect(elsewhere(probeConnector()).connector.revoke).toBeUndefined();
  const connector: Connector = { ...probeConnector(), revoke: async () => 'revoked' };
  const silent = elsewhere(connector);
  silent.answer = { type: 'silent' };
  expect(await silent.connector.revoke!(request, account, context)).toBe('too_late');
});
