import { Worker } from 'node:worker_threads';
import type { Reading } from './inbound.ts';

export interface MailReader {
  /** Never rejects. A mail over the limits of time or memory is refused as `too_slow`, and its thread ended. */
  read(raw: Uint8Array, envelopeFrom: string): Promise<Reading>;
  close(): Promise<void>;
}

export interface ReaderOptions {
  /** Mails read at the same time. Default 2. */
  threads?: number;
  /** For one mail, once its thread has it. Default 15,000. */
  timeoutMs?: number;
  /** JavaScript heap of one thread. Default 256. */
  maxHeapMebibytes?: number;
  script?: URL;
}

interface Job {
  raw: Uint8Array;
  envelopeFrom: string;
  done(reading: Reading): void;
}

const tooSlow: Reading = { ok: false, refusal: 'too_slow' };

interface Thread {
  worker: Worker;
  /** Ends the job in hand. */
  finish?: ((reading: Reading) => void) | undefined;
}

/** Reads mail in threads of its own, so that no mail, however it is built, stops or takes down the gateway. */
export function createMailReader(options: ReaderOptions = {}): MailReader {
  const waiting: Job[] = [];
  const threads = new Set<Thread>();
  let closed = false;

  function start(): Thread {
    const worker = new Worker(options.script ?? new URL('./reader.worker.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: options.maxHeapMebibytes ?? 256 },
      env: {},
    });
    const thread: Thread = { worker };
    // the listeners stay as long as the thread: a worker whose last listener went hears no more
    worker.on('message', (reading: Reading) => thread.finish?.(reading));
    worker.on('error', () => end(thread));
    worker.on('exit', () => end(thread));
    threads.add(thread);
    return thread;
  }

  function end(thread: Thread): void {
    threads.delete(thread);
    void thread.worker.terminate();
    thread.finish?.(tooSlow);
  }

  function next(): void {
    const idle = [...threads].find(({ finish }) => !finish);
    if (waiting.length === 0 || (!idle && threads.size >= (options.threads ?? 2))) return;
    const job = waiting.shift()!;
    const thread = idle ?? start();
    const timer = setTimeout(() => end(thread), options.timeoutMs ?? 15_000);
    thread.finish = (reading) => {
      clearTimeout(timer);
      thread.finish = undefined;
      thread.worker.unref();
      job.done(reading);
      next();
    };
    thread.worker.ref();
    thread.worker.postMessage({ raw: job.raw, envelopeFrom: job.envelopeFrom });
  }

  return {
    read: (raw, envelopeFrom) =>
      new Promise((done) => {
        if (closed) return done(tooSlow);
        waiting.push({ raw, envelopeFrom, done });
        next();
      }),
    async close() {
      closed = true;
      for (const job of waiting.splice(0)) job.done(tooSlow);
      await Promise.all([...threads].map(({ worker }) => worker.terminate()));
    },
  };
}
