import { randomOf } from './chance.ts';
import type { LineFault } from './proxy.ts';

/** Between whom a line goes; the word before the arrow is the one who calls. */
export const lineNames = [
  'gateway → platform',
  'platform → gateway',
  'gateway → merchant',
  'merchant → gateway',
  'gateway → nats',
] as const;
export type LineName = (typeof lineNames)[number];

/** `work`: the gateway's process that sends and calls webhooks, where it has one. */
export type Target = 'gateway' | 'nats' | 'work';

export type PlannedFault =
  /** `kill -9`, and started again after a while. */
  | { type: 'kill'; what: Target; downMs: number }
  /** nats-server killed, and its store empty, kept as a copy, or as it was at the last copy, when it comes back. */
  | { type: 'store'; becomes: 'empty' | 'copied' | 'earlier'; downMs: number }
  /** SIGSTOP, and SIGCONT after a while. */
  | { type: 'pause'; what: Target; forMs: number }
  | { type: 'line'; name: LineName; fault: LineFault; forMs: number }
  /** The gateway's wall clock jumps. */
  | { type: 'clock'; byMs: number };

export interface Planned {
  /** Milliseconds from the beginning of the traffic; later where the one before isn't over. */
  atMs: number;
  fault: PlannedFault;
}

/** Whether a fault counts among the kills. */
export const isKill = ({ type }: PlannedFault): boolean => type === 'kill' || type === 'store';

export interface PlanOptions {
  seed: number;
  kills: number;
  seconds: number;
  /** `own`: the gateway runs its nats-server itself, and there is no line to it. */
  nats: 'own' | 'apart';
  /** Of the gateway. */
  processes: 1 | 2;
}

/** What is broken when: depends on the options and on nothing else. */
export function planOf({ seed, kills, seconds, nats, processes }: PlanOptions): Planned[] {
  const random = randomOf(seed ^ 0x9e3779b9);
  const between = (least: number, most: number) => Math.round(least + random() * (most - least));
  const oneOf = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const target = (): Target => {
    const chance = random();
    if (chance >= 0.6) return 'nats';
    return processes > 1 && chance < 0.3 ? 'work' : 'gateway';
  };
  const names = nats === 'apart' ? lineNames : lineNames.slice(0, -1);
  const bad = (): LineFault => {
    const afterBytes = between(0, 20_000);
    return oneOf<LineFault>([
      { mode: 'delay', delayMs: between(20, 600) },
      { mode: 'reset', afterBytes },
      { mode: 'half-close', side: oneOf(['client', 'server']), afterBytes },
      { mode: 'stall' },
    ]);
  };
  const faults: PlannedFault[] = [];
  const becomes = ['copied', 'empty', 'earlier'] as const;
  for (let i = 0; i < kills; i++) {
    const downMs = random() < 0.5 ? 0 : between(0, 1200);
    // every fourth is a blow to the store, in an order in which there is a copy to go back to
    if (i % 4 === 1) faults.push({ type: 'store', becomes: becomes[((i - 1) / 4) % 3]!, downMs });
    else faults.push({ type: 'kill', what: target(), downMs });
  }
  for (let i = 0; i < Math.max(3, kills); i++) {
    const others: PlannedFault[] = [
      { type: 'pause', what: target(), forMs: between(200, 2500) },
      { type: 'line', name: oneOf(names), fault: bad(), forMs: between(300, 3000) },
      { type: 'line', name: oneOf(names), fault: bad(), forMs: between(300, 3000) },
      { type: 'clock', byMs: oneOf([-1, 1]) * between(1, 15) * 60_000 },
    ];
    faults.splice(between(0, faults.length), 0, others[i % others.length]!);
  }
  const gapMs = (seconds * 1000) / (faults.length + 1);
  return faults.map((fault, i) => ({ atMs: Math.round((i + 0.5 + random() * 0.8) * gapMs), fault }));
}

/** One fault in words. */
export function wordsOf(fault: PlannedFault): string {
  switch (fault.type) {
    case 'kill':
      return `kill -9 ${fault.what}, down for ${fault.downMs} ms`;
    case 'store':
      return `kill -9 nats, its store ${fault.becomes}, down for ${fault.downMs} ms`;
    case 'pause':
      return `SIGSTOP ${fault.what} for ${fault.forMs} ms`;
    case 'line':
      return `${fault.name}: ${JSON.stringify(fault.fault)} for ${fault.forMs} ms`;
    case 'clock':
      return `clock ${fault.byMs > 0 ? '+' : ''}${fault.byMs / 60_000} min`;
  }
}
