import type { Clock } from '../clock.ts';
import type { Sending, SendResult } from '../messages/send.ts';
import { sendSchema } from '../messages/send.ts';
import { Refusal } from '../problems.ts';
import type { DeliveryRow, MessageRow, Repositories, ReplayRow, Store } from '../store/port.ts';

export interface ResendOptions {
  store: Store;
  clock: Clock;
  send(sending: Sending): Promise<SendResult>;
  pause: (ms: number) => Promise<void>;
}

/** Why a dead message is not sent anew. */
export type Unsafe = 'not_dead' | 'removed' | 'resent_before' | 'rerouted' | 'may_have_arrived';

/**
 * Whether a dead message may be sent anew. It may not where the consumer might have got it, or a part of it: an attempt whose outcome
 * nobody knows, or a part that the platform took and has not called failed. `force` goes over that, and over nothing else.
 */
export async function obstacleTo(
  read: Repositories,
  delivery: DeliveryRow,
  message: MessageRow | undefined,
  force: boolean,
): Promise<Unsafe | undefined> {
  if (delivery.state !== 'failed' && delivery.state !== 'expired') return 'not_dead';
  if (!message || message.extras?.removed) return 'removed';
  if ((await read.replays.resentAs(message.id)) !== undefined) return 'resent_before';
  // it went on by another way: that one is what may be dead
  if (await wasRerouted(read, message)) return 'rerouted';
  return !force && (await mayHaveArrived(read, delivery)) ? 'may_have_arrived' : undefined;
}

/** Whether it has fallbacks that are still to come, or that were taken after it. */
async function wasRerouted(read: Repositories, { id, extras }: MessageRow): Promise<boolean> {
  const chain = extras?.chain === undefined ? undefined : await read.fallbacks.byMessage(extras.chain);
  return chain !== undefined && (chain.state !== 'ended' || chain.ways.at(-1) !== id);
}

async function mayHaveArrived(read: Repositories, { messageId, failure }: DeliveryRow): Promise<boolean> {
  if (failure?.code === 'outcome_unknown') return true;
  const [attempts, parts] = await Promise.all([
    read.deliveries.attemptsOf(messageId),
    read.receipts.partsOf(messageId),
  ]);
  return (
    attempts.some(({ outcome }) => outcome === 'uncertain' || outcome === null) ||
    parts.some(({ state }) => state !== 'failed')
  );
}

/** Taken back inside the unit: somebody else resent it, or the replay was cancelled. */
class Overtaken extends Error {}

/** Sends one dead message anew, as a new message that names it. What is counted is in the commit of the new message. */
export async function resendOne(
  { store, send, pause }: ResendOptions,
  replay: ReplayRow,
  delivery: DeliveryRow,
  goesOn: () => boolean,
): Promise<void> {
  const { read } = store;
  const settle = (outcome: 'failed' | 'skipped') =>
    store.write(async (tx) => {
      await tx.replays.count(replay.id, outcome);
      await tx.replays.update(replay.id, { cursor: delivery.messageId });
    });
  const message = await read.messages.byId(delivery.messageId);
  const force = replay.scope.of === 'messages' && replay.scope.force;
  const obstacle = await obstacleTo(read, delivery, message, force);
  if (obstacle || !message) return settle('skipped');
  while (goesOn()) {
    try {
      await send({
        ...sendingOf(message),
        along: async (tx, newId) => {
          const current = await tx.replays.byId(replay.id);
          if (current?.state !== 'running' || (await tx.replays.resentAs(message.id)) !== undefined)
            throw new Overtaken();
          await tx.replays.insertResend(message.id, newId);
          await tx.replays.count(replay.id, 'done');
          await tx.replays.update(replay.id, { cursor: message.id });
        },
      });
      return;
    } catch (error) {
      if (error instanceof Overtaken) {
        if ((await read.replays.byId(replay.id))?.state === 'running') await settle('skipped');
        return;
      }
      if (!(error instanceof Refusal)) throw error;
      if (error.code !== 'overloaded') return settle('failed');
      await pause((error.retryAfterSeconds ?? 1) * 1000);
    }
  }
}

/** The same content to the same address from the same account, behind everything normal. */
function sendingOf(message: MessageRow): Sending {
  const extras = message.extras ?? {};
  const input = sendSchema.parse({
    to: message.address,
    from: message.accountId,
    content: message.content,
    priority: 'bulk',
    ...(extras.replyTo ? { reply_to: extras.replyTo } : {}),
    ...(extras.metadata ? { metadata: extras.metadata } : {}),
    ...(extras.purpose ? { purpose: extras.purpose } : {}),
    ...(extras.language ? { language: extras.language } : {}),
    ...(extras.transliterate ? { transliterate: true } : {}),
  });
  return { merchantId: message.merchantId, test: message.test, input, resends: message.id };
}
