import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { answered, fakeHttp, probeConnector, startEngine } from '../../test/gateway/engine.ts';
import type { Engine } from '../../test/gateway/engine.ts';
import type {
  Account,
  CallResult,
  Context,
  HttpClient,
  OutgoingRequest,
} from '../../connectors/contract/index.ts';
import { traceOf } from '../messages/trace.ts';
import type { ExchangeRow } from '../store/port.ts';
import { ExchangeLog, keptForMs, maxKept } from './log.ts';
import { recorded } from './recording.ts';

let engine: Engine;
let log: ExchangeLog;
const account: Account = {
  id: 'acc_1',
  merchantId: 'mer_1',
  test: false,
  config: {},
  credentials: { token: 'canary-token-1234567' },
  hookUrl: 'http://gateway.test/hooks/probe/acc_1',
};

beforeEach(async () => {
  engine = await startEngine();
  log = new ExchangeLog(engine);
});
afterEach(() => engine.close());

const contextWith = (http: HttpClient): Context => ({
  http,
  log: engine.log,
  now: engine.clock.now,
  random: engine.clock.random,
  signal: new AbortController().signal,
});
const json = (status: number, body: unknown): CallResult => ({
  type: 'answer',
  status,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(JSON.stringify(body)),
});
const call = (
  answer: CallResult,
  request: Partial<OutgoingRequest> = {},
  of: { messageId?: string; account?: Account } = {},
): Promise<CallResult> =>
  log.context(contextWith(fakeHttp(() => answer)), { account, purpose: 'send', ...of }).http.call({
    method: 'POST',
    url: 'https://platform.test/v1/messages',
    json: {},
    signal: new AbortController().signal,
    ...request,
  });
async function rows(accountId = 'acc_1', more: object = {}): Promise<ExchangeRow[]> {
  await log.flush();
  return engine.store.read.exchanges.of({ accountId, beforeId: 1e9, limit: 10_000, ...more });
}
const hookCall = (change: Partial<Parameters<ExchangeLog['called']>[0]> = {}) =>
  log.called({
    account,
    purpose: 'hook',
    atMs: engine.clock.now(),
    durationMs: 3.4,
    method: 'POST',
    path: '',
    bytes: 12,
    status: 200,
    verdict: 'verified',
    ...change,
  });

