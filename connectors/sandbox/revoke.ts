import type { Context, RevokeOutcome, RevokeRequest } from '../contract/index.ts';
import type { SandboxAccount } from './access.ts';
import type { Rooms } from './rooms.ts';

/** Takes a message off the phones that show it. One of several parts has several bubbles, of which the page knows the first: it stays. */
export const revokeFrom =
  (rooms: Rooms) =>
  (
    { messageId, address, providerIds }: RevokeRequest,
    account: SandboxAccount,
    context: Context,
  ): Promise<RevokeOutcome> => {
    if (providerIds.length > 1) return Promise.resolve('unsupported');
    rooms.forget(account.id, messageId);
    rooms.tell(account.id, {
      type: 'message',
      as: address.slice('sandbox:'.length),
      entry: {
        provider_id: `${messageId}.revoked`,
        direction: 'outbound',
        content: { kind: 'removal', message_id: messageId },
        at_ms: context.now(),
      },
    });
    return Promise.resolve('revoked');
  };
