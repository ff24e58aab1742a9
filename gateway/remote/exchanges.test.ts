import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { fakeHttp, probeConnector, startEngine } from '../../test/gateway/engine.ts';
import type { Engine } from '../../test/gateway/engine.ts';
import { messageRow } from '../../test/gateway/rows.ts';
import type { CallResult, Context } from '../../connectors/contract/index.ts';
import {
  exchangePurposes,
  exchangesSchema,
  maxWireExchanges,
  maxWireExchangesBytes,
  wireExchangesPerSecond,
} from '../../protocol/connector-wire/index.ts';
import type { WireExchange } from '../../protocol/connector-wire/index.ts';
import type { LiveAccount } from '../accounts/registry.ts';
import { ExchangeLog } from '../exchanges/log.ts';
import type { CallOf } from '../exchanges/record.ts';
import { sealFields } from '../security/seal.ts';
import type { ExchangeRow } from '../store/port.ts';
import { ExchangeIntake } from './exchange-intake.ts';
import { Exchanges } from './runner/exchanges.ts';

let engine: Engine;
let log: ExchangeLog;
let intake: ExchangeIntake;
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
    credentials: sealFields(engine.vault, { secret: 'canary-token' }, { merchantId: 'mer_1', ownerId: id }),
    state: 'active' as const,
    createdAt: engine.clock.now(),
  };
  await engine.store.write((tx) => tx.accounts.insert(row));
  engine.registry.put(row);
  return engine.registry.get(id)!;
}

async function messageOf({ row }: LiveAccount): Promise<string> {
  const id = engine.clock.id('message');
  await engine.store.write((tx) => tx.messages.insert(messageRow(id, { accountId: row.id })));
  return id;
}

beforeEach(async () => {
  const credentials = z.strictObject({ secret: z.string() });
  const connectorOf = (name: string) => probeConnector({ name, channel: name, credentials });
  engine = await startEngine([connectorOf('pigeon'), connectorOf('raven')]);
  log = new ExchangeLog(engine);
  intake = new ExchangeIntake({ ...engine, exchanges: log });
  own = await accountOf('pigeon');
  theirs = await accountOf('raven');
});
afterEach(() => engine.close());

async function rows(of = own): Promise<ExchangeRow[]> {
  await log.flush();
  return engine.store.read.exchanges.of({ accountId: of.row.id, beforeId: 1e9, limit: 10_000 });
}

const wire = (change: Partial<WireExchange> = {}): WireExchange => ({
  account_id: own.row.id,
  purpose: 'send',
  at: new Date(engine.clock.now()).toISOString(),
  duration_ms: 5,
  method: 'POST',
  url: 'https://platform.test/v1/letters',
  status: 201,
  ...change,
});
const say = (exchanges: unknown[], name = 'pigeon') => intake.take(name, JSON.stringify({ exchanges }));

