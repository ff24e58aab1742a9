import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { defineConnector } from '../../connectors/contract/index.ts';
import type {
  CallResult,
  Connector,
  HttpClient,
  Log,
  OutgoingRequest,
} from '../../connectors/contract/index.ts';
import { createRegistry } from '../../gateway/accounts/registry.ts';
import type { AccountRegistry, LiveAccount } from '../../gateway/accounts/registry.ts';
import type { Clock } from '../../gateway/clock.ts';
import { createEmit } from '../../gateway/events/emit.ts';
import type { Emit, Emitted } from '../../gateway/events/emit.ts';
import type { ViewOptions } from '../../gateway/messages/view.ts';
import { createLinkSigner } from '../../gateway/security/links.ts';
import { createVault, sealFields } from '../../gateway/security/seal.ts';
import type { Vault } from '../../gateway/security/seal.ts';
import type { Store } from '../../gateway/store/port.ts';
import { openSqlite } from '../../gateway/store/sqlite.ts';
import { kinds } from '../../protocol/capabilities.ts';
import { makeId } from '../../protocol/ids.ts';

/** Time that stands still until it is moved; ids that sort in the order they were made. */
export interface FakeClock extends Clock {
  advance(ms: number): void;
}

export function fakeClock(startMs = 1_790_000_000_000): FakeClock {
  let nowMs = startMs;
  let made = 0;
  return {
    now: () => nowMs,
    advance: (ms) => void (nowMs += ms),
    random: (size) => new Uint8Array(size),
    id: (kind) => {
      const random = Buffer.alloc(10);
      random.writeUInt32BE(++made, 6);
      return makeId(kind, { nowMs, random });
    },
  };
}

/** Every log entry by name, with its fields. */
export function keptLog(): Log & { entries: { event: string; fields: Record<string, unknown> }[] } {
  const entries: { event: string; fields: Record<string, unknown> }[] = [];
  const keep = (event: string, fields: Record<string, unknown> = {}) => void entries.push({ event, fields });
  return { entries, info: keep, warn: keep, error: keep };
}

/** An HTTP client that asks the test what to answer, and keeps what it was asked. */
export function fakeHttp(
  answer: (request: OutgoingRequest) => CallResult | Promise<CallResult>,
): HttpClient & { calls: OutgoingRequest[] } {
  const calls: OutgoingRequest[] = [];
  return {
    calls,
    call: async (request) => {
      calls.push(request);
      return answer(request);
    },
  };
}

export const answered = (status: number, headers: Record<string, string> = {}): CallResult => ({
  type: 'answer',
  status,
  headers,
  body: new Uint8Array(),
});

/** A platform that takes texts of at most 20 characters: longer ones become several parts. */
export const probeConnector = (change: Partial<Connector['manifest']> = {}): Connector =>
  defineConnector({
    manifest: {
      name: 'probe',
      channel: 'probe',
      title: 'Probe',
      schemes: ['probe'],
      capabilities: {
        outbound: kinds({ text: 'native' }),
        inbound: kinds({ text: 'native' }),
        text: { max: 20, unit: 'codepoints' },
        receipts: ['sent', 'delivered', 'read', 'failed'],
      },
      config: z.strictObject({}),
      credentials: z.strictObject({}),
      rate: { perSecond: 1000, concurrency: 100 },
      documents: [],
      ...change,
    },
    address: { normalise: (address) => (/^probe:[a-z0-9-]+$/.test(address) ? address : undefined) },
  });

/** The engine's parts without processes: a real ledger in a folder of its own, a clock and a log of the test's. */
export interface Engine {
  folder: string;
  store: Store;
  clock: FakeClock;
  log: ReturnType<typeof keptLog>;
  vault: Vault;
  registry: AccountRegistry;
  view: ViewOptions;
  emit: Emit;
  /** Every event, once durable, in commit order. */
  emitted: Emitted[];
  /** Called with each of them too. */
  onEmitted: (event: Emitted) => void;
  /** A live account of the connector of that name. */
  account(of?: { merchantId?: string; connector?: string; test?: boolean }): Promise<LiveAccount>;
  close(): Promise<void>;
}

export async function startEngine(
  connectors: readonly Connector[] = [probeConnector()],
  publicUrl = () => 'http://gateway.test',
): Promise<Engine> {
  const folder = await mkdtemp(join(tmpdir(), 'passerelle-engine-'));
  const store = openSqlite(join(folder, 'ledger.sqlite'));
  const clock = fakeClock();
  const vault = createVault(new Uint8Array(32).fill(7));
  const registry = createRegistry({ connectors, vault, publicUrl });
  const emitted: Emitted[] = [];
  const engine: Engine = {
    folder,
    store,
    clock,
    log: keptLog(),
    vault,
    registry,
    view: { links: createLinkSigner(vault.derive('links')), publicUrl, now: clock.now },
    emitted,
    onEmitted: () => {},
    emit: createEmit(clock, (event) => {
      emitted.push(event);
      engine.onEmitted(event);
    }),
    account: async ({
      merchantId = 'mer_1',
      connector = connectors[0]?.manifest.name ?? '',
      test = false,
    } = {}) => {
      const id = clock.id('account');
      const credentials = sealFields(vault, {}, { merchantId, ownerId: id });
      const row = {
        id,
        merchantId,
        connector,
        channel: registry.connectors.get(connector)?.manifest.channel ?? connector,
        name: connector,
        test,
        config: {},
        credentials,
        state: 'active' as const,
        createdAt: clock.now(),
      };
      await store.write((tx) => tx.accounts.insert(row));
      registry.put(row);
      return registry.get(id)!;
    },
    close: async () => {
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return engine;
}
