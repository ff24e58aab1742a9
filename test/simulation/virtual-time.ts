import type { Clock } from '../../gateway/clock.ts';
import { makeId } from '../../protocol/ids.ts';

interface Task {
  atMs: number;
  order: number;
  everyMs: number | undefined;
  work: () => void;
  gone: boolean;
}

const { setImmediate: realImmediate } = globalThis;
const epochMs = 1_790_000_000_000;

/**
 * Time that only goes on when everybody waits. While it is installed, timers and Date.now of this process are its own: what is due is
 * done in the order of its time, and among equals in an order that the seed draws. Everything in between is microtasks, so a seed
 * repeats a run step by step.
 */
export class VirtualTime {
  /** Milliseconds since the beginning; timers run by it. */
  nowMs = 0;
  /** What the wall clock is ahead of it. */
  offsetMs = 0;
  /** The latest time that the wall clock has shown to anybody. */
  furthestMs = 0;
  steps = 0;
  readonly #random: () => number;
  readonly #queue: Task[] = [];
  #restore: (() => void) | undefined;

  constructor(random: () => number) {
    this.#random = random;
  }

  wall(): number {
    const wallMs = Math.floor(epochMs + this.nowMs + this.offsetMs);
    if (wallMs > this.furthestMs) this.furthestMs = wallMs;
    return wallMs;
  }

  after(delayMs: number, work: () => void, everyMs?: number): Task {
    const wanted = Number(delayMs);
    const task = {
      atMs: this.nowMs + (wanted > 0 ? wanted : 0),
      order: this.#random(),
      everyMs,
      work,
      gone: false,
    };
    this.#put(task);
    return task;
  }

  pause(ms: number): Promise<void> {
    return new Promise((resolve) => void this.after(ms, resolve));
  }

  /** Goes on until `done` says so, for at most so many milliseconds; false if it never did. */
  async until(done: () => boolean, withinMs: number): Promise<boolean> {
    const deadline = this.nowMs + withinMs;
    for (;;) {
      // whatever waits for nothing but its turn has it first: no work here is left to the real event loop
      await new Promise((resolve) => realImmediate(resolve));
      if (done()) return true;
      const next = this.#queue[0];
      if (!next || next.atMs > deadline) {
        this.nowMs = Math.max(this.nowMs, deadline);
        return false;
      }
      this.#take();
      if (next.gone) continue;
      this.nowMs = Math.max(this.nowMs, next.atMs);
      this.steps++;
      if (next.everyMs !== undefined) {
        next.atMs = this.nowMs + next.everyMs;
        next.order = this.#random();
        this.#put(next);
      }
      next.work();
    }
  }

  install(): void {
    const before = { ...timersOf(globalThis), now: Date.now, timeout: AbortSignal.timeout };
    const handle = (task: Task) => ({
      task,
      ref() {
        return this;
      },
      unref() {
        return this;
      },
      [Symbol.toPrimitive]: () => 0,
    });
    const clear = (given: { task?: Task } | undefined) => {
      if (given?.task) given.task.gone = true;
    };
    Object.assign(globalThis, {
      setTimeout: (work: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) =>
        handle(this.after(ms, () => work(...args))),
      setInterval: (work: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) =>
        handle(this.after(ms, () => work(...args), Math.max(1, ms))),
      setImmediate: (work: (...args: unknown[]) => void, ...args: unknown[]) =>
        handle(this.after(0, () => work(...args))),
      clearTimeout: clear,
      clearInterval: clear,
      clearImmediate: clear,
    });
    Date.now = () => this.wall();
    AbortSignal.timeout = (ms: number) => {
      const controller = new AbortController();
      this.after(ms, () => controller.abort(new DOMException('timed out', 'TimeoutError')));
      return controller.signal;
    };
    this.#restore = () => {
      const { now, timeout, ...timers } = before;
      Object.assign(globalThis, timers);
      Date.now = now;
      AbortSignal.timeout = timeout;
    };
  }

  uninstall(): void {
    this.#restore?.();
    this.#queue.length = 0;
  }

  /** A heap by time and order. */
  #put(task: Task): void {
    const queue = this.#queue;
    let at = queue.push(task) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(task, queue[parent]!)) break;
      queue[at] = queue[parent]!;
      at = parent;
    }
    queue[at] = task;
  }

  #take(): void {
    const queue = this.#queue;
    const last = queue.pop();
    if (!last || queue.length === 0) return;
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= queue.length) break;
      if (child + 1 < queue.length && isBefore(queue[child + 1]!, queue[child]!)) child++;
      if (!isBefore(queue[child]!, last)) break;
      queue[at] = queue[child]!;
      at = child;
    }
    queue[at] = last;
  }
}

/** The gateway's clock, in that time; ids and bytes by chance. */
export function clockOf(time: VirtualTime, random: () => number): Clock {
  const bytes = (size: number) => Uint8Array.from({ length: size }, () => Math.floor(random() * 256));
  return {
    now: () => time.wall(),
    random: bytes,
    id: (kind) => makeId(kind, { nowMs: time.wall(), random: bytes(10) }),
  };
}

const isBefore = (one: Task, other: Task): boolean =>
  one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order);

const timersOf = ({
  setTimeout,
  setInterval,
  setImmediate,
  clearTimeout,
  clearInterval,
  clearImmediate,
}: typeof globalThis) => ({
  setTimeout,
  setInterval,
  setImmediate,
  clearTimeout,
  clearInterval,
  clearImmediate,
});
