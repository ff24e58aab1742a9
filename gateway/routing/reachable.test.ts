import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ReachOutcome } from '../../connectors/contract/index.ts';
import { failure } from '../../protocol/failures.ts';
import { makeId } from '../../protocol/ids.ts';
import type { Message } from '../../protocol/messages.ts';
import { fakeHttp, answered, probeConnector, startEngine } from '../../test/gateway/engine.ts';
import type { Engine } from '../../test/gateway/engine.ts';
import { addressRow } from '../../test/gateway/rows.ts';
import type { LiveAccount } from '../accounts/registry.ts';
import { previewRoute } from '../messages/preview-route.ts';
import { createSend } from '../messages/send.ts';
import type { SendInput } from '../messages/send.ts';
import { traceOf } from '../messages/trace.ts';
import { Reachability } from './reachability.ts';

const no: ReachOutcome = { type: 'no', failure: failure('unreachable', 'NOT_FOUND') };
const tel = { schemes: ['tel'] };
const normalise = (address: string) => (address.startsWith('tel:+') ? address : undefined);
const to = 'tel:+33639980001';

let engine: Engine;
let reachability: Reachability;
let rich: LiveAccount;
let plain: LiveAccount;
let asked: string[];
let answer: (accountId: string) => Promise<ReachOutcome>;

beforeEach(async () => {
  asked = [];
  answer = async () => no;
  engine = await startEngine([
    {
      ...probeConnector({ name: 'rich', channel: 'rich', ...tel }),
      address: { normalise },
      reach: (address, { id }) => {
        asked.push(address);
        return answer(id);
      },
    },
    { ...probeConnector({ name: 'plain', channel: 'plain', ...tel }), address: { normalise } },
  ]);
  const { clock, log } = engine;
  const http = fakeHttp(() => answered(200));
  const signal = new AbortController().signal;
  reachability = new Reachability({
    context: { http, log, now: clock.now, random: clock.random, signal },
    waitMs: 5,
  });
  rich = await engine.account({ connector: 'rich' });
  plain = await engine.account({ connector: 'plain' });
});
afterEach(() => engine.close());

const content = { kind: 'text', text: 'Hello' } as const;
const prefer = { channels: ['rich', 'plain'] };
const send = async (input: Partial<SendInput> = {}) => {
  const sent = await createSend({ ...engine, reachability, onQueued: () => {} })({
    merchantId: 'mer_1',
    test: false,
    input: { to, content, route: prefer, ...input },
  });
  return JSON.parse(sent.body) as Message;
};
const preview = (from?: string) =>
  previewRoute(
    { ...engine, reachability },
    {
      request: { merchantId: 'mer_1', test: false, to, from, route: prefer },
      content,
      language: undefined,
      transliterate: undefined,
      strict: undefined,
    },
  );

test('a way that leads nowhere is not taken, and trace and preview say what the platform said', async () => {
  const refused = { account_id: rich.row.id, channel: 'rich', verdict: 'refused', refused: 'unreachable' };
  const because = expect.objectContaining({ code: 'unreachable', platform_code: 'NOT_FOUND' }) as unknown;
  const previewed = await preview();
  expect(previewed.account_id).toBe(plain.row.id);
  expect(previewed.considered[1]).toEqual({ ...refused, failure: because });
  const message = await send();
  expect(message.account_id).toBe(plain.row.id);
  const trace = JSON.stringify(await traceOf(engine.store.read, message.id));
  expect(trace).toContain('"refused":"unreachable"');
  expect(trace).toContain('"platform_code":"NOT_FOUND"');
  expect(asked).toEqual([to]);
});

test('"yes", "unknown" and no answer in time change nothing', async () => {
  for (const outcome of ['yes', 'unknown'] as const) {
    answer = async () => ({ type: outcome });
    reachability.forget(rich.row.id);
    expect((await send()).account_id).toBe(rich.row.id);
  }
  reachability.forget(rich.row.id);
  answer = () => new Promise(() => {});
  expect((await send()).account_id).toBe(rich.row.id);
  expect(asked).toHaveLength(3);
});

test('an account that the merchant named is not asked about', async () => {
  expect((await send({ from: rich.row.id })).account_id).toBe(rich.row.id);
  const consumerId = await consumerAt(['tel:+33639980002', 'tel:+33639980003']);
  expect((await send({ to: consumerId, from: rich.row.id })).account_id).toBe(rich.row.id);
  expect((await preview(rich.row.id)).account_id).toBe(rich.row.id);
  expect(asked).toEqual([]);
});

test('nobody is asked about a way that would not be taken, or that is the last', async () => {
  expect((await send({ route: { channels: ['plain', 'rich'] } })).account_id).toBe(plain.row.id);
  expect((await send({ route: { channels: ['rich'] } })).account_id).toBe(rich.row.id);
  expect(asked).toEqual([]);
  const second = await engine.account({ connector: 'rich' });
  engine.registry.remove(plain.row.id);
  // the first leads nowhere: the second is taken unasked, though it may be no better
  expect((await send()).account_id).toBe(second.row.id);
  expect(asked).toHaveLength(1);
});

/** A consumer with an address on each of these numbers, known by the first account. */
async function consumerAt(addresses: string[], lastInboundAt: number | null = null): Promise<string> {
  const id = makeId('consumer', { nowMs: 1, random: new Uint8Array(10) });
  await engine.store.write(async (tx) => {
    const consumer = { id, merchantId: 'mer_1', name: null, language: null };
    await tx.directory.insertConsumer({ ...consumer, createdAt: 1, mergedInto: null });
    const known = { consumerId: id, accountId: rich.row.id, channel: 'rich', lastInboundAt };
    for (const address of addresses) await tx.directory.insertAddress(addressRow(address, known));
  });
  return id;
}

test('who wrote there just now is answered there', async () => {
  const consumerId = await consumerAt([to], engine.clock.now());
  expect((await send({ to: consumerId })).account_id).toBe(rich.row.id);
  expect(asked).toEqual([]);
});

test('what one merchant’s account was told is no other’s', async () => {
  const theirs = await engine.account({ connector: 'rich', merchantId: 'mer_2' });
  await engine.account({ connector: 'plain', merchantId: 'mer_2' });
  await send();
  answer = async (id) => (id === theirs.row.id ? { type: 'yes' } : no);
  const sent = await createSend({ ...engine, reachability, onQueued: () => {} })({
    merchantId: 'mer_2',
    test: false,
    input: { to, content, route: prefer },
  });
  expect((JSON.parse(sent.body) as Message).account_id).toBe(theirs.row.id);
  expect(asked).toHaveLength(2);
});
