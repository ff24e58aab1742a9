import { createHmac } from 'node:crypto';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Pool } from 'undici';

/** A process of the benchmark: its first line, and an answer to each question. */
export interface Program {
  first: string;
  ask(): Promise<string>;
  end(): void;
}

export async function startProgram(file: string, args: string[] = []): Promise<Program> {
  const child: ChildProcess = spawn(
    process.execPath,
    [fileURLToPath(new URL(file, import.meta.url)), ...args],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  const line = async () => String((await lines.next()).value);
  return {
    first: await line(),
    ask: () => {
      child.stdin!.write('\n');
      return line();
    },
    end: () => child.stdin!.end(),
  };
}

export interface LoadOptions {
  url: string;
  secret: string;
  pageId: string;
  /** Messages to send. */
  count: number;
  /** Requests at once. */
  atOnce: number;
  /** Number of the first message: no number is used twice. */
  from: number;
  /** Consumers that write, in turn. */
  people: number;
}

/** Posts signed Messenger call-backs; gives when each went out, by its number. Fails unless all were taken. */
export async function postAll({
  url,
  secret,
  pageId,
  count,
  atOnce,
  from,
  people,
}: LoadOptions): Promise<Map<number, number>> {
  const target = new URL(url);
  const pool = new Pool(target.origin, { connections: atOnce });
  const sentAt = new Map<number, number>();
  let next = from;
  async function post(): Promise<void> {
    while (next < from + count) {
      const number = next++;
      const body = JSON.stringify(callback(number, pageId, number % people));
      const signature = createHmac('sha256', secret).update(body).digest('hex');
      sentAt.set(number, Date.now());
      const answer = await pool.request({
        method: 'POST',
        path: target.pathname,
        headers: { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${signature}` },
        body,
      });
      await answer.body.dump();
      if (answer.statusCode !== 200) throw new Error(`refused with ${answer.statusCode}`);
    }
  }
  await Promise.all(Array.from({ length: atOnce }, post));
  await pool.close();
  return sentAt;
}

/** The documented shape of a Messenger text call-back. */
const callback = (number: number, pageId: string, person: number) => ({
  object: 'page',
  entry: [
    {
      id: pageId,
      time: Date.now(),
      messaging: [
        {
          sender: { id: `70000000000${person}` },
          recipient: { id: pageId },
          timestamp: Date.now(),
          message: {
            mid: `m_bench_${number}_${process.pid}`,
            text: `Is order bench-${number} on its way? I have been waiting since Monday.`,
          },
        },
      ],
    },
  ],
});

export interface Measured {
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
}

/** Waits until all have arrived (at most a minute) and gives the rate from the first post to the last arrival. */
export async function measure(sink: Program, options: LoadOptions): Promise<Measured> {
  const began = performance.now();
  const sentAt = await postAll(options);
  const latencies: number[] = [];
  const seen = new Set<number>();
  let ended = began;
  while (seen.size < options.count) {
    for (const [number, at] of JSON.parse(await sink.ask()) as [number, number][]) {
      if (seen.has(number) || !sentAt.has(number)) continue;
      seen.add(number);
      latencies.push(at - sentAt.get(number)!);
      ended = performance.now();
    }
    if (performance.now() - began > 60_000)
      throw new Error(`${options.count - seen.size} messages did not arrive`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  latencies.sort((a, b) => a - b);
  const at = (share: number) =>
    latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0;
  return { perSecond: options.count / ((ended - began) / 1000), p50Ms: at(0.5), p99Ms: at(0.99) };
}
