import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type {
  Account,
  Connector,
  Context,
  HookRequest,
  InboundItem,
  InboundMessage,
  OutboundMedia,
  SendOutcome,
  SendRequest,
} from '../../../connectors/contract/index.ts';
import { createHttpClient } from '../../../connectors/kit/http.ts';
import type { Content } from '../../../protocol/content.ts';
import { optionPayload, optionsOf } from '../../../protocol/questions.ts';
import type { Hooks } from './callbacks.ts';

export const messageId = 'msg_01KAP00000000000000000TEST';

/** What stands between a connector and the emulator when no gateway does: a hook server and a context. */
export interface Harness {
  /** Items of every request that the hook took, in order. */
  items: InboundItem[];
  /** Statuses for the next hook requests, instead of 200. */
  answers: number[];
  context: Context;
  send(address: string, content: Content, more?: Partial<SendRequest>): Promise<SendOutcome>;
  messages(): InboundMessage[];
  close(): Promise<void>;
}

export const file = (bytes: Uint8Array, mediaType: string, name?: string): OutboundMedia => ({
  url: 'http://gateway.test/media/1',
  mediaType,
  bytes: bytes.length,
  ...(name ? { name } : {}),
  read: () => Promise.resolve(bytes),
});

const silent = () => {};

export async function startHarness(
  connector: Connector,
  given: Pick<Account, 'config' | 'credentials'>,
  hooks: Hooks,
): Promise<Harness> {
  const http = createHttpClient({ allowed: ['127.0.0.0/8'] });
  const account: Account = {
    id: 'acc_1',
    merchantId: 'mer_1',
    test: true,
    hookUrl: 'http://gateway.test/hooks',
    config: connector.manifest.config.parse(given.config),
    credentials: connector.manifest.credentials.parse(given.credentials),
  };
  const items: InboundItem[] = [];
  const answers: number[] = [];
  const taken = (request: HookRequest): { status: number; body?: string } => {
    const set = connector.hook!.handshake?.(request, account);
    if (set) return { status: set.status, body: String(set.body) };
    const due = answers.shift();
    if (due) return { status: due };
    if (!connector.hook!.verify(request, account, Date.now()).ok) return { status: 401 };
    const parsed = connector.hook!.parse(request, account);
    if (parsed.ok) items.push(...parsed.items);
    return { status: parsed.ok ? 200 : parsed.status };
  };
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const url = new URL(incoming.url ?? '/', 'http://gateway.test');
      const headers = incoming.headers as Record<string, string | undefined>;
      const answer = taken({
        method: incoming.method ?? 'GET',
        path: '',
        url: url.href,
        query: url.searchParams,
        headers,
        body: Buffer.concat(chunks),
      });
      response.writeHead(answer.status).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  hooks.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  const context: Context = {
    http,
    log: { info: silent, warn: silent, error: silent },
    now: Date.now,
    random: (size) => new Uint8Array(size),
    signal: new AbortController().signal,
  };
  return {
    items,
    answers,
    context,
    messages: () => items.filter((item) => item.type === 'message'),
    send: (address, content, more = {}) => {
      const payloads = optionsOf(content).map((_option, index) => optionPayload(messageId, index));
      const part = { content, ...(payloads.length ? { payloads } : {}) };
      return connector.sender!.send(
        { messageId, idempotencyKey: `${messageId}.0`, address, part, media: new Map(), thread: [], ...more },
        account,
        context,
      );
    },
    close: async () => {
      await http.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
