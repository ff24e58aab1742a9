import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import type { Connector } from '../../connectors/contract/index.ts';
import { probeConnector, startEngine } from '../../test/gateway/engine.ts';
import type { Engine } from '../../test/gateway/engine.ts';
import { createRenewal } from '../accounts/renewal.ts';
import type { LiveAccount } from '../accounts/registry.ts';
import { openFields, sealFields } from '../security/seal.ts';
import { renew } from './renew.ts';

const credentials = z.strictObject({ key: z.string(), token: z.string().max(100).optional() });
const connectorOf = (name: string): Connector => probeConnector({ name, channel: name, credentials });

let engine: Engine;
let own: LiveAccount;
let theirs: LiveAccount;

async function accountOf(connector: string): Promise<LiveAccount> {
  const id = engine.clock.id('account');
  const row = {
    id,
    merchantId: 'mer_1',
    connector,
    channel: connector,
    name: connector,
    test: false,
    config: {},
    credentials: sealFields(engine.vault, { key: 'k1', token: 't1' }, { merchantId: 'mer_1', ownerId: id }),
    state: 'active' as const,
    createdAt: engine.clock.now(),
  };
  await engine.store.write((tx) => tx.accounts.insert(row));
  engine.registry.put(row);
  return engine.registry.get(id)!;
}

const stored = async ({ row }: LiveAccount): Promise<unknown> => {
  const now = (await engine.store.read.accounts.byId(row.id))!;
  return openFields(engine.vault, now.credentials, { merchantId: 'mer_1', ownerId: row.id });
};

const say = (request: unknown, name = 'pigeon') =>
  renew(
    { registry: engine.registry, renewal: createRenewal(engine) },
    name,
    typeof request === 'string' ? request : JSON.stringify(request),
  );

beforeEach(async () => {
  engine = await startEngine([connectorOf('pigeon'), connectorOf('raven')]);
  own = await accountOf('pigeon');
  theirs = await accountOf('raven');
});
afterEach(() => engine.close());

const of = (live: LiveAccount, change: object = {}) => ({
  account_id: live.row.id,
  spent: { token: 't1' },
  credentials: { token: 't2' },
  ...change,
});

test('what came instead is sealed, and stands in the account', async () => {
  expect(await say(of(own))).toEqual({ ok: true });
  expect(await stored(own)).toEqual({ key: 'k1', token: 't2' });
  expect(engine.registry.get(own.row.id)!.account.credentials).toEqual({ key: 'k1', token: 't2' });
  // said again, it is spent by now
  expect(await say(of(own))).toMatchObject({ ok: false, code: 'superseded' });
});

test('another connector’s account is as unknown as one that is not there, whatever is known of it', async () => {
  const answers = [await say(of(theirs)), await say(of(theirs, { account_id: engine.clock.id('account') }))];
  expect(answers[0]).toMatchObject({ ok: false, code: 'unknown_account' });
  expect(answers[1]).toEqual(answers[0]);
  expect(await stored(theirs)).toEqual({ key: 'k1', token: 't1' });
  expect(engine.log.entries).toEqual([]);
});

test.each([
  ['what was not what it had', { spent: { token: 'guessed' } }, 'superseded'],
  ['a field that was set, as if it had not been', { spent: {} }, 'superseded'],
  ['what the schema refuses', { credentials: { token: 'x'.repeat(200) } }, 'invalid'],
  ['a field that is none', { spent: {}, credentials: { other: 'x' } }, 'invalid'],
  ['nothing', { credentials: {} }, 'invalid'],
  ['something that is no text', { credentials: { token: 7 } }, 'invalid'],
  ['a lot', { credentials: { token: 'x'.repeat(20_000) } }, 'invalid'],
  ['more than asked for', { more: 1 }, 'invalid'],
  ['a prototype', { credentials: JSON.parse('{"__proto__":"x"}') as object }, 'invalid'],
])('%s is refused, and nothing of it is said back', async (_title, change, code) => {
  const answer = await say(of(own, change));
  expect(answer).toMatchObject({ ok: false, code });
  expect(JSON.stringify(answer)).not.toMatch(/guessed|xxx|k1|t1/);
  expect(await stored(own)).toEqual({ key: 'k1', token: 't1' });
});

test('no JSON is refused', async () => {
  expect(await say('coo')).toMatchObject({ ok: false, code: 'invalid' });
});

test('what changed meanwhile beside it is kept', async () => {
  const { id } = own.row;
  const sealed = sealFields(engine.vault, { key: 'k2', token: 't1' }, { merchantId: 'mer_1', ownerId: id });
  await engine.store.write((tx) => tx.accounts.update(id, { credentials: sealed }));
  engine.registry.put((await engine.store.read.accounts.byId(id))!);
  expect(await say(of(own))).toEqual({ ok: true });
  expect(await stored(own)).toEqual({ key: 'k2', token: 't2' });
});
