import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { callback, measure, postAll } from './load.ts';
import { row } from './report.ts';
import type { Row } from './report.ts';
import { closeAll, layouts, sinkUrl, startGateway, startMerchant, startPage, startSink } from './world.ts';
import type { Closing, Layout } from './world.ts';

/** Events that wait for the dead merchant, sent in call-backs of 50 messages. */
const waiting = 100_000;
const perCall = 50;
/** A steady, ordinary load of the healthy one. */
const perSecond = 150;
const count = 3000;

/** A healthy merchant's latency alone, and beside one whose endpoint takes connections and never answers. */
export async function* isolation(): AsyncGenerator<Row> {
  for (const layout of layouts) yield* isolationBy(layout);
}

async function* isolationBy({ env, words }: Layout): AsyncGenerator<Row> {
  const closing: Closing = [];
  try {
    const gateway = await startGateway(closing, env);
    const sink = await startSink(closing);
    const healthy = await startMerchant(closing, gateway, sinkUrl(sink));
    const dead = await startMerchant(closing, gateway, await deafUrl(closing));
    const [page, deadPage] = [await startPage(healthy), await startPage(dead)];
    const load = {
      origin: gateway.url,
      posting: callback(page.path, { people: 300 }),
      taken: 200,
      atOnce: 32,
    };
    await measure(sink, { ...load, count: 2000, from: 0 });
    const alone = await measure(sink, { ...load, count, from: 10_000, perSecond });
    await postAll({
      origin: gateway.url,
      posting: callback(deadPage.path, { people: 1000, size: perCall }),
      taken: 200,
      count: waiting / perCall,
      atOnce: 4,
      from: 1_000_000,
    });
    const beside = await measure(sink, { ...load, count, from: 20_000, perSecond });
    yield row({
      name: `beside a dead merchant${words}`,
      ours: beside.p99Ms,
      floor: alone.p99Ms,
      p50_ms: beside.p50Ms,
      p99_ms: beside.p99Ms,
      unit: 'ms p99',
      against: `p99 alone; ${waiting} events wait for the dead one`,
    });
  } finally {
    await closeAll(closing);
  }
}

/** Takes connections, reads, and says nothing. */
async function deafUrl(closing: Closing): Promise<string> {
  const server = createServer((socket) => socket.on('error', () => {}).resume());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}