describe('what goes out', () => {
  test('is told by method, host and path, status, code, duration and size, with its message', async () => {
    const answer = json(401, { ok: false, error_code: 'token_gone', description: 'no' });
    expect(await call(answer, { json: { to: 'x' } }, { messageId: 'msg_1' })).toBe(answer);
    expect(await rows()).toMatchObject([
      {
        direction: 'outbound',
        purpose: 'send',
        messageId: 'msg_1',
        method: 'POST',
        url: 'https://platform.test/v1/messages',
        status: 401,
        ended: null,
        code: 'token_gone',
        failed: true,
        sentBytes: 10,
        detail: { received: { body: expect.stringContaining('"description":"‹2›"') as unknown } },
      },
    ]);
  });

  test('questions about an address are told by what they were, without the address', async () => {
    const asks = (address: string, _account: Account, { http, signal }: Context) =>
      http.call({ method: 'GET', url: `https://platform.test/v1/people/${address}`, signal });
    const connector = recorded(
      {
        ...probeConnector(),
        reach: async (...of) => (await asks(...of), { type: 'yes' }),
        profile: async (...of) => (await asks(...of), { type: 'none' }),
      },
      log,
    );
    const context = contextWith(fakeHttp(() => json(200, { name: 'Noa Exemple' })));
    expect(await connector.reach!('probe:noa-4242', account, context)).toEqual({ type: 'yes' });
    expect(await connector.profile!('probe:noa-4242', account, context)).toEqual({ type: 'none' });
    const told = await rows();
    expect(told.map(({ purpose }) => purpose)).toEqual(['profile', 'reach']);
    expect(JSON.stringify(told)).not.toMatch(/4242|Noa/);
  });

  test('has a reason where there was no answer', async () => {
    await call({ type: 'unsent', reason: 'guard' });
    await call({ type: 'unknown', reason: 'timeout' });
    expect((await rows()).map(({ status, ended, failed }) => [status, ended, failed])).toEqual([
      [null, 'timeout', true],
      [null, 'guard', true],
    ]);
  });

  test('costs the caller no write: it is in memory until the batch, and what was not written is lost with the process', async () => {
    const before = engine.store.counts().units;
    for (let i = 0; i < 150; i++) await call(answered(200));
    expect(engine.store.counts().units).toBe(before);
    expect(await rows()).toHaveLength(150);
    expect(engine.store.counts().units - before).toBeLessThanOrEqual(2);
  });

  test('large bodies are told by their length', async () => {
    const big = 'x'.repeat(100_000);
    await call(
      { type: 'answer', status: 200, headers: {}, body: Buffer.from(`"${big}"`) },
      { json: undefined, body: big },
    );
    expect(await rows()).toMatchObject([
      {
        sentBytes: 100_000,
        receivedBytes: 100_002,
        detail: { sent: { body: '"‹100000 bytes›"' }, received: { body: '"‹100002 bytes›"' } },
      },
    ]);
  });

  test('stands in the trace of its message, without the query', async () => {
    const live = await engine.account();
    const { store } = engine;
    const { messageRow } = await import('../../test/gateway/rows.ts');
    await store.write((tx) => tx.messages.insert(messageRow('msg_1', { accountId: live.row.id })));
    await call(
      json(429, { code: 'slow_down' }),
      { url: 'https://platform.test/v1/messages?key=canary' },
      { messageId: 'msg_1' },
    );
    await log.flush();
    expect((await traceOf(store.read, 'msg_1')).find(({ step }) => step === 'exchange')).toMatchObject({
      detail: { purpose: 'send', call: 'POST platform.test/v1/messages', status: 429, code: 'slow_down' },
      duration_ms: expect.any(Number) as unknown,
    });
  });
});

describe('what comes in', () => {
  test('is told by what was answered, whether it was verified or why not, duration and size', async () => {
    hookCall({ status: 401, verdict: 'refused', reason: 'X-Signature is missing or not the one expected' });
    hookCall({ path: '/status' });
    expect(await rows()).toMatchObject([
      { url: '/hooks/probe/acc_1/status', status: 200, verdict: 'verified', reason: null, failed: false },
      {
        direction: 'inbound',
        url: '/hooks/probe/acc_1',
        status: 401,
        verdict: 'refused',
        reason: 'X-Signature is missing or not the one expected',
        receivedBytes: 12,
        durationMs: 3,
        failed: true,
        detail: null,
      },
    ]);
  });
});

