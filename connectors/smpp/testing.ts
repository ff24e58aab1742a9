import type {
  Account,
  Accepted,
  Context,
  Host,
  InboundItem,
  InboundMessage,
  InboundReceipt,
  SendRequest,
  ThreadEntry,
} from '../contract/index.ts';
import { configSchema } from './manifest.ts';
import type { Config, Credentials, Settings } from './manifest.ts';

type SmppHost = Host<Config, Credentials, Settings>;

/** A host in memory: a ledger that de-duplicates by provider id, and can be told to fail. Only for tests. */
export interface TestHost {
  host: SmppHost;
  /** Everything handed to `accept`, repeats included. */
  items: InboundItem[];
  /** What the ledger holds: one entry for each provider id. */
  messages(): InboundMessage[];
  receipts(): InboundReceipt[];
  /** While true, `accept` rejects. */
  broken: boolean;
  /** While set, `accept` waits for it after writing: the crash between commit and acknowledgement. */
  gate: Promise<void> | undefined;
  /** How often the thread was asked for. */
  threads: number;
  logs: string[];
  clockMs: number | undefined;
}

export function testHost(ledger = new Map<string, { item: InboundMessage; atMs: number }>()): TestHost {
  const state: TestHost = {
    host: undefined as unknown as SmppHost,
    items: [],
    messages: () => [...ledger.values()].map(({ item }) => item),
    receipts: () => state.items.filter((item) => item.type === 'receipt'),
    broken: false,
    gate: undefined,
    threads: 0,
    logs: [],
    clockMs: undefined,
  };
  const log = (event: string, fields?: Record<string, unknown>): void =>
    void state.logs.push(JSON.stringify({ event, ...fields }));
  const now = (): number => state.clockMs ?? Date.now();
  state.host = {
    settings: { allowedNetworks: ['127.0.0.0/8'] },
    http: { call: () => Promise.resolve({ type: 'unsent', reason: 'guard' }) },
    log: { info: log, warn: log, error: log },
    now,
    random: (size) => new Uint8Array(size),
    signal: new AbortController().signal,
    accounts: () => [],
    account: () => undefined,
    accept: async (_account, items) => {
      if (state.broken) throw new Error('the ledger is full');
      const accepted = items.map((item): Accepted => {
        state.items.push(item);
        if (item.type !== 'message') return { duplicate: false };
        const duplicate = ledger.has(item.providerId);
        if (!duplicate) ledger.set(item.providerId, { item, atMs: now() });
        return { duplicate, messageId: item.providerId };
      });
      await state.gate;
      return accepted;
    },
    thread: async (_account, address, after, limit) => {
      state.threads++;
      const entries = [...ledger.values()].map(
        ({ item, atMs }, index): ThreadEntry & { address: string } => ({
          messageId: item.providerId, sequence: index + 1, direction: 'inbound', content: item.content, providerId: item.providerId, atMs, address: item.sender.address,
        }),
      ); // prettier-ignore
      return entries.filter((entry) => entry.address === address && entry.sequence > after).slice(0, limit);
    },
  };
  return state;
}

/** An account as the gateway would give it, with the schema's defaults. */
export const testAccount = (
  config: Partial<Config>,
  credentials: Partial<Credentials> = {},
): Account<Config, Credentials> => ({
  id: 'acc_01KAP00000000000000000SMPP',
  merchantId: 'mer_01KAP00000000000000000TEST',
  test: false,
  config: configSchema.parse({
    host: '127.0.0.1',
    sender: '+33639980100',
    country: 'FR',
    per_second: 1000,
    window: 10,
    ...config,
  }),
  credentials: { system_id: 'passerelle', password: 'secret-pw', ...credentials },
  hookUrl: 'https://gateway.test/hooks/smpp/acc_01KAP00000000000000000SMPP',
});

let sent = 0;
export const textRequest = (text: string, changed: Partial<SendRequest> = {}): SendRequest => ({
  messageId: 'msg_01KAP00000000000000000TEST',
  idempotencyKey: `msg_01KAP00000000000000000TEST.${sent++}`,
  address: 'tel:+33639980001',
  part: { content: { kind: 'text', text } },
  media: new Map(),
  thread: [],
  ...changed,
});

export const contextOf = ({ host }: TestHost, signal = new AbortController().signal): Context => ({
  ...host,
  signal,
});
