import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { mayFollow } from '../../protocol/delivery.ts';
import { TestGateway } from '../gateway/gateway.ts';
import type { TestMerchant } from '../gateway/gateway.ts';
import { until } from '../gateway/ports.ts';
import type { Receiver } from '../gateway/receiver.ts';
import { isAlive } from '../launch/alive.ts';
import { startMetaEmulator } from '../providers/meta.ts';
import type { MetaEmulator } from '../providers/meta.ts';
import { randomOf, startTraffic } from './traffic.ts';
import type { Traffic } from './traffic.ts';

/** FAULTS_SEED=… repeats a run. */
const seed = Number(process.env['FAULTS_SEED'] ?? Math.floor(Math.random() * 1e9));
const random = randomOf(seed);
const people = ['7100000000000001', '7100000000000002', '7100000000000003', '7100000000000004'];

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

interface World {
  gateway: TestGateway;
  merchant: TestMerchant;
  meta: MetaEmulator;
  hookUrl: string;
}

async function startWorld(): Promise<World> {
  const gateway = await TestGateway.start({ PASSERELLE_LOG_LEVEL: 'warn' });
  closing.push(() => gateway.stop());
  const merchant = await gateway.merchant('Faults');
  closing.push(() => merchant.receiver.close());
  // so that a kill always finds calls in hand
  merchant.receiver.delayMs = 60;
  const meta = await startMetaEmulator({ attempts: 4, retryMs: 40 });
  closing.push(() => meta.close());
  const { config, credentials } = meta.accounts.messenger;
  const { hookUrl } = await merchant.account('messenger', config, credentials);
  // opens their windows at the platform, before it knows where to call
  for (const person of people) await meta.messenger.user(person).writes('hello');
  meta.messenger.hooks.url = hookUrl;
  meta.callbacks = 'reordered';
  return { gateway, merchant, meta, hookUrl };
}

const inboundTexts = (receiver: Receiver) =>
  receiver.events.flatMap((event) =>
    event.type === 'message.received'
      ? [
          {
            text: event.data.content.text ?? '',
            sequence: event.data.sequence,
            person: event.data.address.slice(10),
          },
        ]
      : [],
  );

/** Nothing of what was accepted is lost, doubled or out of order, at the merchant. */
async function checkInbound({ inbound }: Traffic, { receiver }: TestMerchant): Promise<void> {
  const accepted = [...inbound.values()].flat();
  await until(
    `${accepted.length} messages to arrive`,
    () => inboundTexts(receiver).length >= accepted.length,
    20_000,
  ).catch(() => undefined);
  expect(new Set(inboundTexts(receiver).map(({ text }) => text))).toEqual(new Set(accepted));
  for (const person of people) {
    const got = inboundTexts(receiver).filter((one) => one.person === person);
    expect(got.map(({ text }) => text)).toEqual(inbound.get(person));
    expect(got.map(({ sequence }) => sequence)).toEqual(
      got.map(({ sequence }) => sequence).toSorted((a, b) => a - b),
    );
  }
}

/** Everything accepted is at the platform once, or at most once with a reason; in order. */
async function checkOutbound(
  { outbound }: Traffic,
  merchant: TestMerchant,
  meta: MetaEmulator,
): Promise<Record<string, number>> {
  const states = new Map<string, string>();
  const counts: Record<string, number> = {};
  for (const [text, id] of outbound) {
    const state = await merchant
      .state(id, 'sent', 'delivered', 'read', 'uncertain', 'failed')
      .catch(async (error: unknown) => {
        const { body } = await merchant.call('GET', `/v1/messages/${id}/trace`);
        throw new Error(`${String(error)}: ${JSON.stringify(body['entries'])}`);
      });
    counts[state] = (counts[state] ?? 0) + 1;
    states.set(text, state);
  }
  const shown = people.flatMap((person) => meta.messenger.user(person).shown.map(({ text }) => text ?? ''));
  expect(shown.length).toBe(new Set(shown).size);
  for (const [text, state] of states) {
    if (state === 'failed') {
      const { body } = await merchant.call('GET', `/v1/messages/${outbound.get(text)}`);
      expect(body['failure']).toMatchObject({ code: expect.any(String) as string });
    } else if (state !== 'uncertain') expect(shown, `${text} is ${state}`).toContain(text);
  }
  for (const person of people) {
    const numbers = meta.messenger.user(person).shown.map(({ text }) => Number(text?.split(' ')[2]));
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  }
  return counts;
}

