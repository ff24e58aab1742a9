import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type { TestGateway } from '../gateway/gateway.ts';
import { fillMerchants, fillMessages } from './fill.ts';
import { callback, measure } from './load.ts';
import type { Measured } from './load.ts';
import type { Program } from './program.ts';
import { middle, row } from './report.ts';
import type { Row } from './report.ts';
import { closeAll, layouts, sinkUrl, startGateway, startMerchant, startPage, startSink } from './world.ts';
import type { Closing, Layout } from './world.ts';

const rounds = 3;
const count = 8000;
const warmUp = 4000;
const atOnce = 64;
const people = 500;
const storedMessages = 1_000_000;
const storedMerchants = 10_000;
/** For the growth of memory: a look after each so many messages. What collector and allocator leave lying comes and goes by some 50 MB. */
const warmUpOfMemory = 300_000;
const betweenSamples = 100_000;
const samplesOfMemory = 8;

interface Stand {
  gateway: TestGateway;
  sink: Program;
  path: string;
}

type Fill = (gateway: TestGateway) => Promise<void>;

async function stand(closing: Closing, { env }: Layout, fill?: Fill): Promise<Stand> {
  const gateway = await startGateway(closing, env);
  const sink = await startSink(closing);
  const merchant = await startMerchant(closing, gateway, sinkUrl(sink));
  const { path } = await startPage(merchant);
  if (fill) {
    await gateway.end('SIGTERM');
    await fill(gateway);
    await gateway.start();
  }
  return { gateway, sink, path };
}

/** The same load on an empty ledger and on full ones, in turns; and memory over many messages. */
export async function* growth(): AsyncGenerator<Row> {
  for (const layout of layouts) yield* growthBy(layout);
}

async function* growthBy(layout: Layout): AsyncGenerator<Row> {
  const closing: Closing = [];
  try {
    const stands = {
      empty: await stand(closing, layout),
      messages: await stand(closing, layout, (gateway) => fillMessages(gateway.dataFolder, storedMessages)),
      merchants: await stand(closing, layout, (gateway) =>
        fillMerchants(gateway.dataFolder, storedMerchants),
      ),
    };
    const results = await inTurns(stands);
    for (const [key, name] of [
      ['messages', `with ${storedMessages} messages`],
      ['merchants', `with ${storedMerchants} merchants`],
    ] as const)
      yield row({
        name: `${name}${layout.words}`,
        ours: results[key].perSecond,
        floor: results.empty.perSecond,
        p50_ms: results[key].p50Ms,
        p99_ms: results[key].p99Ms,
        unit: 'messages/s',
        against: 'the empty rate',
      });
    yield await memory(stands.empty, layout);
  } finally {
    await closeAll(closing);
  }
}

async function inTurns<K extends string>(stands: Record<K, Stand>): Promise<Record<K, Measured>> {
  const all = Object.fromEntries(Object.keys(stands).map((key) => [key, [] as Measured[]])) as Record<
    K,
    Measured[]
  >;
  let from = 0;
  for (let round = -1; round < rounds; round++)
    for (const [key, { gateway, sink, path }] of Object.entries(stands) as [K, Stand][]) {
      const size = round < 0 ? warmUp : count;
      const load = {
        origin: gateway.url,
        posting: callback(path, { people }),
        taken: 200,
        count: size,
        atOnce,
        from,
      };
      const measured = await measure(sink, load);
      from += size;
      if (round >= 0) all[key].push(measured);
    }
  return Object.fromEntries(
    Object.entries(all).map(([key, list]) => [key, middle(list as Measured[], (one) => one.perSecond)]),
  ) as Record<K, Measured>;
}

/** Resident megabytes of all of a gateway's processes, as Linux counts them. */
async function resident({ pid }: TestGateway, nats: number): Promise<number> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  let pages = 0;
  for (const each of [
    String(pid),
    ...children.split(' ').filter((one) => one !== '' && one !== String(nats)),
  ])
    pages += Number((await readFile(`/proc/${each}/statm`, 'utf8')).split(' ')[1]);
  return (pages * 4096) / 1e6;
}

/** The least resident memory within a while: what the collector gives back in between is no growth. */
async function least({ gateway }: Stand): Promise<number> {
  const nats = await gateway.natsPid();
  let lowest = Infinity;
  for (let i = 0; i < 50; i++) {
    lowest = Math.min(lowest, await resident(gateway, nats));
    await wait(100);
  }
  return lowest;
}

async function memory(at: Stand, { words }: Layout): Promise<Row> {
  const { gateway, sink, path } = at;
  let from = 10_000_000;
  const take = async (messages: number) => {
    const load = {
      origin: gateway.url,
      posting: callback(path, { people }),
      taken: 200,
      count: messages,
      atOnce,
      from,
    };
    await measure(sink, load, 600_000);
    from += messages;
  };
  await take(warmUpOfMemory);
  const seen: number[] = [];
  for (let i = 0; i < samplesOfMemory; i++) {
    await take(betweenSamples);
    seen.push(await least(at));
  }
  return row({
    name: `memory a 100,000 messages${words}`,
    ours: (slope(seen) * 100_000) / betweenSamples,
    floor: 1,
    p50_ms: 0,
    p99_ms: 0,
    unit: 'MB more',
    against: `MB allowed; over ${samplesOfMemory * betweenSamples} messages after ${warmUpOfMemory}, ${Math.min(...seen).toFixed(0)} to ${Math.max(...seen).toFixed(0)} MB resident`,
  });
}

/** How much more from one value to the next: the median over all pairs, so that neither a step nor a stray value decides (Theil and Sen). */
function slope(values: readonly number[]): number {
  const slopes = values.flatMap((first, i) =>
    values.slice(i + 1).map((later, j) => (later - first) / (j + 1)),
  );
  return slopes.toSorted((a, b) => a - b)[Math.floor(slopes.length / 2)] ?? 0;
}
