import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { kinds } from '../../protocol/capabilities.ts';
import type { Capabilities } from '../../protocol/capabilities.ts';
import type { Content } from '../../protocol/content.ts';
import { makeId } from '../../protocol/ids.ts';
import { probeConnector, startEngine } from '../../test/gateway/engine.ts';
import type { Engine } from '../../test/gateway/engine.ts';
import { addressRow, conversationRow } from '../../test/gateway/rows.ts';
import type { LiveAccount } from '../accounts/registry.ts';
import { Refusal } from '../problems.ts';
import { adaptFor } from '../messages/adaptation.ts';
import { waysTo } from './candidates.ts';
import type { RouteOptions, RouteRequest } from './candidates.ts';
import { route } from './route.ts';

let engine: Engine;
const id = (kind: 'consumer' | 'conversation', n: number) =>
  makeId(kind, { nowMs: n, random: new Uint8Array(10) });

beforeEach(async () => {
  engine = await startEngine([
    probeConnector(),
    probeConnector({ name: 'pigeon', channel: 'pigeon', schemes: ['pigeon'] }),
  ]);
});
afterEach(() => engine.close());

interface Asked extends Partial<RouteRequest> {
  content?: Content;
  strict?: boolean;
  options?: Partial<RouteOptions>;
}
const choose = async (to: string, { content, strict = false, options, ...change }: Asked = {}) => {
  const request = { merchantId: 'mer_1', to, test: false, ...change };
  const o = { registry: engine.registry, now: engine.clock.now, ...options };
  const sent = content ?? ({ kind: 'text', text: 'Hello' } as const);
  const adapt = (live: LiveAccount) =>
    adaptFor(live, sent, { messageId: 'msg_1', view: engine.view, extras: null });
  const found = await waysTo(engine.store.read, o, request);
  return route({ request, load: { content: sent, adapt, strict }, found });
};
const ask = async (to: string, asked: Asked = {}) => (await choose(to, asked)).route;
const verdicts = async (to: string, asked: Asked = {}) =>
  (await ask(to, asked)).considered.map(({ account_id, verdict, refused, behind_by }) => [
    account_id,
    refused ?? behind_by ?? verdict,
  ]);
const refusal = async (asked: Promise<unknown>): Promise<string> =>
  asked.then(
    () => 'routed',
    (error: unknown) => (error instanceof Refusal ? error.code : String(error)),
  );
const consumer = (of: { n: number; merchantId?: string; mergedInto?: string | null }) =>
  engine.store.write((tx) =>
    tx.directory.insertConsumer({
      id: id('consumer', of.n),
      merchantId: of.merchantId ?? 'mer_1',
      name: null,
      language: null,
      createdAt: 1,
      mergedInto: of.mergedInto ?? null,
    }),
  );
const knownBy = (address: string, accountId: string, change: Parameters<typeof addressRow>[1] = {}) =>
  engine.store.write((tx) =>
    tx.directory.insertAddress(addressRow(address, { consumerId: id('consumer', 1), accountId, ...change })),
  );

test('an address goes to the account of its scheme', async () => {
  const probe = await engine.account();
  const pigeon = await engine.account({ connector: 'pigeon' });
  expect(await ask('probe:ada')).toEqual({
    live: probe,
    address: 'probe:ada',
    considered: [
      {
        account_id: probe.row.id,
        channel: 'probe',
        verdict: 'chosen',
        place: 1,
        reasons: { window: 'none', capability: 0, health: 'up' },
      },
    ],
  });
  expect(await refusal(ask('probe:NOT OK'))).toBe('invalid_request');
  expect(await refusal(ask('fax:1'))).toBe('no_route');
  expect(await refusal(ask('probe:ada', { from: pigeon.row.id }))).toBe('no_route');
});

test('invariant 10: of several accounts the one that the consumer knows, and all that were considered are named', async () => {
  const [first, second] = [await engine.account(), await engine.account()];
  expect((await ask('probe:ada')).live).toBe(first);
  await knownBy('probe:ada', second.row.id);
  const found = await ask('probe:ada');
  expect(found.live).toBe(second);
  expect(await verdicts('probe:ada')).toEqual([
    [second.row.id, 'chosen'],
    [first.row.id, 'tie'],
  ]);
  expect((await ask('probe:ada', { from: first.row.id })).live).toBe(first);
});

