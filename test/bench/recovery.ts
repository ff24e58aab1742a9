import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort, until } from '../gateway/ports.ts';
import { arrivals, callback, measure, postAll } from './load.ts';
import { row } from './report.ts';
import type { Row } from './report.ts';
import { closeAll, layouts, sinkUrl, startGateway, startMerchant, startPage, startSink } from './world.ts';
import type { Closing, Layout } from './world.ts';

const awayMs = 60_000;
/** Flowing again within this time of its return. */
const wantedMs = 2000;
const perSecond = 20;

/** NATS away for a minute while messages come in: how long after its return do they flow again? */
export async function* recovery(): AsyncGenerator<Row> {
  for (const layout of layouts) yield* recoveryBy(layout);
}

async function* recoveryBy({ env, words }: Layout): AsyncGenerator<Row> {
  const closing: Closing = [];
  try {
    const store = await mkdtemp(join(tmpdir(), 'passerelle-bench-nats-'));
    closing.push(() => rm(store, { recursive: true, force: true }));
    const port = await freePort();
    let nats = startNats(port, store);
    closing.push(() => end(nats));
    await wait(500);
    const gateway = await startGateway(closing, { ...env, NATS_URL: `nats://127.0.0.1:${port}` });
    const sink = await startSink(closing);
    const merchant = await startMerchant(closing, gateway, sinkUrl(sink));
    const page = await startPage(merchant);
    const load = { origin: gateway.url, posting: callback(page.path, { people: 50 }), taken: 200, atOnce: 8 };
    await measure(sink, { ...load, count: 500, from: 0 });

    await end(nats);
    const count = (perSecond * awayMs) / 1000;
    await postAll({ ...load, count, from: 10_000, perSecond });
    const seen = new Set((await arrivals(sink)).map(([number]) => number));
    const whileAway = seen.size;
    nats = startNats(port, store);
    const back = Date.now();
    const later = postAll({ ...load, count: perSecond * 5, from: 100_000, perSecond });
    let firstAt = 0;
    await until(
      'everything to arrive',
      async () => {
        for (const [number, at] of await arrivals(sink)) {
          seen.add(number);
          if (at > back) firstAt ||= at;
        }
        return seen.size >= count + perSecond * 5;
      },
      60_000,
    );
    const allMs = Date.now() - back;
    await later;
    yield row({
      name: `NATS back after 60 s${words}`,
      ours: (firstAt - back) / 1000,
      floor: wantedMs / 1000,
      p50_ms: 0,
      p99_ms: 0,
      unit: 's to flow',
      against: `s allowed; ${count} accepted meanwhile, ${whileAway} of them delivered meanwhile, all ${(allMs / 1000).toFixed(1)} s after`,
    });
  } finally {
    await closeAll(closing);
  }
}

const startNats = (port: number, store: string): ChildProcess =>
  spawn('nats-server', ['-a', '127.0.0.1', '-p', String(port), '-js', '-sd', store], {
    stdio: 'ignore',
    env: { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin` },
  });

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}
