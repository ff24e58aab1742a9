import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Context, InboundMessage, ProfileOutcome } from '../../connectors/contract/index.ts';
import { answered, fakeHttp, probeConnector, startEngine } from '../../test/gateway/engine.ts';
import type { Engine } from '../../test/gateway/engine.ts';
import type { LiveAccount } from '../accounts/registry.ts';
import { createAccept } from '../ingest/accept.ts';
import type { Accept } from '../ingest/accept.ts';
import { BlobStore } from '../media/blobs.ts';
import { Profiles, pausesMs } from './profiles.ts';

const day = 86_400_000;

let engine: Engine;
let live: LiveAccount;
let accept: Accept;
let profiles: Profiles;
let stop: AbortController;
let asked: string[];
let running: number;
let most: number;
let answer: (address: string, accountId: string) => Promise<ProfileOutcome>;

beforeEach(async () => {
  asked = [];
  running = most = 0;
  answer = async () => ({ type: 'found', name: 'Noa Exemple', language: 'fr' });
  stop = new AbortController();
  engine = await startEngine([
    {
      ...probeConnector(),
      profile: async (address, { id }) => {
        asked.push(address);
        most = Math.max(most, ++running);
        try {
          return await answer(address, id);
        } finally {
          running--;
        }
      },
    },
  ]);
  const { clock, log } = engine;
  const http = fakeHttp(() => answered(200));
  const context: Context = { http, log, now: clock.now, random: clock.random, signal: stop.signal };
  profiles = new Profiles({ store: engine.store, context });
  live = await engine.account();
  accept = createAccept({
    ...engine,
    blobs: new BlobStore(engine.folder),
    onPendingMedia: () => {},
    onQueued: () => {},
    onNameless: (of, nameless) => profiles.wanted(of, nameless),
  });
});
afterEach(async () => {
  stop.abort();
  await profiles.stop();
  await engine.close();
});

let made = 0;
const says = (address = 'probe:ada', change: Partial<InboundMessage> = {}, to = live) =>
  accept(to, [
    {
      type: 'message',
      providerId: `p${++made}`,
      sender: { address },
      content: { kind: 'text', text: 'Hello' },
      ...change,
    },
  ]);
const consumerAt = async (address = 'probe:ada', merchantId = 'mer_1') => {
  const row = await engine.store.read.directory.address(merchantId, address);
  return row && engine.store.read.directory.consumer(row.consumerId);
};
const tick = () => new Promise((resolve) => setImmediate(resolve));
const idle = async () => {
  await tick();
  await vi.waitFor(() => expect(running).toBe(0));
  // what is written after the answer
  await engine.store.write(async () => {});
  await tick();
};

test('somebody who wrote without a name gets the one that the platform knows, and their language', async () => {
  await says();
  await vi.waitFor(async () =>
    expect(await consumerAt()).toMatchObject({ name: 'Noa Exemple', language: 'fr' }),
  );
  await says();
  engine.clock.advance(2 * day);
  await says();
  await idle();
  expect(asked).toEqual(['probe:ada']);
});

test('nobody is asked about who has a name, about an auto-reply, or after a repetition', async () => {
  await says('probe:bob', { sender: { address: 'probe:bob', name: 'Bob Exemple' } });
  await says('probe:eve', { automatic: true });
  await says('probe:bob');
  const item = { providerId: 'same' };
  await says('probe:ada', item);
  await says('probe:ada', item);
  await idle();
  expect(asked).toEqual(['probe:ada']);
  expect((await consumerAt('probe:bob'))?.name).toBe('Bob Exemple');
});

test('a message is taken in while the platform says nothing, and a name that came meanwhile stays', async () => {
  let tell: (outcome: ProfileOutcome) => void = () => {};
  answer = () => new Promise((resolve) => (tell = resolve));
  expect(await says()).toMatchObject([{ duplicate: false }]);
  await says('probe:ada', { sender: { address: 'probe:ada', name: 'Ada' } });
  tell({ type: 'found', name: 'Somebody else' });
  await idle();
  expect((await consumerAt())?.name).toBe('Ada');
});

