/** Room for requests: at most `size` unanswered at once, and at most `perSecond` begun in a second. */
export interface Window {
  /** Waits for room and for its turn; undefined if the signal was aborted or the window closed before. First come, first served. */
  enter(signal: AbortSignal): Promise<(() => void) | undefined>;
  /** Lets nobody in any more. */
  close(): void;
}

export function createWindow({
  size,
  perSecond,
  now,
}: {
  size: number;
  perSecond: number;
  now: () => number;
}): Window {
  let taken = 0;
  let closed = false;
  /** The earliest time at which the next may begin. A second's worth may begin at once after a rest. */
  let turnMs = -Infinity;
  const queue: ((given: boolean) => void)[] = [];
  const gapMs = 1000 / perSecond;
  const burstMs = Math.max(0, 1000 - gapMs);

  /** A place goes straight to the next in the queue, so that nobody overtakes. */
  const leave = (): void => {
    const next = queue.shift();
    if (next) next(true);
    else taken--;
  };

  const place = (signal: AbortSignal): Promise<boolean> =>
    new Promise((resolve) => {
      const settle = (given: boolean): void => {
        signal.removeEventListener('abort', giveUp);
        resolve(given);
      };
      const giveUp = (): void => {
        queue.splice(queue.indexOf(settle), 1);
        settle(false);
      };
      signal.addEventListener('abort', giveUp, { once: true });
      queue.push(settle);
    });

  return {
    async enter(signal) {
      if (closed || signal.aborted) return undefined;
      if (taken < size) taken++;
      else if (!(await place(signal))) return undefined;
      turnMs = Math.max(turnMs + gapMs, now() - burstMs);
      const waitMs = turnMs - now();
      if (waitMs > 0) await pause(waitMs, signal);
      let left = false;
      const release = (): void => {
        if (!left) leave();
        left = true;
      };
      if (!closed && !signal.aborted) return release;
      release();
      return undefined;
    },
    close() {
      closed = true;
      for (const settle of queue.splice(0)) settle(false);
    },
  };
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
