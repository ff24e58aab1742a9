import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { TestGateway } from '../gateway/gateway.ts';
import { until } from '../gateway/ports.ts';
import { isAlive } from '../launch/alive.ts';
import { startMetaEmulator } from '../providers/meta.ts';

const person = '7100000000000001';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

test('killed, the gateway leaves no nats-server behind', async () => {
  const gateway = await TestGateway.start();
  closing.push(() => gateway.stop());
  const pid = await gateway.natsPid();
  expect(await isAlive(pid)).toBe(true);
  await gateway.end('SIGKILL');
  await until('nats-server to be gone', async () => !(await isAlive(pid)), 10_000);
}, 40_000);

test('asked to end, it finishes what is in hand and leaves with 0 within 10 s', async () => {
  const gateway = await TestGateway.start();
  closing.push(() => gateway.stop());
  const merchant = await gateway.merchant('Ends');
  closing.push(() => merchant.receiver.close());
  const meta = await startMetaEmulator();
  closing.push(() => meta.close());
  const { config, credentials } = meta.accounts.messenger;
  const { hookUrl } = await merchant.account('messenger', config, credentials);
  // an endpoint that takes its time
  const calls: string[] = [];
  let answered = 0;
  const slow = createServer((request, response) => {
    request.resume().on('end', () => {
      calls.push(String(request.headers['webhook-id']));
      setTimeout(() => {
        answered++;
        response.writeHead(200).end();
      }, 700);
    });
  });
  await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve));
  closing.push(() => new Promise((resolve) => slow.close(resolve)));
  await merchant.call('POST', '/v1/webhook-endpoints', {
    url: `http://127.0.0.1:${(slow.address() as AddressInfo).port}/`,
  });
  meta.messenger.hooks.url = hookUrl;
  await meta.messenger.user(person).writes('hello');
  await until('the call', () => calls.length === 1);
  const startedAt = Date.now();
  expect(await gateway.end('SIGTERM')).toBe(0);
  expect(Date.now() - startedAt).toBeLessThan(10_000);
  expect(answered).toBeGreaterThanOrEqual(1);
  const finished = calls.slice(0, answered);
  await gateway.start();
  const { conversation_id: id } = (await merchant.receiver.event('message.received')).data;
  await merchant.send(id, { kind: 'text', text: 'welcome back' });
  await until('what follows', () => meta.messenger.user(person).shown.length === 1);
  for (const webhookId of finished) expect(calls.filter((one) => one === webhookId)).toHaveLength(1);
}, 60_000);