describe('bounds', () => {
  test('it is kept for 7 days, and for an account no more than so many of each direction', async () => {
    await call(answered(200));
    await rows();
    engine.clock.advance(keptForMs + 1);
    await call(answered(201));
    await rows();
    await log.sweep();
    expect((await rows()).map(({ status }) => status)).toEqual([201]);
    for (let i = 0; i < maxKept.inbound + 450; i += 200) {
      for (let j = 0; j < 200; j++) hookCall();
      await rows();
    }
    expect((await rows('acc_1', { direction: 'inbound' })).length).toBeLessThanOrEqual(maxKept.inbound + 200);
    expect(await rows('acc_1', { direction: 'outbound' })).toHaveLength(1);
  });

  test('a busy account is told of by samples, its failures more closely, others fully, and that it was is logged', async () => {
    for (let i = 0; i < 300; i++) await call(answered(200));
    for (let i = 0; i < 300; i++) await call(answered(500));
    await call(answered(200), {}, { account: { ...account, id: 'acc_2' } });
    expect(await rows('acc_1', { failed: false })).toHaveLength(200);
    expect(await rows('acc_1', { failed: true })).toHaveLength(300);
    expect(await rows('acc_2')).toHaveLength(1);
    expect(engine.log.entries).toContainEqual({
      event: 'exchanges.skipped',
      fields: { accountId: 'acc_1', skipped: 100 },
    });
  });

  test('attack: who floods a hook with what is refused fills no log', async () => {
    hookCall();
    for (let i = 0; i < 500; i++) hookCall({ status: 401, verdict: 'refused' });
    const kept = await rows();
    expect(kept.filter(({ verdict }) => verdict === 'refused')).toHaveLength(30);
    expect(kept.filter(({ verdict }) => verdict === 'verified')).toHaveLength(1);
    engine.clock.advance(60_000);
    hookCall({ status: 401, verdict: 'refused' });
    expect(await rows()).toHaveLength(32);
  });

  test('an account that is removed leaves nothing, also of what was under way', async () => {
    await call(answered(200));
    await rows();
    await call(answered(200));
    await log.forget('acc_1');
    await call(answered(200));
    expect(await rows()).toEqual([]);
  });

  test('a ledger that cannot write fails nobody', async () => {
    const broken = new ExchangeLog({
      ...engine,
      store: { ...engine.store, write: () => Promise.reject(new Error('full')) },
    });
    const { http } = broken.context(contextWith(fakeHttp(() => answered(200))), { account, purpose: 'send' });
    const signal = new AbortController().signal;
    expect(await http.call({ method: 'GET', url: 'https://platform.test/', signal })).toMatchObject({
      status: 200,
    });
    await broken.flush();
    await broken.sweep();
    expect(engine.log.entries.map(({ event }) => event)).toEqual([
      'exchanges.write_failed',
      'exchanges.sweep_failed',
    ]);
  });
});

describe('attack: no credential, token, address or content is in any row, nor anywhere in the ledger', () => {
  const canaries = [
    'canary-token-1234567',
    'canary text',
    '+33639980001',
    'ada@canary.example',
    'canary-answer',
    'canary-query',
    'canary-header',
  ];

  test('whatever stands where in a request, an answer, or a call to us', async () => {
    const [token, text, phone, mail, answer, query, header] = canaries as [
      string,
      string,
      string,
      string,
      string,
      string,
      string,
    ];
    const spellings = [
      token,
      Buffer.from(token).toString('base64'),
      Buffer.from(token).toString('hex'),
      encodeURIComponent(token),
    ];
    for (const spelled of spellings) {
      await call(
        json(400, {
          error: { code: spelled, message: `${answer} ${text}`, to: phone },
          [phone]: mail,
          status: text,
        }),
        {
          url: `https://platform.test/bot${spelled}/${encodeURIComponent(mail)}/${phone}?key=${spelled}&q=${query}&${encodeURIComponent(mail)}=1`,
          headers: {
            authorization: `Bearer ${spelled}`,
            'x-other': header,
            accept: spelled,
            [`x-${phone}`]: 'a',
          },
          json: { to: phone, text, deep: [{ mail, token: spelled }], [phone]: 1, [mail]: 2 },
        },
      );
      await call(
        {
          type: 'answer',
          status: 500,
          headers: { 'x-echo': header, server: text },
          body: Buffer.from(`${text} ${spelled} ${answer}`),
        },
        {
          json: undefined,
          body: `to=${phone}&text=${text}`,
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
        },
      );
      const form = new FormData();
      form.set('text', text);
      form.set('file', new Blob([text]), `${mail}.txt`);
      await call({ type: 'unknown', reason: 'timeout' }, { json: undefined, body: form });
      hookCall({
        path: `/${spelled}/${encodeURIComponent(mail)}/${phone}?token=${spelled}`,
        method: 'POST',
        verdict: 'refused',
        status: 401,
        reason: `expected ${spelled} of ${mail}, got ${phone}`,
      });
      hookCall({ method: `GET ${text}`, reason: `${token}` });
    }
    expect(await rows()).toHaveLength(spellings.length * 5);
    await engine.store.scrub();
    const file = await readFile(join(engine.folder, 'ledger.sqlite'));
    for (const canary of [...canaries, ...spellings]) expect(file.includes(canary), canary).toBe(false);
    // the control: what is shown is found, so that the search is one
    expect(file.includes('platform.test')).toBe(true);
  });
});
