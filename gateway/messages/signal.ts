import type { Context } from '../../connectors/contract/index.ts';
import type { Content } from '../../protocol/content.ts';
import type { ConnectorRuntime } from '../accounts/runtime.ts';
import type { AccountRegistry } from '../accounts/registry.ts';
import type { Clock } from '../clock.ts';
import type { ConversationRow, Store } from '../store/port.ts';

export type Signal = 'typing' | 'typing_stopped' | 'read';

/** Shows a signal where the consumer is. Nothing is written and nothing is tried again; false where it could not be shown. */
export async function sendSignal(
  options: {
    store: Store;
    registry: AccountRegistry;
    runtime: ConnectorRuntime;
    context: Context;
    clock: Clock;
  },
  conversation: ConversationRow,
  {
    signal,
    test,
  }: {
    signal: Signal;
    /** Of the key: as with messages, a test key reaches nobody through a live account. */ test: boolean;
  },
): Promise<boolean> {
  const { store, registry, runtime, context, clock } = options;
  const { lastAccountId, lastAddress } = conversation;
  const live = lastAccountId === null ? undefined : registry.get(lastAccountId);
  if (!live || live.row.test !== test || lastAddress === null) return false;
  const latest = (
    await store.read.messages.ofConversation(conversation.id, Number.MAX_SAFE_INTEGER, 50)
  ).find((message) => message.direction === 'inbound' && message.accountId === live.row.id);
  const content: Content =
    signal === 'read'
      ? { kind: 'read', message_id: latest?.id ?? '' }
      : { kind: 'typing', on: signal === 'typing' };
  if (
    live.connector.manifest.capabilities.outbound[content.kind] !== 'native' ||
    (signal === 'read' && !latest)
  )
    return false;
  const messageId = clock.id('message');
  const outcome = await runtime.send(
    live,
    {
      messageId,
      idempotencyKey: messageId,
      address: lastAddress,
      part: { content },
      media: new Map(),
      thread: [],
      ...(latest?.providerId ? { replyTo: latest.providerId } : {}),
    },
    { ...context, signal: AbortSignal.timeout(5000) },
  );
  return outcome.type === 'sent';
}
