import { setTimeout as pause } from 'node:timers/promises';
import type { Planned, PlannedFault } from './plan.ts';
import { isKill } from './plan.ts';
import { signalled } from './signalled.ts';
import type { World } from './world.ts';

/** However late the plan is, messages get some time between two kills: half of what it has from one to the next, and this at least. */
const betweenKillsMs = 500;

/** Whoever breaks things: goes through the plan, and mends what it broke. */
export class Nemesis {
  readonly #world: World;
  #signal = new AbortController().signal;
  /** One at a time for each process; lines and clock are nobody's. */
  readonly #turns = { gateway: Promise.resolve(), nats: Promise.resolve(), work: Promise.resolve() };
  #failed = false;
  kills = 0;

  constructor(world: World) {
    this.#world = world;
  }

  /** Resolves when everything planned was broken and mended. Rejects if something can't be started again. */
  async run(plan: readonly Planned[], signal: AbortSignal): Promise<void> {
    this.#signal = signal;
    const beganAt = performance.now();
    const under: Promise<void>[] = [];
    const kills = plan.filter(({ fault }) => isKill(fault)).length;
    const calmMs = Math.max(betweenKillsMs, (plan.at(-1)?.atMs ?? 0) / Math.max(1, kills) / 2);
    for (const [place, { atMs, fault }] of plan.entries()) {
      const waitMs = beganAt + atMs - performance.now();
      if (waitMs > 0) await pause(waitMs, undefined, { signal: this.#signal }).catch(() => undefined);
      if (this.#signal.aborted) break;
      const begun = this.#inTurn(fault, async () => {
        this.#world.record({ step: 'fault', conversation: 0, number: 0, id: 0, value: place });
        await this.#break(fault);
      });
      // one that fails is told of at the end, once everything else is mended
      begun.catch(() => (this.#failed = true));
      under.push(begun);
      // kills don't overlap: each finds a gateway that works; pauses and lines may go on meanwhile
      if (isKill(fault)) {
        await begun.catch(() => undefined);
        await pause(calmMs, undefined, { signal }).catch(() => undefined);
      }
      if (this.#failed) break;
    }
    await Promise.allSettled(under);
    await Promise.all(under);
  }

  /** One last kill of the gateway, with calls in hand and nothing that follows and would bring them along. */
  async killOnce(): Promise<void> {
    await this.#break({ type: 'kill', what: 'gateway', downMs: 0 });
  }

  #inTurn(fault: PlannedFault, work: () => Promise<void>): Promise<void> {
    const whose =
      fault.type === 'store'
        ? 'nats'
        : fault.type === 'kill' || fault.type === 'pause'
          ? fault.what
          : undefined;
    if (!whose) return work();
    const begun = this.#turns[whose].then(work);
    this.#turns[whose] = begun.catch(() => undefined);
    return begun;
  }

  async #break(fault: PlannedFault): Promise<void> {
    const world = this.#world;
    switch (fault.type) {
      case 'kill':
        this.kills++;
        if (fault.what === 'gateway') return world.killGateway(fault.downMs);
        // the gateway starts another
        if (fault.what === 'work') return void signalled(await world.pidOf('work'), 'SIGKILL');
        return world.killNats(fault.downMs, 'kept');
      case 'store':
        this.kills++;
        return world.killNats(fault.downMs, fault.becomes);
      case 'pause': {
        const pid = await world.pidOf(fault.what);
        if (!signalled(pid, 'SIGSTOP')) return;
        await pause(fault.forMs, undefined, { signal: this.#signal }).catch(() => undefined);
        signalled(pid, 'SIGCONT');
        return;
      }
      case 'line': {
        const line = world.lines.get(fault.name);
        if (!line) return;
        line.breaks(fault.fault);
        await pause(fault.forMs, undefined, { signal: this.#signal }).catch(() => undefined);
        line.heals();
        return;
      }
      case 'clock':
        return world.moveClock(fault.byMs);
    }
  }
}
