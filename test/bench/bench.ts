import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startNatsServer } from '../../gateway/bus/embedded/server.ts';
import { TestGateway } from '../gateway/gateway.ts';
import { measure, startProgram } from './load.ts';
import type { Program, Measured } from './load.ts';

// `npm run bench`: a platform's webhook in → the merchant's webhook out, beside the floor (floor.ts), in turns in one run.
// One JSON object a line with `-- --json`.
const rounds = 3;
const count = 10_000;
const warmUp = 2000;
const atOnce = 64;
const people = 500;
const secret = 'app-secret-of-the-benchmark';
const pageId = '1080';

interface Contender {
  name: 'ours' | 'floor';
  url: string;
  sink: Program;
}

const folder = await mkdtemp(join(tmpdir(), 'passerelle-bench-'));
const silent = { info: () => {}, warn: () => {}, error: () => {} };
const nats = await startNatsServer({
  dataFolder: folder,
  programFolders: (process.env['PATH'] ?? '').split(':').concat('/usr/sbin'),
  log: silent,
});
const gateway = await TestGateway.start({ PASSERELLE_LOG_LEVEL: 'error' });
const sinks = [await startProgram('sink.ts'), await startProgram('sink.ts')] as const;
const sinkUrl = (sink: Program) => `http://127.0.0.1:${sink.first}/`;

const merchant = await gateway.merchant('Bench');
await merchant.call('DELETE', `/v1/webhook-endpoints/${merchant.endpointId}`);
await merchant.call('POST', '/v1/webhook-endpoints', { url: sinkUrl(sinks[0]) });
const account = await merchant.account(
  'messenger',
  { page_id: pageId, base_url: 'http://127.0.0.1:9' },
  {
    app_secret: secret,
    verify_token: 'verify-token-of-the-benchmark',
    page_access_token: 'page-token-of-the-benchmark',
  },
);
const floor = await startProgram('floor.ts', [folder, nats.url, nats.token, sinkUrl(sinks[1]), secret]);
const contenders: Contender[] = [
  { name: 'floor', url: `http://127.0.0.1:${floor.first}/hook`, sink: sinks[1] },
  { name: 'ours', url: account.hookUrl, sink: sinks[0] },
];

const results: Record<Contender['name'], Measured[]> = { ours: [], floor: [] };
let from = 0;
try {
  for (let round = -1; round < rounds; round++) {
    for (const { name, url, sink } of contenders) {
      const size = round < 0 ? warmUp : count;
      const measured = await measure(sink, { url, secret, pageId, count: size, atOnce, from, people });
      from += size;
      if (round >= 0) results[name].push(measured);
    }
  }
  report();
} finally {
  floor.end();
  for (const sink of sinks) sink.end();
  await merchant.receiver.close();
  await gateway.stop();
  await nats.stop();
  await rm(folder, { recursive: true, force: true });
}

function report(): void {
  const middle = (name: Contender['name']) =>
    results[name].toSorted((a, b) => a.perSecond - b.perSecond)[Math.floor(rounds / 2)]!;
  const [ours, base] = [middle('ours'), middle('floor')];
  const row = {
    name: 'inbound end to end',
    ours: Math.round(ours.perSecond),
    floor: Math.round(base.perSecond),
    ratio: Number((ours.perSecond / base.perSecond).toFixed(2)),
    p50_ms: ours.p50Ms,
    p99_ms: ours.p99Ms,
  };
  if (process.argv.includes('--json')) console.log(JSON.stringify(row));
  else
    console.log(
      `${row.name}: ${row.ours} messages a second, ${row.ratio} of the floor's ${row.floor}; p50 ${row.p50_ms} ms, p99 ${row.p99_ms} ms (${rounds} rounds of ${count}, ${atOnce} at once)`,
    );
}
