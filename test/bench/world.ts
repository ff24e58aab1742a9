import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startNatsServer } from '../../gateway/bus/embedded/server.ts';
import type { NatsServer } from '../../gateway/bus/embedded/server.ts';
import { TestGateway } from '../gateway/gateway.ts';
import type { TestMerchant } from '../gateway/gateway.ts';
import { pageId, secret } from './load.ts';
import { startProgram } from './program.ts';
import type { Program } from './program.ts';

export type Closing = (() => unknown)[];

/** Undoes what a scenario started, the last first. */
export async function closeAll(closing: Closing): Promise<void> {
  for (const close of closing.splice(0).toReversed()) await close();
}

/** How many processes the gateway has, as its setting and in a row's name. */
export interface Layout {
  env: Record<string, string>;
  words: string;
}

/** As is meant for two cores, and as it is without a setting. */
export const layouts: readonly Layout[] = [
  { env: { PASSERELLE_PROCESSES: '2' }, words: '' },
  { env: { PASSERELLE_PROCESSES: '1' }, words: ', one process' },
];

export const sinkUrl = (sink: Program): string => `http://127.0.0.1:${sink.first}/`;

export async function startSink(closing: Closing, ...args: string[]): Promise<Program> {
  const sink = await startProgram('sink.ts', args);
  closing.push(() => sink.end());
  return sink;
}

export async function startGateway(closing: Closing, env: Record<string, string> = {}): Promise<TestGateway> {
  const profile = process.env['BENCH_PROFILE'];
  const gateway = await TestGateway.start({
    PASSERELLE_LOG_LEVEL: 'error',
    // a V8 profile of the gateway in this folder
    ...(profile ? { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${profile}` } : {}),
    ...env,
  });
  closing.push(() => gateway.stop());
  return gateway;
}

/** A nats-server for the floor, started and tuned as the gateway's own. */
export async function startFloorNats(closing: Closing): Promise<{ nats: NatsServer; folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'passerelle-bench-'));
  closing.push(() => rm(folder, { recursive: true, force: true }));
  const nats = await startNatsServer({
    dataFolder: folder,
    programFolders: (process.env['PATH'] ?? '').split(':').concat('/usr/sbin'),
    log: { info: () => {}, warn: () => {}, error: () => {} },
  });
  closing.push(() => nats.stop());
  return { nats, folder };
}

/** A merchant whose only endpoint is the one given, or none. */
export async function startMerchant(
  closing: Closing,
  gateway: TestGateway,
  endpointUrl: string | undefined,
): Promise<TestMerchant> {
  const merchant = await gateway.merchant('Bench');
  closing.push(() => merchant.receiver.close());
  await merchant.call('DELETE', `/v1/webhook-endpoints/${merchant.endpointId}`);
  if (endpointUrl) await merchant.call('POST', '/v1/webhook-endpoints', { url: endpointUrl });
  return merchant;
}

/** A Messenger page; `platform` takes what is sent. Gives its id and the path of its hook. */
export async function startPage(
  merchant: TestMerchant,
  platform = 'http://127.0.0.1:9',
  page = pageId,
): Promise<{ id: string; path: string }> {
  const { id, hookUrl } = await merchant.account(
    'messenger',
    { page_id: page, base_url: platform },
    {
      app_secret: secret,
      verify_token: 'verify-token-of-the-benchmark',
      page_access_token: 'page-token-of-the-benchmark',
    },
  );
  return { id, path: new URL(hookUrl).pathname };
}