/** Every `delivery.updated`, in the order of arrival: forward only. */
function checkStates({ receiver }: TestMerchant): void {
  const last = new Map<string, string>();
  for (const event of receiver.events) {
    if (event.type !== 'delivery.updated') continue;
    const { message_id: id, state, previous } = event.data;
    expect(mayFollow(previous, state), `${previous} → ${state}`).toBe(true);
    expect(last.get(id) ?? previous).toBe(previous);
    last.set(id, state);
  }
}

async function checkExplained({ outbound }: Traffic, merchant: TestMerchant): Promise<void> {
  for (const id of [...outbound.values()].slice(0, 20)) {
    const { body } = await merchant.call('GET', `/v1/messages/${id}/trace`);
    const steps = body['entries'] as unknown as { step: string; detail: { considered?: unknown[] } }[];
    expect(steps.find(({ step }) => step === 'routed')?.detail.considered).toHaveLength(1);
    expect(steps.filter(({ step }) => step === 'attempt').length).toBeGreaterThan(0);
  }
}

const killGateway = async ({ gateway }: World, wipe = false): Promise<void> => {
  const natsPid = await gateway.natsPid();
  await gateway.end('SIGKILL');
  if (wipe) {
    await until('nats-server to be gone', async () => !(await isAlive(natsPid)), 10_000);
    await rm(join(gateway.dataFolder, 'nats', 'store'), { recursive: true, force: true });
  }
  await gateway.start();
};

const killNats = async ({ gateway }: World): Promise<void> => {
  process.kill(await gateway.natsPid(), 'SIGKILL');
  await pause(300);
};

async function runThrough(faults: ((world: World) => Promise<void>)[]): Promise<void> {
  console.info(`FAULTS_SEED=${seed}`);
  const world = await startWorld();
  const traffic = startTraffic({ ...world, people, random });
  for (const fault of faults) {
    await pause(150 + random() * 700);
    await fault(world);
  }
  await pause(300);
  await traffic.stop();
  // once more with calls in hand, and nothing that follows and would bring them along
  await killGateway(world);
  await world.meta.settled();
  await checkInbound(traffic, world.merchant);
  const counts = await checkOutbound(traffic, world.merchant, world.meta);
  checkStates(world.merchant);
  await checkExplained(traffic, world.merchant);
  const accepted = [...traffic.inbound.values()].flat().length;
  console.info(`${accepted} in, ${traffic.outbound.size} out`, counts);
  expect(accepted).toBeGreaterThan(50);
  expect(traffic.outbound.size).toBeGreaterThan(50);
}

test(
  'invariants 1 to 6 and 10: gateway and nats-server are killed in mid-flow again and again, and nothing is lost, doubled or out of order',
  () => runThrough([killGateway, killNats, killGateway, killGateway, killNats, killNats, killGateway]),
  60_000,
);

test(
  'invariant 1: the JetStream store is wiped between kill and start, and nothing is lost',
  () => runThrough([killNats, (world) => killGateway(world, true), killGateway]),
  60_000,
);

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
  await meta.messenger.user(people[0]!).writes('hello');
  await until('the call', () => calls.length === 1);
  const startedAt = Date.now();
  expect(await gateway.end('SIGTERM')).toBe(0);
  expect(Date.now() - startedAt).toBeLessThan(10_000);
  expect(answered).toBeGreaterThanOrEqual(1);
  const finished = calls.slice(0, answered);
  await gateway.start();
  const { conversation_id: id } = (await merchant.receiver.event('message.received')).data;
  await merchant.send(id, { kind: 'text', text: 'welcome back' });
  await until('what follows', () => meta.messenger.user(people[0]!).shown.length === 1);
  for (const webhookId of finished) expect(calls.filter((one) => one === webhookId)).toHaveLength(1);
}, 60_000);
