import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { configSchema } from './manifest.ts';
import { windowSize } from './submit.ts';
import { createWindow } from './window.ts';

const never = new AbortController().signal;
const ticks = async () => {
  for (let i = 0; i < 20; i++) await Promise.resolve();
};

describe('window', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** Enters `count` times; counts those who are in. */
  function enterers(window: ReturnType<typeof createWindow>, count: number) {
    const inside: ((() => void) | undefined)[] = [];
    for (let i = 0; i < count; i++) void window.enter(never).then((leave) => inside.push(leave));
    return inside;
  }

  it('lets in a second’s worth at once, then one after the other', async () => {
    const window = createWindow({ size: 100, perSecond: 4, now: () => Date.now() });
    const inside = enterers(window, 7);
    await ticks();
    expect(inside).toHaveLength(4);
    for (const count of [5, 6, 7]) {
      await vi.advanceTimersByTimeAsync(250);
      expect(inside).toHaveLength(count);
    }
  });

  it('lets in no more than fit, and the next when one leaves', async () => {
    const window = createWindow({ size: 2, perSecond: 1000, now: () => Date.now() });
    const inside = enterers(window, 4);
    await vi.advanceTimersByTimeAsync(100);
    expect(inside).toHaveLength(2);
    inside[0]!();
    inside[0]!();
    await vi.advanceTimersByTimeAsync(100);
    expect(inside).toHaveLength(3);
  });

  it('gives up where the caller does, and keeps no place for them', async () => {
    const window = createWindow({ size: 1, perSecond: 1000, now: () => Date.now() });
    const [first] = [await window.enter(never)];
    const controller = new AbortController();
    const second = window.enter(controller.signal);
    const third = window.enter(never);
    controller.abort();
    expect(await second).toBeUndefined();
    first!();
    await vi.advanceTimersByTimeAsync(100);
    expect(await third).toBeDefined();
  });

  it('lets nobody in when it is closed', async () => {
    const window = createWindow({ size: 1, perSecond: 1000, now: () => Date.now() });
    await window.enter(never);
    const waiting = window.enter(never);
    window.close();
    expect(await waiting).toBeUndefined();
    expect(await window.enter(never)).toBeUndefined();
  });
});

describe('window of an account', () => {
  const size = (config: object) => windowSize(configSchema.parse({ host: 'smsc.test', ...config }));

  it('is twice the messages per second, or what the account says, at most three times', () => {
    expect(size({ per_second: 20 })).toBe(40);
    expect(size({ per_second: 0.1 })).toBe(1);
    expect(size({ per_second: 20, window: 60 })).toBe(60);
    const refused = configSchema.safeParse({ host: 'smsc.test', per_second: 20, window: 61 });
    expect(refused.error?.issues[0]?.path).toEqual(['window']);
  });
});
