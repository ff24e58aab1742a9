import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import type {
  Account,
  Connector,
  Context,
  Host,
  InboundItem,
  RunningServer,
  SendOutcome,
  ThreadEntry,
} from '../../connectors/contract/index.ts';
import type { Content } from '../../protocol/content.ts';
import { optionPayload, optionsOf } from '../../protocol/questions.ts';

/**
 * The least gateway that a connector with pages of its own can stand on: one account, a thread in memory, a real HTTP server
 * with WebSockets on loopback. For tests of the page in a real browser, without store or bus.
 */
export interface MemoryGateway {
  /** `http://127.0.0.1:port` */
  origin: string;
  account: Account;
  /** Everything accepted, oldest first. */
  items: InboundItem[];
  /** Sends as the gateway would, and lists it in the thread. */
  send(address: string, content: Content): Promise<SendOutcome & { messageId: string }>;
  /** The next calls of `accept` fail, as with a full disk. */
  breakLedger(broken: boolean): void;
  /** Cuts every live connection; the page has to come back by itself. */
  cut(): void;
  close(): Promise<void>;
}

const messageId = (count: number): string => `msg_01KAP0000000000000000${String(count).padStart(5, '0')}`;

export async function startMemoryGateway(
  connector: Connector,
  given: Omit<Account, 'hookUrl'>,
): Promise<MemoryGateway> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const base = `/hooks/${connector.manifest.name}/${given.id}`;
  const account: Account = { ...given, hookUrl: `${origin}${base}` };
  const items: InboundItem[] = [];
  const threads = new Map<string, ThreadEntry[]>();
  let count = 0;
  let broken = false;
  const list = (
    address: string,
    entry: Omit<ThreadEntry, 'sequence' | 'atMs' | 'messageId'> & { messageId?: string },
  ): string => {
    const thread = threads.get(address) ?? [];
    threads.set(address, thread);
    const id = entry.messageId ?? messageId(++count);
    thread.push({ ...entry, messageId: id, sequence: thread.length + 1, atMs: Date.now() });
    return id;
  };
  const context: Context = {
    http: { call: () => Promise.resolve({ type: 'unsent', reason: 'guard' }) },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    now: () => Date.now(),
    random: (size) => crypto.getRandomValues(new Uint8Array(size)),
    signal: new AbortController().signal,
  };
  const host: Host<unknown, unknown, unknown> = {
    ...context,
    settings: undefined,
    accounts: () => [account],
    account: (id) => (id === account.id ? account : undefined),
    accept: (_account, taken) => {
      if (broken) return Promise.reject(new Error('the ledger is full'));
      return Promise.resolve(
        taken.map((item) => {
          if (item.type !== 'message') {
            items.push(item);
            return { duplicate: false };
          }
          const thread = threads.get(item.sender.address) ?? [];
          const known = thread.find(({ providerId }) => providerId === item.providerId);
          if (known) return { duplicate: true, messageId: known.messageId };
          items.push(item);
          const id = list(item.sender.address, {
            direction: 'inbound',
            content: item.content,
            providerId: item.providerId,
          });
          return { duplicate: false, messageId: id };
        }),
      );
    },
    thread: (_account, address, after, limit) =>
      Promise.resolve(
        (threads.get(address) ?? []).filter(({ sequence }) => sequence > after).slice(0, limit),
      ),
  };
  const running = (await connector.server!.start(host as never)) as RunningServer<unknown, unknown>;
  server.on(
    'request',
    (request, response) => void serve({ connector, account, host, base }, request, response),
  );
  const cut = attachSockets(server, { running, account, path: `${base}/socket` });
  return {
    origin,
    account,
    items,
    async send(address, content) {
      const id = messageId(++count);
      const options = optionsOf(content);
      const payloads = options.length
        ? { payloads: options.map((_, index) => optionPayload(id, index)) }
        : {};
      const outcome = await running.send!(
        {
          messageId: id,
          idempotencyKey: `${id}.0`,
          address,
          part: { content, ...payloads },
          media: new Map(),
          thread: [],
        },
        account,
        context,
      );
      const isSignal = content.kind === 'typing' || content.kind === 'read';
      if (outcome.type === 'sent' && !isSignal)
        list(address, {
          messageId: id,
          direction: 'outbound',
          content,
          ...payloads,
          state: outcome.state ?? 'sent',
        });
      return { ...outcome, messageId: id };
    },
    breakLedger: (now) => (broken = now),
    cut,
    async close() {
      await running.stop();
      cut();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Serving {
  connector: Connector;
  account: Account;
  host: Host<unknown, unknown, unknown>;
  base: string;
}

async function serve(
  { connector, account, host, base }: Serving,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', account.hookUrl);
  const name = url.pathname.replace(`/assets/${connector.manifest.name}/`, '');
  const asset = connector.pages?.assets?.[name];
  if (asset)
    return void response.writeHead(200, { 'content-type': asset.type }).end(await readFile(asset.file));
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const answer = url.pathname.startsWith(base)
    ? await connector.pages?.handle?.(
        {
          method: request.method ?? 'GET',
          path: url.pathname.slice(base.length),
          url: url.href,
          query: url.searchParams,
          headers: request.headers as Record<string, string | undefined>,
          body: Buffer.concat(chunks),
        },
        account,
        host as never,
      )
    : undefined;
  response.writeHead(answer?.status ?? 404, answer?.headers).end(answer?.body ?? '');
}

/** Live clients through the connector's own server; what comes back cuts them all. */
function attachSockets(
  server: Server,
  { running, account, path }: { running: RunningServer<unknown, unknown>; account: Account; path: string },
): () => void {
  const sockets = new WebSocketServer({ server, path, maxPayload: 64 << 10 });
  sockets.on('connection', (socket, request) => {
    const handler = running.connect!(
      {
        headers: request.headers as Record<string, string | undefined>,
        query: new URL(request.url ?? '', account.hookUrl).searchParams,
        send: (text) => socket.send(text),
        close: (code, reason) => socket.close(code, reason),
      },
      account,
    );
    socket.on('message', (data: Buffer) => handler.message(data.toString()));
    socket.on('close', () => handler.closed());
  });
  return () => {
    for (const socket of sockets.clients) socket.terminate();
  };
}
