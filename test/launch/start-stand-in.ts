import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { StartGateway } from '../../gateway/launch/start.ts';
import { start } from '../../gateway/launch/start.ts';

// The launch with a gateway that only listens. The first argument chooses how it behaves.
const manner = process.argv[2];

const startGateway: StartGateway = async (settings) => {
  if (manner === 'refuse') throw new Error('Port 2525 of a connector is taken: set PASSERELLE_SOME_PORT');
  const server = createServer((_, response) => void wait(500).then(() => response.end('finished')));
  await new Promise<void>((resolve) => server.listen(settings.port, settings.host, resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  if (manner === 'crash') setTimeout(() => Promise.reject(new Error('what a consumer wrote')), 50);
  const stop = () =>
    manner === 'hang'
      ? new Promise<void>(() => undefined)
      : new Promise<void>((resolve) => server.close(() => resolve()));
  const banner = {
    url,
    demoUrl: `${url}/demo`,
    phoneUrl: `${url}/phone`,
    docsUrl: `${url}/docs`,
    testKey: manner === 'again' ? undefined : 'test_key',
    curl: `curl ${url}`,
    first: manner !== 'again',
  };
  return { banner, stop };
};

await start(startGateway);