test('invariant 10: test keys reach test accounts only, live keys live ones, and the reason is kept', async () => {
  const [live, trial] = [await engine.account(), await engine.account({ test: true })];
  const found = await ask('probe:ada', { test: true });
  expect(found.live).toBe(trial);
  expect(await verdicts('probe:ada', { test: true })).toEqual([
    [trial.row.id, 'chosen'],
    [live.row.id, 'live_account_with_test_key'],
  ]);
  expect((await ask('probe:ada')).live).toBe(live);
  engine.registry.remove(live.row.id);
  expect(await refusal(ask('probe:ada'))).toBe('no_route');
});

test('a consumer is reached where they were last, and where that cannot be, at the next', async () => {
  const probe = await engine.account();
  const pigeon = await engine.account({ connector: 'pigeon' });
  await consumer({ n: 1 });
  await knownBy('probe:ada', probe.row.id, { lastInboundAt: 10 });
  await knownBy('pigeon:ada', pigeon.row.id, { lastInboundAt: 20, channel: 'pigeon' });
  await engine.store.write((tx) =>
    tx.conversations.insert(conversationRow(id('conversation', 1), { consumerId: id('consumer', 1) })),
  );
  expect((await ask(id('consumer', 1))).address).toBe('pigeon:ada');
  expect((await ask(id('conversation', 1))).address).toBe('pigeon:ada');
  await engine.store.write((tx) => tx.directory.updateAddress('mer_1', 'pigeon:ada', { optedOutAt: 1 }));
  const found = await ask(id('consumer', 1));
  expect(found.address).toBe('probe:ada');
  expect(await verdicts(id('consumer', 1))).toEqual([
    [probe.row.id, 'chosen'],
    [pigeon.row.id, 'opted_out'],
  ]);
  const promotionsRefused = { via: 'platform', at: 1 } as const;
  await engine.store.write((tx) => tx.directory.updateAddress('mer_1', 'probe:ada', { promotionsRefused }));
  expect((await ask(id('consumer', 1))).address).toBe('probe:ada');
  expect(await refusal(ask(id('consumer', 1), { purpose: 'promotional' }))).toBe('opted_out');
  engine.registry.remove(probe.row.id);
  expect(await refusal(ask(id('consumer', 1)))).toBe('no_route');
});

test('a consumer who opted out everywhere is said to have', async () => {
  const probe = await engine.account();
  await consumer({ n: 1 });
  await knownBy('probe:ada', probe.row.id, { optedOutAt: 1 });
  expect(await refusal(ask(id('consumer', 1)))).toBe('opted_out');
});

test('the id of a consumer who was linked into another leads to the other', async () => {
  const probe = await engine.account();
  await consumer({ n: 1 });
  await consumer({ n: 2, mergedInto: id('consumer', 1) });
  await knownBy('probe:ada', probe.row.id);
  expect((await ask(id('consumer', 2))).address).toBe('probe:ada');
});

test('invariant 8: another merchant’s consumer, conversation and accounts are as if they were not there', async () => {
  const theirs = await engine.account({ merchantId: 'mer_2' });
  await consumer({ n: 1, merchantId: 'mer_2' });
  await engine.store.write((tx) =>
    tx.conversations.insert(
      conversationRow(id('conversation', 1), { merchantId: 'mer_2', consumerId: id('consumer', 1) }),
    ),
  );
  const message = async (asked: Promise<unknown>) =>
    asked.catch((error: unknown) => (error as Refusal).detail.replace(/[A-Z0-9]{26}/, ''));
  expect(await message(ask(id('consumer', 1)))).toBe(await message(ask(id('consumer', 9))));
  expect(await message(ask(id('conversation', 1)))).toBe(await message(ask(id('conversation', 9))));
  expect(await refusal(ask('probe:ada'))).toBe('no_route');
  const mine = await engine.account();
  expect(await message(ask('probe:ada', { from: theirs.row.id }))).toBe(
    await message(ask('probe:ada', { from: makeId('account', { nowMs: 1, random: new Uint8Array(10) }) })),
  );
  await consumer({ n: 2 });
  await engine.store.write((tx) =>
    tx.directory.insertAddress(
      addressRow('probe:bob', { consumerId: id('consumer', 2), accountId: mine.row.id }),
    ),
  );
  expect(await refusal(ask(id('consumer', 2), { from: theirs.row.id }))).toBe('no_route');
});

