import { createHmac } from 'node:crypto';
import { Pool } from 'undici';
import type { Program } from './program.ts';

/** What one message goes out as, by its number. */
export interface Posting {
  path: string;
  headers: Record<string, string>;
  body: string;
}

export interface LoadOptions {
  origin: string;
  posting(number: number): Posting;
  /** Status of a message that was taken. */
  taken: number;
  /** Messages to send. */
  count: number;
  /** Requests at once. */
  atOnce: number;
  /** Number of the first message: no number is used twice. */
  from: number;
  /** Messages a second at most; as fast as they are taken, if left out. */
  perSecond?: number;
}

/** Posts messages; gives when each went out, by its number, and in `answeredMs` how long each took. Fails unless all were taken. */
export async function postAll(options: LoadOptions, answeredMs: number[] = []): Promise<Map<number, number>> {
  const { origin, posting, taken, count, atOnce, from, perSecond } = options;
  const pool = new Pool(origin, { connections: atOnce });
  const sentAt = new Map<number, number>();
  const began = performance.now();
  let next = from;
  async function post(): Promise<void> {
    while (next < from + count) {
      const number = next++;
      const dueMs = perSecond ? began + ((number - from) / perSecond) * 1000 - performance.now() : 0;
      if (dueMs > 0) await new Promise((resolve) => setTimeout(resolve, dueMs));
      const { path, headers, body } = posting(number);
      sentAt.set(number, Date.now());
      const asked = performance.now();
      const answer = await pool.request({ method: 'POST', path, headers, body });
      await answer.body.dump();
      answeredMs.push(performance.now() - asked);
      if (answer.statusCode !== taken)
        throw new Error(`message ${number} was answered with ${answer.statusCode}`);
    }
  }
  await Promise.all(Array.from({ length: atOnce }, post));
  await pool.close();
  return sentAt;
}

export interface Measured {
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  /** Until the post itself was answered. */
  answered: { p50Ms: number; p99Ms: number };
}

/** Waits until all have arrived at the sink (at most `withinMs`) and gives the rate from the first post to the last arrival. */
export async function measure(sink: Program, options: LoadOptions, withinMs = 60_000): Promise<Measured> {
  const began = performance.now();
  const answeredMs: number[] = [];
  const sentAt = await postAll(options, answeredMs);
  const latencies: number[] = [];
  const seen = new Set<number>();
  let ended = began;
  while (seen.size < options.count) {
    for (const [number, at] of await arrivals(sink)) {
      if (seen.has(number) || !sentAt.has(number)) continue;
      seen.add(number);
      latencies.push(at - sentAt.get(number)!);
      ended = performance.now();
    }
    if (performance.now() - began > withinMs)
      throw new Error(`${options.count - seen.size} messages did not arrive`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return {
    perSecond: options.count / ((ended - began) / 1000),
    ...percentiles(latencies),
    answered: percentiles(answeredMs),
  };
}

function percentiles(values: number[]): { p50Ms: number; p99Ms: number } {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { p50Ms: at(0.5), p99Ms: at(0.99) };
}

/** Number and time of what has come to a sink since the last look. */
export const arrivals = async (sink: Program): Promise<[number, number][]> =>
  JSON.parse(await sink.ask()) as [number, number][];

export const secret = 'app-secret-of-the-benchmark';
export const pageId = '1080';

/** A signed Messenger text call-back in its documented shape, from one of `people` consumers; of `size` messages, all of this number. */
export function callback(path: string, { people, size = 1 }: { people: number; size?: number }) {
  return (number: number): Posting => {
    const messaging = Array.from({ length: size }, (_, i) => ({
      sender: { id: `70000000000${(number * size + i) % people}` },
      recipient: { id: pageId },
      timestamp: Date.now(),
      message: {
        mid: `m_bench_${number}_${i}_${process.pid}`,
        text: `Is order bench-${number} on its way? I have been waiting since Monday.`,
      },
    }));
    const body = JSON.stringify({ object: 'page', entry: [{ id: pageId, time: Date.now(), messaging }] });
    const signature = createHmac('sha256', secret).update(body).digest('hex');
    return {
      path,
      headers: { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${signature}` },
      body,
    };
  };
}
