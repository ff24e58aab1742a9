import { expect, test } from 'vitest';
import type { Context } from '../contract/index.ts';
import type { SandboxAccount } from './access.ts';
import { revokeFrom } from './revoke.ts';
import { createRooms } from './rooms.ts';

const account = { id: 'acc_1' } as SandboxAccount;
const context = { now: () => 7 } as Context;
const content = { kind: 'text' as const, text: 'Hello' };

function playing() {
  const rooms = createRooms();
  const told: string[] = [];
  const page = {
    headers: {},
    query: new URLSearchParams(),
    send: (text: string) => void told.push(text),
    close: () => {},
  };
  rooms.join(account.id, page);
  for (const message_id of ['msg_1', 'msg_2'])
    rooms.tell(account.id, {
      type: 'message',
      as: 'alice',
      entry: { message_id, provider_id: `${message_id}.0`, direction: 'outbound', content, at_ms: 1 },
    });
  told.length = 0;
  const revoke = (providerIds: string[]) =>
    revokeFrom(rooms)({ messageId: 'msg_1', address: 'sandbox:alice', providerIds }, account, context);
  const ids = () => rooms.recent(account.id, 'alice').flatMap(({ message_id: id }) => id ?? []);
  return { revoke, told, ids };
}

test('takes a message off the pages that are open and those opened later', async () => {
  const { revoke, told, ids } = playing();
  expect(await revoke(['msg_1.0'])).toBe('revoked');
  expect(ids()).toEqual(['msg_2']);
  expect(told.map((text) => JSON.parse(text) as object)).toMatchObject([
    { as: 'alice', entry: { content: { kind: 'removal', message_id: 'msg_1' } } },
  ]);
});

test('one of several parts stays', async () => {
  const { revoke, told, ids } = playing();
  expect(await revoke(['msg_1.0', 'msg_1.1'])).toBe('unsupported');
  expect([ids(), told]).toEqual([['msg_1', 'msg_2'], []]);
});