test('a telephone or a mailbox may be reached by another account; other addresses only by the one that met them', async () => {
  await engine.close();
  const phone = (name: string) => probeConnector({ name, channel: 'sms', schemes: ['tel', 'probe'] });
  const connectors = [phone('first'), phone('second')].map((one) => ({
    ...one,
    address: { normalise: (address: string) => address },
  }));
  engine = await startEngine(connectors);
  const [first, second] = [await engine.account(), await engine.account({ connector: 'second' })];
  await consumer({ n: 1 });
  await knownBy('tel:+33639980001', first.row.id, { channel: 'sms', lastInboundAt: 5 });
  await knownBy('probe:ada', first.row.id, { channel: 'sms', lastInboundAt: 9 });
  const ways = async (asked: Asked = {}) =>
    (await ask(id('consumer', 1), asked)).considered.map(({ account_id, refused }) => [account_id, refused]);
  expect(await ways()).toEqual([
    [first.row.id, undefined],
    [first.row.id, undefined],
    [second.row.id, undefined],
  ]);
  engine.registry.remove(first.row.id);
  const found = await ask(id('consumer', 1));
  expect([found.live, found.address]).toEqual([second, 'tel:+33639980001']);
  expect((await ways()).slice(1)).toEqual([
    [first.row.id, 'account_removed'],
    [first.row.id, 'account_removed'],
  ]);
});

describe('what a send rules out', () => {
  let [probe, pigeon]: LiveAccount[] = [];
  beforeEach(async () => {
    probe = await engine.account();
    pigeon = await engine.account({ connector: 'pigeon' });
    await consumer({ n: 1 });
    await knownBy('probe:ada', probe.row.id, { lastInboundAt: 20 });
    await knownBy('pigeon:ada', pigeon.row.id, { lastInboundAt: 10, channel: 'pigeon' });
  });
  const to = id('consumer', 1);

  test.each<[string, () => Asked, () => [string, string][]]>([
    [
      'channels',
      () => ({ route: { channels: ['pigeon'] } }),
      () => [
        [pigeon!.row.id, 'chosen'],
        [probe!.row.id, 'not_asked_for'],
      ],
    ],
    [
      'the order of channels',
      () => ({ route: { channels: ['pigeon', 'probe'] } }),
      () => [
        [pigeon!.row.id, 'chosen'],
        [probe!.row.id, 'preference'],
      ],
    ],
    [
      'an account',
      () => ({ route: { exclude: [probe!.row.id] } }),
      () => [
        [pigeon!.row.id, 'chosen'],
        [probe!.row.id, 'excluded'],
      ],
    ],
    [
      'a channel',
      () => ({ route: { exclude: ['probe'] } }),
      () => [
        [pigeon!.row.id, 'chosen'],
        [probe!.row.id, 'excluded'],
      ],
    ],
    [
      'what is not well',
      () => ({ options: { health: (live) => (live === probe ? 'breaker_open' : 'up') } }),
      () => [
        [pigeon!.row.id, 'chosen'],
        [probe!.row.id, 'health'],
      ],
    ],
    [
      'who was erased',
      () => ({ options: { isSuppressed: async (_, address) => address === 'probe:ada' } }),
      () => [
        [pigeon!.row.id, 'chosen'],
        [probe!.row.id, 'erased'],
      ],
    ],
  ])('%s', async (_, asked, expected) => expect(await verdicts(to, asked())).toEqual(expected()));

  test('everything: it says so, for people', async () => {
    expect(await refusal(ask(to, { route: { exclude: ['probe', 'pigeon'] } }))).toBe('no_route');
    expect(await refusal(ask('probe:ada', { route: { exclude: ['probe'] } }))).toBe('no_route');
    expect(await refusal(ask(to, { options: { isSuppressed: async () => true } }))).toBe('opted_out');
  });

  test('the consumer’s wish goes before the merchant’s list, the send’s own before both', async () => {
    await engine.store.write((tx) => tx.routing.putDefaults('mer_1', { prefer: ['pigeon'] }));
    expect((await ask(to)).live).toBe(pigeon);
    await engine.store.write((tx) => tx.directory.updateConsumer(to, { preferredChannel: 'probe' }));
    expect((await ask(to)).live).toBe(probe);
    expect((await ask(to, { route: { channels: ['pigeon', 'probe'] } })).live).toBe(pigeon);
    await engine.store.write((tx) =>
      tx.routing.putDefaults('mer_2', { policy: ['cost'], costs: { pigeon: 0 } }),
    );
    expect((await ask(to)).live).toBe(probe);
    const defaults = { policy: ['cost'], costs: { probe: 2, [pigeon!.row.id]: 1 } };
    await engine.store.write((tx) => tx.routing.putDefaults('mer_1', defaults));
    expect((await ask(to)).live).toBe(pigeon);
  });
});

