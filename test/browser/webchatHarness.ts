import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import type { Account, HookRequest, LiveClient } from '../../connectors/contract/index.ts';
import { connector } from '../../connectors/webchat/index.ts';
import type { Content } from '../../protocol/content.ts';
import { memoryHost } from './memoryHost.ts';
import type { MemoryHost } from './memoryHost.ts';

export const identitySecret = 'identity-secret-for-tests-0123456789abcdef';
const prefix = '/hooks/webchat/';

export interface WebchatHarness {
  baseUrl: string;
  accountId: string;
  /** A merchant's shop on another origin, with the widget in it and a Content-Security-Policy without inline script. */
  shopUrl: string;
  host: MemoryHost<unknown, unknown, undefined>;
  /** What the visitors sent. */
  inbox: MemoryHost<unknown, unknown, undefined>['inbox'];
  /** Sends as a merchant: into the thread, then out through the connector. Returns the message's id. */
  reply(address: string, content: Content): Promise<string>;
  /** Refuses WebSockets from now on, as some proxies do. */
  blockSockets(blocked: boolean): void;
  /** Cuts every open socket without a word. */
  cutSockets(): void;
  close(): Promise<void>;
}

export interface HarnessOptions {
  config?: Record<string, unknown>;
}

/** Plugs the connector's pages and server into a small HTTP server, as the contract says the gateway does. */
export async function startWebchatHarness({ config = {} }: HarnessOptions = {}): Promise<WebchatHarness> {
  const accountId = 'acc_01JD0000000000000000000001';
  const gateway = createServer();
  const shop = createServer();
  const [port, shopPort] = [await listen(gateway), await listen(shop)];
  const baseUrl = `http://127.0.0.1:${port}`;
  const shopUrl = `http://127.0.0.1:${shopPort}`;
  const parsed = connector.manifest.config.parse({ name: 'Clay & Tide', origins: [shopUrl], ...config });
  const credentials = connector.manifest.credentials.parse({
    secret: 'visitor-secret-for-tests-0123456789abcdef',
    identity_secret: identitySecret,
  });
  const account: Account = {
    id: accountId,
    merchantId: 'mer_01JD0000000000000000000001',
    test: true,
    config: parsed,
    credentials,
    hookUrl: `${baseUrl}${prefix}${accountId}`,
  };
  const host = memoryHost<unknown, unknown, undefined>({
    accounts: [account as never],
    settings: undefined,
    mediaUrl: (id) => `${baseUrl}/media/${id}`,
  });
  const server = await connector.server!.start(host as never);
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 65_536 });
  let blocked = false;

  gateway.on('request', (request, response) => void serve(request, response));
  gateway.on('upgrade', (request, socket, head) => {
    if (blocked || new URL(request.url!, baseUrl).pathname !== `${prefix}${accountId}/socket`)
      return void socket.destroy();
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const client: LiveClient = {
        headers: request.headers as LiveClient['headers'],
        query: new URL(request.url!, baseUrl).searchParams,
        send: (text) => webSocket.send(text),
        close: (code, reason) => webSocket.close(code, reason),
      };
      const handler = server.connect!(client, account);
      webSocket.on('message', (data) => handler.message((data as Buffer).toString('utf8')));
      webSocket.on('close', () => handler.closed());
      webSocket.on('error', () => webSocket.terminate());
    });
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url!, baseUrl);
    const asset = connector.pages!.assets?.[url.pathname.replace(/^\/assets\/webchat\//, '')];
    const media = host.media.get(url.pathname.replace(/^\/media\//, ''));
    if (asset)
      return void response.writeHead(200, { 'content-type': asset.type }).end(await readFile(asset.file));
    if (media) return void response.writeHead(200, { 'content-type': media.mediaType }).end(media.bytes);
    const path = url.pathname.slice(`${prefix}${accountId}`.length);
    const asked: HookRequest = {
      method: request.method!,
      path,
      url: url.href,
      query: url.searchParams,
      headers: request.headers as HookRequest['headers'],
      body: await bodyOf(request),
    };
    const answer = url.pathname.startsWith(`${prefix}${accountId}/`)
      ? await connector.pages!.handle!(asked, account, host as never)
      : undefined;
    response.writeHead(answer?.status ?? 404, answer?.headers).end(answer?.body);
  }

  shop.on('request', (request, response) => {
    const query = new URL(request.url!, shopUrl).searchParams;
    const attributes = ['lang', 'dir', 'theme', 'color'].flatMap((name) =>
      query.has(name) ? [`data-${name}="${query.get(name)}"`] : [],
    );
    response.writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': `default-src 'none'; script-src ${baseUrl}; connect-src ${baseUrl} ${baseUrl.replace('http', 'ws')}; img-src ${baseUrl} data:; media-src ${baseUrl}`,
    });
    response.end(`<!doctype html><html lang="${query.get('lang') ?? 'en'}" dir="${query.get('dir') ?? 'ltr'}"><title>A shop</title><link rel="icon" href="data:,">
<main><h1>A shop</h1><p>Things to buy.</p></main><script async src="${baseUrl}/assets/webchat/widget.js" data-key="${query.get('key') ?? accountId}" ${attributes.join(' ')}></script></html>`);
  });

  return {
    baseUrl,
    accountId,
    shopUrl,
    host,
    inbox: host.inbox,
    async reply(address, content) {
      const signal = content.kind === 'typing' || content.kind === 'read';
      const entry = signal ? undefined : host.write(account, address, content);
      const messageId = entry?.messageId ?? 'msg_01JD0000000000000000000000';
      const outcome = await server.send!(
        {
          messageId,
          idempotencyKey: `${messageId}.0`,
          address,
          part: { content, ...(entry?.payloads && { payloads: entry.payloads }) },
          media: new Map(),
          thread: [],
        },
        account,
        host,
      );
      if (outcome.type === 'sent') host.setState(messageId, 'sent');
      return messageId;
    },
    blockSockets: (now) => (blocked = now),
    cutSockets: () => sockets.clients.forEach((client) => client.terminate()),
    async close() {
      host.stop();
      await server.stop();
      sockets.clients.forEach((client) => client.terminate());
      await Promise.all([end(gateway), end(shop)]);
    },
  };
}

const listen = (server: Server): Promise<number> =>
  new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)),
  );

const end = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });

async function bodyOf(request: IncomingMessage): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
