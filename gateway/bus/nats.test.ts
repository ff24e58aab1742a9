import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { until } from '../../test/gateway/ports.ts';
import { memoryLog } from '../../test/launch/memory-log.ts';
import { allSends, eventSubject, eventsOf, sendSubject } from '../../protocol/subjects.ts';
import { startNatsServer } from './embedded/server.ts';
import type { NatsServer } from './embedded/server.ts';
import { openNats } from './nats.ts';
import type { Bus, BusMessage } from './port.ts';

let folder: string;
let server: NatsServer;
let bus: Bus;
const others: Bus[] = [];
const log = memoryLog();

const open = () => openNats({ servers: server.url, token: server.token, log: () => {} });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'passerelle-bus-'));
  server = await startNatsServer({
    dataFolder: folder,
    programFolders: ['/usr/bin', '/usr/sbin', '/usr/local/bin'],
    log,
  });
  bus = await open();
});
afterEach(async () => {
  await Promise.all([bus, ...others.splice(0)].map((one) => one.close()));
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

const subject = (merchantId = 'mer_1') => eventSubject({ merchantId, type: 'consumer.typing' });
const message = (n: number, of = subject()): BusMessage => ({
  subject: of,
  id: `evt_${n}`,
  payload: `{"n":${n}}`,
  place: n,
});

function consumed(from: Bus): Omit<BusMessage, 'id'>[] {
  const got: Omit<BusMessage, 'id'>[] = [];
  from.consume((one) => got.push(one));
  return got;
}

/** Publishes as the outbox does: again and again with the same id. */
const persist = (one: BusMessage) =>
  until(`${one.id} to be stored`, () =>
    bus.publish(one).then(
      () => true,
      () => false,
    ),
  );

async function administration() {
  const connection = await connect({ servers: server.url, token: server.token });
  return { connection, manager: await jetstreamManager(connection) };
}

test('streams and durables are made once, as they were asked for', async () => {
  others.push(await open());
  const admin = await administration();
  const streams = await Array.fromAsync(admin.manager.streams.list());
  expect(
    streams.map(({ config }) => [config.name, config.subjects, config.retention, config.storage]).toSorted(),
  ).toEqual([['PSR_EVENTS', ['psr.v1.event.>'], 'limits', 'file']]);
  const durables = await Promise.all(
    streams.map(({ config }) => Array.fromAsync(admin.manager.consumers.list(config.name))),
  );
  expect(
    durables
      .flat()
      .map(({ name, config }) => [name, config.ack_policy])
      .toSorted(),
  ).toEqual([['webhooks', 'none']]);
  await admin.connection.close();
});

test('what is published is consumed with its place, in order; what is told is heard, and stored nowhere', async () => {
  const events = consumed(bus);
  const sends: string[] = [];
  bus.watch(allSends, ({ payload }) => sends.push(payload));
  for (let n = 1; n <= 50; n++) await bus.publish(message(n));
  bus.tell(sendSubject({ merchantId: 'mer_1', channel: 'probe', accountId: 'acc_1' }), '{}');
  await until('all of it', () => events.length === 50 && sends.length === 1);
  expect(events.map(({ place }) => place)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
  expect(events[0]).toEqual({ subject: subject(), payload: '{"n":1}', place: 1 });
  expect(await bus.depths()).toEqual({ webhooks: 0 });
});

test('a repeated id is stored once, also after a restart of the server', async () => {
  const got = consumed(bus);
  for (let i = 0; i < 3; i++) await bus.publish(message(1));
  await until('the first', () => got.length === 1);
  process.kill(server.pid, 'SIGKILL');
  await until('it to be seen', () => !bus.connected());
  await persist(message(1));
  await persist(message(2));
  await until('the second', () => got.length === 2);
  expect(got.map(({ place }) => place)).toEqual([1, 2]);
});

test('consuming goes on over kills of the server, and nothing stored is lost', async () => {
  const got = consumed(bus);
  let returns = 0;
  bus.onReturn(() => returns++);
  let n = 0;
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < 40; i++) await persist(message(++n));
    const { pid } = server;
    process.kill(pid, 'SIGKILL');
    for (let i = 0; i < 40; i++) await persist(message(++n));
    await until('the return', () => returns > round);
  }
  await until('all of it', () => new Set(got.map(({ place }) => place)).size === n);
  const firsts = [...new Set(got.map(({ place }) => place))];
  expect(firsts).toEqual(firsts.toSorted((a, b) => a! - b!));
});

test('while the server is away publishing rejects, and it says so', async () => {
  expect(bus.connected()).toBe(true);
  expect(await bus.depths()).toEqual({ webhooks: 0 });
  await server.stop();
  await until('it to be seen', () => !bus.connected());
  await expect(bus.publish(message(1))).rejects.toThrow();
  expect(await bus.depths()).toEqual({});
});

test.each(['a publish', 'nothing but waiting'])(
  'streams that were deleted are made again and whoever publishes is told: by %s',
  async (by) => {
    const got = consumed(bus);
    let returns = 0;
    bus.onReturn(() => returns++);
    await bus.publish(message(1));
    await until('the first', () => got.length === 1);
    const admin = await administration();
    for await (const name of admin.manager.streams.names()) await admin.manager.streams.delete(name);
    await admin.connection.close();
    if (by === 'a publish') await bus.publish(message(2)).catch(() => undefined);
    await until('the return', () => returns > 0);
    await persist(message(2));
    await persist(message(1));
    await until('both', () => got.length >= 3);
    expect(got.map(({ place }) => place)).toEqual([1, 2, 1]);
  },
  30_000,
);

test('the depth is what waits', async () => {
  for (let n = 1; n <= 5; n++) await bus.publish(message(n));
  expect(await bus.depths()).toEqual({ webhooks: 5 });
  const got = consumed(bus);
  await until('all of it', () => got.length === 5);
  await until('the depth to fall', async () => (await bus.depths())['webhooks'] === 0);
});

test('what another process had left is consumed by the next, and what it had taken is not', async () => {
  const first = await open();
  others.push(first);
  const taken = consumed(first);
  await bus.publish(message(1));
  await until('the first', () => taken.length === 1);
  await until('it to count as taken', async () => (await bus.depths())['webhooks'] === 0);
  await first.close();
  await bus.publish(message(2));
  const got = consumed(bus);
  // the server may hand it to the one who has just left, and then waits for its half minute
  await until('the second', () => got.length === 1, 45_000);
  expect(got[0]!.place).toBe(2);
}, 60_000);

test('invariant 8: watching sees one merchant’s events, from now on, until it ends', async () => {
  await bus.publish(message(1));
  const seen: string[] = [];
  const end = bus.watch(eventsOf('mer_1'), ({ payload }) => seen.push(payload));
  const other = await open();
  others.push(other);
  // a round trip on this connection: the server has the subscription
  await bus.depths();
  await other.publish(message(2));
  await other.publish(message(3, subject('mer_2')));
  await other.publish(message(4));
  await until('both', () => seen.length === 2);
  expect(seen).toEqual(['{"n":2}', '{"n":4}']);
  end();
  await bus.depths();
  await other.publish(message(5));
  await bus.depths();
  expect(seen).toHaveLength(2);
});