describe('content', () => {
  const capabilities = (of: Partial<Capabilities>) => ({
    capabilities: { ...probeConnector().manifest.capabilities, ...of },
  });
  const to = id('consumer', 1);
  async function withPigeon(of: Partial<Capabilities>): Promise<{ probe: LiveAccount; pigeon: LiveAccount }> {
    await engine.close();
    const pigeonManifest = { name: 'pigeon', channel: 'pigeon', schemes: ['pigeon'], ...capabilities(of) };
    const pigeon = probeConnector(pigeonManifest);
    engine = await startEngine([
      probeConnector(),
      { ...pigeon, address: { normalise: (address) => address } },
    ]);
    const both = { probe: await engine.account(), pigeon: await engine.account({ connector: 'pigeon' }) };
    await consumer({ n: 1 });
    await knownBy('probe:ada', both.probe.row.id);
    await knownBy('pigeon:ada', both.pigeon.row.id, { channel: 'pigeon', createdAt: 2 });
    return both;
  }
  const choice: Content = {
    kind: 'choice',
    text: 'Which?',
    options: [
      { id: 'a', title: 'A' },
      { id: 'b', title: 'B' },
    ],
  };

  test('goes where it loses nothing before where it loses something; a channel that refuses it is none', async () => {
    const { probe, pigeon } = await withPigeon({ outbound: kinds({ text: 'native' }, 'refused') });
    expect(await verdicts(to, { content: choice })).toEqual([
      [probe.row.id, 'chosen'],
      [pigeon.row.id, 'content_unsupported'],
    ]);
    expect((await choose(to)).route.live).toBe(pigeon);
    expect(await refusal(ask('pigeon:ada', { content: choice }))).toBe('content_unsupported');
  });

  test('with strict, what loses anything is no way; where all do, it says what is lost', async () => {
    const { probe, pigeon } = await withPigeon({ text: { max: 20, unit: 'codepoints', subject: true } });
    const content: Content = { kind: 'text', text: 'Now', subject: 'When' };
    expect(await verdicts(to, { content, strict: true })).toEqual([
      [pigeon.row.id, 'chosen'],
      [probe.row.id, 'lossy'],
    ]);
    const [own, other] = (await ask(to, { content, route: { policy: ['capability'] } })).considered;
    expect([own?.reasons?.capability, other?.behind_by]).toEqual([0, 'capability']);
    const refused = await ask('probe:ada', { content, strict: true }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'lossy', losses: [{ part: 0 }] });
  });

  test('outside a window what is free goes last, a template where it would', async () => {
    const { probe, pigeon } = await withPigeon({
      outbound: kinds({ text: 'native', template: 'native' }),
      windowHours: 24,
    });
    const wrote = (atMs: number) =>
      engine.store.write((tx) => tx.directory.updateAddress('mer_1', 'pigeon:ada', { lastInboundAt: atMs }));
    const now = engine.clock.now();
    await wrote(now - 24 * 3_600_000 + 1);
    expect(await verdicts(to)).toEqual([
      [pigeon.row.id, 'chosen'],
      [probe.row.id, 'last_active'],
    ]);
    await wrote(now - 24 * 3_600_000);
    expect(await verdicts(to)).toEqual([
      [probe.row.id, 'chosen'],
      [pigeon.row.id, 'window_open'],
    ]);
    const template: Content = { kind: 'template', name: 'ready', language: 'en', text: 'Ready' };
    expect((await ask(to, { content: template })).considered[0]).toMatchObject({
      account_id: pigeon.row.id,
      reasons: { window: 'template' },
    });
    // by itself it is no reason to refuse: the platform may know of a window that nobody told us of
    expect((await ask('pigeon:ada')).live).toBe(pigeon);
  });
});
