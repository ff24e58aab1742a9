import { TestGateway } from '../gateway/gateway.ts';
import { startLine } from './line.ts';
import type { Line } from './line.ts';
import { startShop } from './shop.ts';
import type { Shop } from './shop.ts';

/** A real gateway, the line to it, and a shop on another origin: what the tests of the pages stand on. */
export interface Town {
  gateway: TestGateway;
  line: Line;
  shop: Shop;
  close(): Promise<void>;
}

export async function startTown(): Promise<Town> {
  const line = await startLine();
  const [gateway, shop] = await Promise.all([
    TestGateway.start({ PASSERELLE_PUBLIC_URL: line.url }),
    startShop(line.url),
  ]);
  line.lead(gateway.port);
  return {
    gateway,
    line,
    shop,
    close: async () => {
      await line.close();
      await Promise.all([gateway.stop(), shop.close()]);
    },
  };
}
