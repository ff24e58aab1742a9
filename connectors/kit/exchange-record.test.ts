import { describe, expect, test } from 'vitest';
import type { CallResult, OutgoingRequest } from '../contract/index.ts';
import { exchangeRecord, hasFailed, redactedAgain, withEndedCalls } from './exchange-record.ts';
import type { EndedCall, ExchangeRecord } from './exchange-record.ts';
import { createRedaction } from './redaction.ts';

const credentials = { token: 'canary-token' };
const json = (status: number, body: unknown): CallResult => ({
  type: 'answer',
  status,
  headers: { 'content-type': 'application/json', 'x-trace': 'a' },
  body: Buffer.from(JSON.stringify(body)),
});
const ended = (request: Partial<OutgoingRequest>, result: CallResult): EndedCall => ({
  atMs: 1000,
  durationMs: 12.4,
  request: { method: 'POST', url: 'https://platform.test/v1/messages', ...request },
  result,
});
const record = (request: Partial<OutgoingRequest>, result = json(200, {})): ExchangeRecord =>
  exchangeRecord(ended(request, result), createRedaction(credentials));
const again = (of: ExchangeRecord): ExchangeRecord =>
  redactedAgain(of, createRedaction(credentials, { again: true }));

test('a call is handed over as it was when it is over, and its caller gets the answer', async () => {
  const answer = json(200, {});
  const calls: EndedCall[] = [];
  const http = withEndedCalls(
    { call: async () => answer },
    { now: () => 7, onEnded: (call) => calls.push(call) },
  );
  const { signal } = new AbortController();
  expect(await http.call({ method: 'GET', url: 'https://h.test/', signal })).toBe(answer);
  expect(calls).toEqual([
    {
      atMs: 7,
      durationMs: expect.any(Number) as unknown,
      request: { method: 'GET', url: 'https://h.test/' },
      result: answer,
    },
  ]);
  expect([answer, json(404, {}), { type: 'unsent', reason: 'dns' } as const].map(hasFailed)).toEqual([
    false,
    true,
    true,
  ]);
});

test('a body is JSON however much there was of it, and no longer than it may be', () => {
  const wide = Object.fromEntries(
    Array.from({ length: 49 }, (_, i) => [`field${'y'.repeat(i)}`, ['v', { code: 1, other: null }]]),
  );
  const { detail } = record({ json: { wide, after: 1 } }, json(400, { wide, code: 'late' }));
  for (const body of [detail.sent!.body, detail.received!.body]) {
    expect(body.length).toBeGreaterThan(1500);
    expect(body.length).toBeLessThanOrEqual(2048);
    expect(() => JSON.parse(body) as unknown).not.toThrow();
  }
});

describe('a record that was made elsewhere', () => {
  test('stays as it is where it was redacted as ours are', () => {
    const sound = record(
      {
        url: 'https://platform.test/botcanary-token/v1/messages?to=33639980001',
        headers: { authorization: 'Bearer canary-token', 'x-33639980001': '1', accept: 'text/plain' },
        json: { to: 33639980001, text: 'hi', files: [new Uint8Array(3)], none: null },
      },
      json(400, { error: { code: 'slow_down', status: 429, ok: false, message: 'no' } }),
    );
    expect(sound).toMatchObject({ code: 'slow_down', durationMs: 12 });
    expect(sound.url).toBe('https://platform.test/‹15›/v1/messages?to=‹11›');
    expect(again(sound)).toEqual(sound);
    const unsent = record({ url: 'nonsense at all' }, { type: 'unsent', reason: 'invalid_url' });
    expect(again(unsent)).toEqual(unsent);
  });

  test('attack: hides what its maker did not', () => {
    const careless: ExchangeRecord = {
      ...record({}),
      url: 'https://platform.test/botcanary-token/+33639980001?text=canary-text',
      code: 'canary text of an error',
      detail: {
        sent: {
          headers: { authorization: 'Bearer canary-token', accept: 'canary-token', 'x-to': '+33639980001' },
          body: '{"to":"+33639980001","text":"canary-text","code":"canary","33639980001":true}',
        },
        received: {
          headers: { 'set-cookie': 'canary-cookie' },
          body: '{"message":"canary-text","code":"canary-token","status":"queued"}',
        },
      },
    };
    const shown = again(careless);
    expect(JSON.stringify(shown)).not.toMatch(/canary|3363/);
    expect(shown.code).toBeNull();
    expect(shown.detail.received!.body).toContain('"status":"queued"');
    for (const body of ['canary text', '{"text":"canary', '"canary"', 'canary']) {
      const detail = { sent: { headers: {}, body }, received: { headers: {}, body } };
      expect(JSON.stringify(again({ ...careless, detail }))).not.toContain('canary');
    }
    expect(again({ ...careless, code: 'canary-token' }).code).toBeNull();
    expect(again({ ...careless, code: 'E_LIMIT' }).code).toBe('E_LIMIT');
    expect(again({ ...careless, code: '33639980001' }).code).toBeNull();
  });
});