describe('what a connector out of process tells', () => {
  test('stands in the log as what is said from here does', async () => {
    const messageId = await messageOf(own);
    const sent = { bytes: 12, headers: { authorization: '‹20›' }, body: '{"to":"‹4›"}' };
    await say([
      wire({ message_id: messageId, sent, received: { bytes: 2, body: '{}' } }),
      wire({ status: undefined, ended: 'timeout', purpose: 'probe' }),
      wire({ status: 429, code: 'slow_down' }),
    ]);
    expect((await rows()).toReversed()).toMatchObject([
      {
        direction: 'outbound',
        purpose: 'send',
        messageId,
        at: engine.clock.now(),
        durationMs: 5,
        method: 'POST',
        url: 'https://platform.test/v1/letters',
        status: 201,
        ended: null,
        code: null,
        sentBytes: 12,
        receivedBytes: 2,
        failed: false,
        detail: { sent: { headers: sent.headers, body: sent.body }, received: { headers: {}, body: '{}' } },
      },
      { purpose: 'probe', status: null, ended: 'timeout', failed: true, messageId: null },
      { status: 429, code: 'slow_down', failed: true },
    ]);
    expect(await engine.store.read.exchanges.ofMessage(messageId)).toHaveLength(1);
  });

  test('is of about now, whatever it says', async () => {
    await say([wire({ at: '2999-01-01T00:00:00Z' }), wire({ at: '1970-01-01T00:00:00Z' })]);
    const now = engine.clock.now();
    expect((await rows()).map(({ at }) => at)).toEqual([now - 600_000, now]);
  });

  test('attack: of another connector’s account nothing is taken, and no message but the account’s own', async () => {
    const foreign = await messageOf(theirs);
    await say([wire({ account_id: theirs.row.id }), wire({ account_id: engine.clock.id('account') })]);
    await say([wire({ account_id: own.row.id })], 'raven');
    expect([...(await rows(theirs)), ...(await rows())]).toEqual([]);
    await say([wire({ message_id: foreign }), wire({ message_id: engine.clock.id('message') })]);
    expect((await rows()).map(({ messageId }) => messageId)).toEqual([null, null]);
    expect(await engine.store.read.exchanges.ofMessage(foreign)).toEqual([]);
    expect(engine.log.entries).toEqual([]);
  });

  test('attack: what its maker did not hide is hidden', async () => {
    const side = {
      headers: { authorization: 'canary-token', accept: 'canary-token' },
      body: '{"text":"canary text"}',
    };
    await say([
      wire({
        url: 'https://canary-token.test/canary-token',
        sent: side,
        received: side,
        code: 'canary-token',
      }),
    ]);
    const [row] = await rows();
    expect(row).toMatchObject({ code: null, status: 201 });
    expect(JSON.stringify(row)).not.toContain('canary');
  });

  test.each([
    ['no JSON', 'coo'],
    ['an empty list', { exchanges: [] }],
    [
      'more than one message may have',
      { exchanges: Array.from({ length: maxWireExchanges + 1 }, () => ({})) },
    ],
    ['an unknown field', { more: 1 }],
    ['a purpose that there is none of', { purpose: 'gossip' }],
    ['no end', { status: undefined }],
    ['two ends', { ended: 'timeout' }],
    ['an address of a kilobyte', { url: 'x'.repeat(1024) }],
    ['a body of three', { sent: { body: 'x'.repeat(3000) } }],
    [
      'a hundred headers',
      { sent: { headers: Object.fromEntries([...Array(100).keys()].map((n) => [n, ''])) } },
    ],
    ['a method that is none', { method: 'GET /' }],
    ['a time that is none', { at: 'now' }],
    ['a duration below nothing', { duration_ms: -1 }],
    ['a message that is none', { message_id: 'all' }],
  ])('%s is left out, and said once', async (_title, change) => {
    const whole = typeof change === 'string' || 'exchanges' in change;
    const payload = typeof change === 'string' ? change : JSON.stringify(change);
    for (let times = 0; times < 3; times++)
      await (whole ? intake.take('pigeon', payload) : say([wire(), wire(change as Partial<WireExchange>)]));
    expect(await rows()).toEqual([]);
    expect(engine.log.entries.map(({ event }) => event)).toEqual(['remote.exchanges_unreadable']);
  });

  test('attack: who floods is not read, in bytes and in messages; the others are', async () => {
    await intake.take('pigeon', JSON.stringify({ exchanges: [], more: 'x'.repeat(maxWireExchangesBytes) }));
    for (let n = 0; n < wireExchangesPerSecond + 30; n++) await say([wire()]);
    await say([wire({ account_id: theirs.row.id })], 'raven');
    expect(await rows()).toHaveLength(wireExchangesPerSecond - 1);
    expect(await rows(theirs)).toHaveLength(1);
    expect(engine.log.entries.map(({ event }) => event)).toEqual([
      'remote.exchanges_unreadable',
      'remote.exchanges_skipped',
    ]);
    engine.clock.advance(1000);
    await say([wire()]);
    expect(await rows()).toHaveLength(wireExchangesPerSecond);
  });
});

