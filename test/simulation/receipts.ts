import type { Sent } from './platform.ts';
import type { World } from './world.ts';

/**
 * What a platform says of what it took: delivered and read, early, late, twice, the wrong way round, or never; or that it reached nobody
 * after all, which is then so.
 */
export async function receipts(world: World, sent: Sent, providerId: string): Promise<void> {
  const { time, random, untilTaken } = world;
  const { accountId, address } = sent;
  const states: ('delivered' | 'read' | 'failed')[] = [];
  const mayFallBack = sent.text.startsWith('chain');
  if (mayFallBack && random() < 0.15) {
    sent.undelivered = true;
    states.push('failed');
  } else {
    for (const state of ['delivered', 'read'] as const) if (random() < 0.6) states.push(state);
    if (random() < 0.2) states.reverse();
  }
  if (random() < 0.2) states.push(...states);
  for (const state of states) {
    // late enough to meet the way that is taken for want of it
    const withinMs = mayFallBack ? 6000 : 2000;
    await time.pause(random() < 0.3 ? 0 : random() * withinMs);
    await untilTaken((life) =>
      life.accept(accountId, [{ type: 'receipt', providerIds: [providerId], state, address }]),
    );
  }
}
