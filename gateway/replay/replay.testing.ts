import { afterEach, beforeEach } from 'vitest';
import { until } from '../../test/gateway/ports.ts';
import type { Emitted } from '../events/emit.ts';
import { createSend } from '../messages/send.ts';
import type { ReplayRow } from '../store/port.ts';
import { endpoints, engine, useWorker, worker, write } from '../webhooks/worker.testing.ts';
import { cancelReplay, startReplay } from './manage.ts';
import type { ReplayRequest } from './manage.ts';
import { ReplayRunner } from './runner.ts';

export let runner: ReplayRunner;
/** Pauses that were asked for, in milliseconds. */
export const pauses: number[] = [];

const makeRunner = () =>
  new ReplayRunner({
    ...engine,
    endpoints,
    worker,
    send: createSend({ ...engine, onQueued: () => {} }),
    sleep: async (ms) => {
      pauses.push(ms);
      await new Promise((resolve) => setTimeout(resolve, 1));
    },
  });

/** A worker and a runner of its own for each test of the file. */
export function useRunner(): void {
  useWorker();
  beforeEach(() => {
    pauses.length = 0;
    runner = makeRunner();
    runner.start();
  });
  afterEach(() => runner.stop());
}

/** Throws the runner away and starts another one on the same ledger. */
export async function restartRunner(): Promise<void> {
  await runner.stop();
  runner = makeRunner();
  runner.start();
}

export const options = () => ({ ...engine, replays: runner });

export const replay = async (request: ReplayRequest, merchantId = 'mer_1'): Promise<string> =>
  (await startReplay(options(), { merchantId, request })).replay.id;

export const cancel = (id: string, merchantId: string | undefined = 'mer_1') =>
  cancelReplay(options(), { merchantId, id });

export const rowOfReplay = async (id: string): Promise<ReplayRow> =>
  (await engine.store.read.replays.byId(id))!;

export async function ended(id: string): Promise<ReplayRow> {
  await until('the replay to end', async () => (await rowOfReplay(id)).endedAt !== null);
  return rowOfReplay(id);
}

/** An event whose webhook is settled, as `state` says; without one, nobody ever had it. */
export async function past(
  conversationId: string,
  of: { endpointId?: string; state?: 'dead' | 'delivered' | 'pending'; merchantId?: string } = {},
): Promise<Emitted> {
  const event = await write(conversationId, of.merchantId);
  await engine.store.write(async (tx) => {
    await tx.events.settle(event.seq);
    if (of.endpointId && of.state)
      await tx.webhooks.insert({
        endpointId: of.endpointId,
        eventSeq: event.seq,
        lane: event.lane,
        state: of.state,
        attempts: 10,
        nextAttemptAt: of.state === 'pending' ? engine.clock.now() + 86_400_000 : null,
        lastStatus: 503,
        lastReason: 'status',
        updatedAt: engine.clock.now(),
      });
  });
  return event;
}