describe('the runner', () => {
  const told: WireExchange[][] = [];
  let exchanges: Exchanges;
  beforeEach(() => {
    told.length = 0;
    const link = { exchanges: (batch: readonly WireExchange[]) => void told.push([...batch]) };
    exchanges = new Exchanges({ link, now: engine.clock.now, log: engine.log });
  });

  const call = (answer: CallResult, of: Partial<CallOf> = {}, json: unknown = { text: 'canary text' }) => {
    const context = { http: fakeHttp(() => answer) } as unknown as Context;
    const about = { account: own.account, purpose: 'send' as const, ...of };
    return exchanges.context(context, about).http.call({
      method: 'POST',
      url: 'https://platform.test/v1/canary-token/letters?key=canary-token',
      headers: { authorization: 'Bearer canary-token' },
      json,
      signal: new AbortController().signal,
    });
  };
  const answer = (status: number, body: unknown): CallResult => ({
    type: 'answer',
    status,
    headers: { 'content-type': 'application/json', location: 'canary' },
    body: Buffer.from(JSON.stringify(body)),
  });

  test('tells what was said, without secret and content, and the gateway takes it as it is', async () => {
    const messageId = await messageOf(own);
    const refused = answer(402, { error: { code: 'no_credit', message: 'canary text' } });
    expect(await call(refused, { messageId })).toBe(refused);
    await call({ type: 'unknown', reason: 'timeout' });
    expect(told).toEqual([]);
    exchanges.flush();
    expect(JSON.stringify(told)).not.toContain('canary');
    expect(told).toHaveLength(1);
    await say(told[0]!);
    expect((await rows()).toReversed()).toMatchObject([
      {
        messageId,
        url: 'https://platform.test/v1/‹12›/letters?key=‹12›',
        status: 402,
        code: 'no_credit',
        detail: {
          sent: { headers: { authorization: '‹19›' }, body: '{"text":"‹11›"}' },
          received: { body: '{"error":{"code":"no_credit","message":"‹11›"}}' },
        },
      },
      { ended: 'timeout', status: null, failed: true },
    ]);
    exchanges.flush();
    expect(told).toHaveLength(1);
  });

  test.each([...exchangePurposes, 'page' as const])('what it tells of %s fits the wire', async (purpose) => {
    const wide = Object.fromEntries(Array.from({ length: 49 }, (_, n) => [`field${'y'.repeat(n)}`, 'v']));
    const headers = Object.fromEntries(Array.from({ length: 90 }, (_, n) => [`x-${'y'.repeat(n)}`, 'v']));
    const long = { ...answer(999, wide), headers } as CallResult;
    await call(long, { purpose }, wide);
    exchanges.flush();
    expect(exchangesSchema.safeParse({ exchanges: told[0] }).error).toBeUndefined();
  });

  test('who has much to say is told of by samples, failures first, in messages of bounded size', async () => {
    const wide = Object.fromEntries(Array.from({ length: 49 }, (_, n) => [`field${'y'.repeat(n)}`, 'v']));
    for (let n = 0; n < 150; n++) await call(answer(200, wide), {}, wide);
    for (let n = 0; n < 150; n++) await call(answer(500, wide), {}, wide);
    exchanges.flush();
    const all = told.flat();
    expect(all.filter(({ status }) => status === 200)).toHaveLength(100);
    expect(all.filter(({ status }) => status === 500)).toHaveLength(100);
    for (const batch of told) {
      expect(batch.length).toBeLessThanOrEqual(maxWireExchanges);
      const payload = JSON.stringify({ exchanges: batch });
      expect(Buffer.byteLength(payload)).toBeLessThanOrEqual(maxWireExchangesBytes);
    }
    expect(engine.log.entries).toEqual([{ event: 'exchanges.skipped', fields: { skipped: 100 } }]);
  });
});
