import { callback, measure, secret } from './load.ts';
import type { Measured, Posting } from './load.ts';
import { startProgram } from './program.ts';
import type { Program } from './program.ts';
import { middle, row } from './report.ts';
import type { Row } from './report.ts';
import {
  closeAll,
  layouts,
  sinkUrl,
  startFloorNats,
  startGateway,
  startMerchant,
  startPage,
  startSink,
} from './world.ts';
import type { Closing, Layout } from './world.ts';

// From end to end, beside the floor (floor.ts), in turns in one run.
const rounds = 3;
const count = 10_000;
/** Until both run compiled code. */
const warmUp = 10_000;
const atOnce = 64;
const people = 500;
/** What Meta asks of whoever answers its webhooks: this median, and less than one in a hundred over a second. */
const metaMedianMs = 250;
/** Pages to send from, so that no page's own rate is what is measured. */
const pages = 20;

interface Contender {
  name: 'ours' | 'floor';
  origin: string;
  posting(number: number): Posting;
  taken: number;
  sink: Program;
}

async function compete(contenders: Contender[]): Promise<{ ours: Measured; floor: Measured }> {
  const results: Record<Contender['name'], Measured[]> = { ours: [], floor: [] };
  let from = 0;
  for (let round = -1; round < rounds; round++) {
    for (const { name, sink, ...load } of contenders) {
      const size = round < 0 ? warmUp : count;
      const measured = await measure(sink, { ...load, count: size, atOnce, from });
      from += size;
      if (round >= 0) results[name].push(measured);
    }
  }
  const rate = (one: Measured) => one.perSecond;
  return { ours: middle(results.ours, rate), floor: middle(results.floor, rate) };
}

const rowOf = (name: string, { ours, floor }: { ours: Measured; floor: Measured }): Row =>
  row({
    name,
    ours: ours.perSecond,
    floor: floor.perSecond,
    p50_ms: ours.p50Ms,
    p99_ms: ours.p99Ms,
    unit: 'messages/s',
    against: `floor, ${rounds} rounds of ${count}, ${atOnce} at once`,
  });

/** A platform's webhook in → the merchant's webhook out. */
export async function* inbound(): AsyncGenerator<Row> {
  for (const layout of layouts) yield* inboundBy(layout);
}

/** The merchant's API in → the platform's Send API out. */
export async function* outbound(): AsyncGenerator<Row> {
  for (const layout of layouts) yield* outboundBy(layout);
}

async function* inboundBy({ env, words }: Layout): AsyncGenerator<Row> {
  const closing: Closing = [];
  try {
    const { nats, folder } = await startFloorNats(closing);
    const sinks = [await startSink(closing), await startSink(closing)] as const;
    const gateway = await startGateway(closing, env);
    const merchant = await startMerchant(closing, gateway, sinkUrl(sinks[0]));
    const page = await startPage(merchant);
    const floor = await startProgram('floor.ts', [folder, nats.url, nats.token, sinkUrl(sinks[1]), secret]);
    closing.push(() => floor.end());
    const origin = `http://127.0.0.1:${floor.first}`;
    const results = await compete([
      { name: 'floor', origin, posting: callback('/hook', { people }), taken: 200, sink: sinks[1] },
      {
        name: 'ours',
        origin: gateway.url,
        posting: callback(page.path, { people }),
        taken: 200,
        sink: sinks[0],
      },
    ]);
    yield rowOf(`inbound end to end${words}`, results);
    const { p50Ms, p99Ms } = results.ours.answered;
    yield row({
      name: `hook answered${words}`,
      ours: p50Ms,
      floor: metaMedianMs,
      p50_ms: p50Ms,
      p99_ms: p99Ms,
      unit: 'ms p50',
      against: "Meta's budget for the median; 99 % within 1 s",
    });
  } finally {
    await closeAll(closing);
  }
}

async function* outboundBy({ env, words }: Layout): AsyncGenerator<Row> {
  const closing: Closing = [];
  try {
    const { nats, folder } = await startFloorNats(closing);
    const sinks = [await startSink(closing), await startSink(closing)] as const;
    const gateway = await startGateway(closing, env);
    const merchant = await startMerchant(closing, gateway, undefined);
    const from: string[] = [];
    for (let i = 0; i < pages; i++)
      from.push((await startPage(merchant, sinkUrl(sinks[0]).slice(0, -1), String(2000 + i))).id);
    const floor = await startProgram('floor.ts', [folder, nats.url, nats.token, sinkUrl(sinks[1]), secret]);
    closing.push(() => floor.end());
    const posting =
      (path: string) =>
      (number: number): Posting => ({
        path,
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${merchant.key}`,
          'idempotency-key': `bench-key-${number}`,
        },
        body: JSON.stringify({
          to: `messenger:70000000000${number % people}`,
          from: from[(number % people) % pages],
          content: {
            kind: 'text',
            text: `Your order bench-${number} is on its way, and will be there by noon.`,
          },
        }),
      });
    const results = await compete([
      {
        name: 'floor',
        origin: `http://127.0.0.1:${floor.first}`,
        posting: posting('/messages'),
        taken: 202,
        sink: sinks[1],
      },
      { name: 'ours', origin: gateway.url, posting: posting('/v1/messages'), taken: 202, sink: sinks[0] },
    ]);
    yield rowOf(`outbound end to end${words}`, results);
  } finally {
    await closeAll(closing);
  }
}
