/** While a mail comes in, this many bytes within the time-out are progress: far below any real line. */
const minBytes = 8_192;

interface Watched {
  timer: NodeJS.Timeout;
  state: 'commands' | 'data' | 'waiting';
  bytes: number;
}

export interface Watch {
  start(id: string): void;
  /** A command of the mail transaction came through. */
  progress(id: string): void;
  data(id: string, byteLength: number): void;
  /** The client waits for us: its time stands still. */
  waiting(id: string): void;
  end(id: string): void;
  /** Sessions with no mail in hand. */
  idle(): string[];
  close(): void;
}

/**
 * Cuts off clients that get nothing done: an idle time-out alone is kept happy by one byte a second, or by NOOPs. Each step of a
 * mail transaction must come within the time-out of the one before, and a mail must flow at `minBytes` per time-out at least.
 */
export function createWatch(timeoutMs: number, cutOff: (id: string) => void): Watch {
  const sessions = new Map<string, Watched>();

  function arm(id: string, state: Watched['state'], bytes = 0): void {
    const before = sessions.get(id);
    if (!before) return;
    clearTimeout(before.timer);
    sessions.set(id, {
      state,
      bytes,
      timer: setTimeout(() => state !== 'waiting' && cutOff(id), timeoutMs).unref(),
    });
  }

  return {
    start(id) {
      sessions.set(id, { state: 'commands', bytes: 0, timer: setTimeout(() => {}, 0) });
      arm(id, 'commands');
    },
    progress: (id) => arm(id, 'commands'),
    data(id, byteLength) {
      const session = sessions.get(id);
      if (session && (session.state !== 'data' || byteLength - session.bytes >= minBytes))
        arm(id, 'data', byteLength);
    },
    waiting: (id) => arm(id, 'waiting'),
    end(id) {
      clearTimeout(sessions.get(id)?.timer);
      sessions.delete(id);
    },
    idle: () => [...sessions].filter(([, { state }]) => state === 'commands').map(([id]) => id),
    close() {
      for (const { timer } of sessions.values()) clearTimeout(timer);
      sessions.clear();
    },
  };
}
