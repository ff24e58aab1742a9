import { defineConnector } from '../contract/index.ts';
import type { LiveClient, RunningServer } from '../contract/index.ts';
import { openPanel } from './live.ts';
import type { Threads } from './live.ts';
import { manifest } from './manifest.ts';
import type { WebchatConfig, WebchatCredentials } from './manifest.ts';
import type { WebchatHost } from './hub.ts';
import { sendToVisitor } from './outbound.ts';
import { handlePage } from './pages.ts';
import type { Polls } from './poll.ts';
import { normaliseAddress } from './token.ts';
import { closeCodes } from './wire.ts';

const file = (name: string): URL => new URL(name, import.meta.url);
const script = 'text/javascript; charset=utf-8';

function createWebchat() {
  const threads: Threads = new Map();
  const polls: Polls = new Map();

  function start(host: WebchatHost): RunningServer<WebchatConfig, WebchatCredentials> {
    const clients = new Set<LiveClient>();
    return {
      listening: [],
      connect(client, account) {
        clients.add(client);
        const handler = openPanel({ client, account, host, threads });
        return {
          message: handler.message,
          closed: () => {
            clients.delete(client);
            handler.closed();
          },
        };
      },
      send: (request, account) => sendToVisitor(request, { accountId: account.id, threads, host }),
      stop: async () => {
        for (const client of clients) client.close(closeCodes.goingAway, 'going away');
        clients.clear();
      },
    };
  }

  return defineConnector<WebchatConfig, WebchatCredentials, undefined>({
    manifest,
    address: { normalise: (address) => normaliseAddress(address) },
    server: { start: async (host) => start(host) },
    pages: {
      assets: {
        'widget.js': { file: file('./generated/widget.js'), type: script },
        'panel.js': { file: file('./generated/panel.js'), type: script },
        'more.js': { file: file('./generated/more.js'), type: script },
        'demo.css': { file: file('./demo/demo.css'), type: 'text/css; charset=utf-8' },
        'demo.js': { file: file('./demo/demo.js'), type: script },
      },
      handle: (request, account, host) => handlePage({ request, account, host, threads, polls }),
    },
  });
}

export const connector = createWebchat();
