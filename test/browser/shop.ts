import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Shop {
  origin: string;
  /** The page that embeds this account's widget; `look` becomes its attributes. */
  page(accountId: string, look?: Record<string, string>): string;
  close(): Promise<void>;
}

/** A merchant's shop on another origin, with the widget in it and a Content-Security-Policy without inline script. */
export async function startShop(gatewayUrl: string): Promise<Shop> {
  const socketUrl = gatewayUrl.replace('http', 'ws');
  const server = createServer((request, response) => {
    const query = new URL(request.url!, 'http://shop.test').searchParams;
    const attributes = [...query].map(([name, value]) => `data-${name}="${value}"`);
    response.writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': `default-src 'none'; script-src ${gatewayUrl}; connect-src ${gatewayUrl} ${socketUrl}; img-src ${gatewayUrl} data:; media-src ${gatewayUrl}`,
    });
    response.end(`<!doctype html><html lang="en"><title>A shop</title><link rel="icon" href="data:,">
<main><h1>A shop</h1><p>Things to buy.</p></main><script async src="${gatewayUrl}/assets/webchat/widget.js" ${attributes.join(' ')}></script></html>`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    page: (key, look = {}) => `${origin}/?${new URLSearchParams({ key, ...look }).toString()}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
