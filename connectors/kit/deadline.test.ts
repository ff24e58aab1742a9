import { expect, test, vi } from 'vitest';
import { deadline } from './deadline.ts';

test('it aborts after its time, and says that it was the time', () => {
  vi.useFakeTimers();
  try {
    const limit = deadline(new AbortController().signal, 100);
    vi.advanceTimersByTime(99);
    expect([limit.signal.aborted, limit.passed()]).toEqual([false, false]);
    vi.advanceTimersByTime(1);
    expect([limit.signal.aborted, limit.passed()]).toEqual([true, true]);
    expect((limit.signal.reason as Error).name).toBe('TimeoutError');
  } finally {
    vi.useRealTimers();
  }
});

test('it aborts with its parent, also one that has aborted before', () => {
  const parent = new AbortController();
  const limit = deadline(parent.signal, 60_000);
  parent.abort(new Error('stopped'));
  const late = deadline(parent.signal, 60_000);
  for (const { signal, passed, clear } of [limit, late]) {
    expect((signal.reason as Error).message).toBe('stopped');
    expect(passed()).toBe(false);
    clear();
  }
});

test('cleared, it holds on to nothing and nothing aborts it', () => {
  vi.useFakeTimers();
  try {
    const parent = new AbortController();
    const removed = vi.spyOn(parent.signal, 'removeEventListener');
    const limit = deadline(parent.signal, 100);
    limit.clear();
    vi.advanceTimersByTime(200);
    parent.abort();
    expect(limit.signal.aborted).toBe(false);
    expect(removed).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});
