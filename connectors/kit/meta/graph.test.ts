import { describe, expect, it } from 'vitest';
import type { CallResult } from '../../contract/index.ts';
import { failureOfCode, graphUrl, readGraph } from './graph.ts';
import { notFetched } from '../download.ts';
import { mayHoldToken } from './download.ts';
import { idSchema } from './send.ts';
import { cut, timeMs, wellFormed } from '../fields.ts';

const codes = {
  '10/7': 'window_closed',
  '10': 'account_unauthorized',
  '4': 'throttled',
  '190': 'account_unauthorized',
} as const;
const answer = (status: number, body: unknown, headers: Record<string, string> = {}): CallResult => ({
  type: 'answer',
  status,
  headers,
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
});
const error = (code: unknown, more: object = {}) => ({ error: { code, ...more } });
const read = (result: CallResult) => readGraph(result, { codes, schema: idSchema, nowMs: 0 });
const outcome = (result: CallResult) => {
  const got = read(result);
  return got.ok ? got.value : got.outcome;
};

describe('a Graph answer', () => {
  it('is read by subcode before code', () => {
    expect(outcome(answer(400, error(10, { error_subcode: 7 })))).toMatchObject({
      failure: { code: 'window_closed', platform_code: '10/7' },
    });
    expect(outcome(answer(400, error(10, { error_subcode: 8 })))).toMatchObject({
      failure: { code: 'account_unauthorized', platform_code: '10/8' },
    });
  });
  it('never takes a name of Object for a code', () => {
    expect(failureOfCode(Number.NaN, codes).code).toBe('undelivered');
    expect(outcome(answer(400, error('constructor')))).toMatchObject({
      failure: { code: 'platform_refused' },
    });
  });
  it('that is transient is temporary, whatever its code', () => {
    expect(outcome(answer(400, error(190, { is_transient: true })))).toMatchObject({
      failure: { code: 'platform_unavailable', permanent: false },
    });
    expect(outcome(answer(500, error(12345)))).toMatchObject({
      failure: { code: 'platform_unavailable', permanent: false },
    });
  });
  it('of throttling says for how long', () => {
    expect(outcome(answer(400, error(4), { 'retry-after': '7' }))).toEqual({
      type: 'throttled',
      retryAfterMs: 7000,
      platformCode: '4',
    });
    const usage = JSON.stringify({
      '1': [
        { type: 'messenger', estimated_time_to_regain_access: 2 },
        { estimated_time_to_regain_access: 5 },
      ],
    });
    expect(outcome(answer(400, error(4), { 'x-business-use-case-usage': usage }))).toMatchObject({
      retryAfterMs: 300_000,
    });
    expect(outcome(answer(400, error(4), { 'x-business-use-case-usage': '{' }))).toEqual({
      type: 'throttled',
      platformCode: '4',
    });
    expect(outcome(answer(429, error(99)))).toMatchObject({ type: 'throttled' });
  });
  it('with an error is none that was sent, though its status be 200', () => {
    expect(outcome(answer(200, { id: 'x', ...error(190) }))).toMatchObject({ type: 'rejected' });
  });
  it('that a proxy lost is uncertain', () => {
    expect(outcome(answer(504, '<html>'))).toEqual({ type: 'uncertain', reason: 'status_504' });
    expect(outcome(answer(200, '<html>'))).toEqual({ type: 'uncertain', reason: 'unreadable_answer' });
  });
});

describe('what a media download may and may not', () => {
  it('gives the token to Meta alone', () => {
    const base = 'https://graph.facebook.com';
    expect(
      ['https://lookaside.fbsbx.com/x', 'https://graph.facebook.com/v1/2'].every((url) =>
        mayHoldToken(url, base),
      ),
    ).toBe(true);
    expect(
      [
        'http://lookaside.fbsbx.com/x',
        'https://fbsbx.com.example.test/',
        'https://notfbsbx.com/',
        'nonsense',
      ].some((url) => mayHoldToken(url, base)),
    ).toBe(false);
  });
  it('tells what may mend from what will not', () => {
    expect(notFetched(answer(404, ''))).toMatchObject({ permanent: true });
    expect(notFetched(answer(401, ''))).toMatchObject({ permanent: false });
    expect(notFetched({ type: 'unknown', reason: 'too_large' })).toMatchObject({ permanent: true });
    expect(notFetched({ type: 'unsent', reason: 'dns' })).toMatchObject({ permanent: false });
  });
});

it('addresses of the Graph hold whatever an id is', () => {
  expect(graphUrl({ base_url: 'https://graph.test/', api_version: 'v25.0' }, '../x?y', 'messages')).toBe(
    'https://graph.test/v25.0/..%2Fx%3Fy/messages',
  );
});

it('texts are cut and mended without halves', () => {
  expect(cut('ab🚲cd', 4)).toBe('ab…');
  expect(cut('abcd', 4)).toBe('abcd');
  expect(wellFormed('a\ud83d')).toBe('a\ufffd');
  expect([timeMs('1790000000', 1000), timeMs('x', 1000), timeMs(null, 1), timeMs(1e99, 1)]).toEqual([
    1_790_000_000_000,
    undefined,
    undefined,
    undefined,
  ]);
});
