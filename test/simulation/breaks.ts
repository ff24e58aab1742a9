import type { UnreliableBus } from './bus.ts';
import type { Lives } from './lives.ts';
import type { World } from './world.ts';

/** Whoever breaks things, as long as the first phase lasts. */
export async function breaks(
  world: World,
  { lives, bus }: { lives: Lives; bus: UnreliableBus },
): Promise<void> {
  const { time, random, say, healed } = world;
  for (;;) {
    await time.pause(100 + random() * 1400);
    if (healed.aborted) return;
    const luck = random();
    if (luck < 0.2) await lives.restart();
    else if (luck < 0.45)
      await lives.restart({
        commits: 1 + Math.floor(random() * 8),
        when: random() < 0.5 ? 'before' : 'after',
      });
    else if (luck < 0.58) {
      say('the bus is away');
      bus.goAway(random() * 1500);
    } else if (luck < 0.63) {
      say('the platforms are away');
      world.awayUntilMs = time.nowMs + 1000 + random() * 4000;
    } else if (luck < 0.66) {
      const { id, channel, merchantId } = world.accounts[Math.floor(random() * world.accounts.length)]!;
      say(`the ${channel} account of ${merchantId} is refused`);
      world.refusing = { accountId: id, untilMs: time.nowMs + 500 + random() * 2500 };
    } else if (luck < 0.72) {
      say('the bus forgets');
      bus.forget(random() < 0.5 ? 1 : random());
    } else if (luck < 0.85) {
      const byMs = (random() < 0.5 ? -1 : 1) * random() * 900_000;
      say(`the clock jumps by ${Math.round(byMs / 1000)} s`);
      time.offsetMs += byMs;
    } else {
      say('the disk is full for a moment');
      lives.failWrites(1 + Math.floor(random() * 3));
    }
  }
}