test('who was erased meanwhile gets no name', async () => {
  let tell: (outcome: ProfileOutcome) => void = () => {};
  answer = () => new Promise((resolve) => (tell = resolve));
  await says();
  const { id } = (await consumerAt())!;
  await engine.store.write((tx) => tx.erasures.removeAddresses(id));
  tell({ type: 'found', name: 'Noa Exemple' });
  await idle();
  expect((await engine.store.read.directory.consumer(id))?.name).toBeNull();
});

test('a failure that stays is asked about less and less, and only when they write', async () => {
  answer = async () => ({ type: 'unknown' });
  await says();
  await idle();
  let calls = 1;
  for (const pauseMs of pausesMs) {
    await says();
    engine.clock.advance(pauseMs - 1);
    await says();
    await idle();
    expect(asked).toHaveLength(calls);
    engine.clock.advance(1);
    await idle();
    expect(asked).toHaveLength(calls);
    await says();
    await idle();
    expect(asked).toHaveLength(++calls);
  }
  expect(engine.log.entries).toEqual([]);
});

test('"none" holds for a day; a name without anything to show is none', async () => {
  answer = async () => ({ type: 'none' });
  await says();
  answer = async () => ({ type: 'found', name: ' \n' });
  await says('probe:bob');
  await idle();
  engine.clock.advance(day - 1);
  await says();
  await idle();
  expect(asked).toHaveLength(2);
  engine.clock.advance(1);
  answer = async () => ({ type: 'found', name: 'x'.repeat(1000), language: 'not a language' });
  await says();
  await idle();
  expect(await consumerAt()).toMatchObject({ name: 'x'.repeat(256), language: null });
  expect((await consumerAt('probe:bob'))?.name).toBeNull();
});

test('a connector that throws is a failure, and told of without the address', async () => {
  answer = async () => {
    throw new Error('broken');
  };
  await says();
  await vi.waitFor(() => expect(engine.log.entries).toHaveLength(1));
  expect(JSON.stringify(engine.log.entries)).not.toContain('ada');
  await says();
  await idle();
  expect(asked).toHaveLength(1);
});

test('few are asked about at once, fewer of one account, and a slow account holds up no other', async () => {
  answer = (_address, accountId) =>
    accountId === live.row.id ? new Promise(() => {}) : Promise.resolve({ type: 'found', name: 'Noa' });
  for (let i = 0; i < 200; i++) await says(`probe:n${i}`);
  expect(asked).toHaveLength(2);
  const other = await engine.account({ merchantId: 'mer_2' });
  for (let i = 0; i < 5; i++) await says(`probe:m${i}`, {}, other);
  await vi.waitFor(async () => expect((await consumerAt('probe:m4', 'mer_2'))?.name).toBe('Noa'));
  expect(asked.filter((address) => address.startsWith('probe:n'))).toHaveLength(2);
  for (let i = 0; i < 9; i++) {
    const slow = await engine.account({ merchantId: 'mer_3' });
    answer = () => new Promise(() => {});
    for (let k = 0; k < 3; k++) await says(`probe:s${i}-${k}`, {}, slow);
  }
  expect(most).toBe(8);
});

test('the same consumer on two accounts is asked about on each, and of one merchant nothing reaches another', async () => {
  answer = async (_address, accountId) =>
    accountId === live.row.id ? { type: 'found', name: 'First' } : { type: 'none' };
  const theirs = await engine.account({ merchantId: 'mer_2' });
  await says();
  await says('probe:ada', {}, theirs);
  await idle();
  expect(asked).toHaveLength(2);
  expect((await consumerAt())?.name).toBe('First');
  expect((await consumerAt('probe:ada', 'mer_2'))?.name).toBeNull();
});

test('a gateway that stops waits for nothing that hangs', async () => {
  answer = () => new Promise(() => {});
  await says();
  await vi.waitFor(() => expect(asked).toHaveLength(1));
  stop.abort();
  await profiles.stop();
  await says('probe:bob');
  await tick();
  expect(asked).toEqual(['probe:ada']);
});
