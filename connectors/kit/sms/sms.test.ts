import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { codesMeaning, dialectSchema } from './dialect.ts';
import { mediaIn } from './media.ts';
import { codeAt, outcomeOf } from './outcome.ts';
import { fulfilled, holds, pathSchema, textAt, valuesAt } from './path.ts';
import { receiveSms } from './receive.ts';
import { fill, fillHeader, fillJson, fillPath } from './template.ts';
import { timeAt } from './time.ts';

const dialect = dialectSchema.parse({
  send: {
    path: '/x',
    answer: {
      ids: ['id'],
      ok: { path: 'ok', in: [true, 'yes'] },
      codes: ['code', { path: 'type', after: '#' }],
    },
  },
  receive: { format: 'json', events: [{ type: 'ignored', when: [{ path: 'x' }], reason: 'x' }] },
  codes: codesMeaning({
    address_invalid: 'E1',
    throttled: 'E2',
    throttled_pair: 'E3',
    platform_unavailable: 'E4',
  }),
  statuses: { '403': 'blocked' },
});

const end = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  outcomeOf({ type: 'answer', status, headers, body: Buffer.from(JSON.stringify(body)) }, dialect, {
    nowMs: 0,
    id: 'own-1',
  });

describe('an answer', () => {
  test.each([
    [200, { ok: true, id: 7 }, { type: 'sent', providerIds: ['7'] }],
    [200, { ok: 'yes', id: ['a', 'b'] }, { type: 'sent', providerIds: ['a'] }],
    [200, { ok: true }, { type: 'uncertain', reason: 'unreadable_answer' }],
    [200, {}, { type: 'uncertain', reason: 'unreadable_answer' }],
    [
      200,
      { ok: false, code: 'E1' },
      { type: 'rejected', failure: { code: 'address_invalid', platform_code: 'E1' } },
    ],
    [
      400,
      { type: 'https://x.test/errors#E1' },
      { type: 'rejected', failure: { code: 'address_invalid', platform_code: 'E1' } },
    ],
    [
      400,
      { type: 'https://x.test/errors#' },
      { type: 'rejected', failure: { code: 'platform_refused', platform_code: '400' } },
    ],
    [400, { code: 'E2' }, { type: 'throttled', platformCode: 'E2' }],
    [400, { code: 'E3' }, { type: 'throttled', scope: 'address' }],
    [400, { code: 'constructor' }, { type: 'rejected', failure: { code: 'platform_refused' } }],
    [401, {}, { type: 'rejected', failure: { code: 'account_unauthorized' } }],
    [402, {}, { type: 'rejected', failure: { code: 'balance_exhausted' } }],
    [403, {}, { type: 'rejected', failure: { code: 'blocked' } }],
    [429, {}, { type: 'throttled', platformCode: '429' }],
    [500, {}, { type: 'rejected', failure: { code: 'platform_unavailable', permanent: false } }],
    [502, {}, { type: 'uncertain', reason: 'status_502' }],
    [504, { code: 'E4' }, { type: 'rejected', failure: { code: 'platform_unavailable' } }],
    [302, {}, { type: 'rejected', failure: { code: 'platform_refused' } }],
  ])('%i %j', (status, body, outcome) => {
    expect(end(status, body)).toMatchObject(outcome);
  });

  test('that asks for time gets it, where waiting helps', () => {
    const headers = { 'retry-after': '5' };
    expect(end(503, {}, headers)).toMatchObject({ type: 'rejected', retryAfterMs: 5000 });
    expect(end(429, {}, headers)).toMatchObject({ type: 'throttled', retryAfterMs: 5000 });
    expect(end(400, { code: 'E1' }, headers)).not.toHaveProperty('retryAfterMs');
  });
});

describe('ids and codes', () => {
  const { send } = dialect;
  const ending = (text: string, ids: 'own' | { path: string; after: string; before?: string }[]) =>
    outcomeOf(
      { type: 'answer', status: 200, headers: {}, body: Buffer.from(text) },
      { ...dialect, send: { ...send, answer: { format: 'text', ids, codes: [] } } },
      { nowMs: 0, id: 'own-1' },
    );
  const quoted = [{ path: 'text', after: 'Success "', before: '"' }];

  test('between marks, or our own where the platform gives none', () => {
    expect(ending('Success "a-1"', quoted)).toMatchObject({ providerIds: ['a-1'] });
    expect(ending('Success "a-1', quoted)).toMatchObject({ type: 'uncertain' });
    expect(ending('Success ""', quoted)).toMatchObject({ type: 'uncertain' });
    expect(ending('0: Accepted', 'own')).toEqual({ type: 'sent', providerIds: ['own-1'] });
  });

  test('a code with a meaning goes before one without', () => {
    expect(codeAt({ a: 'X', b: 'E1' }, ['a', 'b'], dialect.codes)).toBe('E1');
    expect(codeAt({ a: 'X', b: 'Y' }, ['a', 'b'], dialect.codes)).toBe('X');
    expect(codeAt({}, ['a'], dialect.codes)).toBeUndefined();
  });
});

test('a text in hexadecimal digits, and a word for all other states', () => {
  const receive = (json: object) => {
    const dialectOf = dialectSchema.parse({
      send: { path: '/x', answer: { ids: ['id'] } },
      receive: {
        format: 'json',
        events: [
          {
            type: 'receipt',
            when: [{ path: 's' }],
            ids: ['id'],
            state: 's',
            states: { A: 'sent', '*': 'blocked' },
          },
          { type: 'message', when: [{ path: 'hex' }], from: 'from', text: 'hex', text_as: 'utf16_hex' },
        ],
      },
    });
    const body = Buffer.from(JSON.stringify(json));
    const request = { method: 'POST', path: '', url: '', query: new URLSearchParams(), headers: {}, body };
    const parsed = receiveSms(dialectOf, request, {});
    return parsed.ok ? parsed.items[0] : parsed;
  };
  const from = '+33639980001';
  expect(receive({ from, hex: '00C70061D83DDCA5' })).toMatchObject({ content: { text: 'Ça💥' } });
  expect(receive({ from, hex: '00C' })).toMatchObject({ type: 'ignored' });
  expect(receive({ id: '1', s: 'A' })).toMatchObject({ state: 'sent' });
  expect(receive({ id: '1', s: 'constructor' })).toMatchObject({
    state: 'failed',
    failure: { code: 'blocked' },
  });
});

test('media are counted from 0 or from 1', () => {
  const url = 'https://media.test/a';
  expect(mediaIn({ M0: url, M1: url }, { url: 'M{n}' })).toHaveLength(2);
  expect(mediaIn({ M1: url, M2: url, M4: url }, { url: 'M{n}' })).toHaveLength(2);
  expect(mediaIn({ M2: url }, { url: 'M{n}' })).toHaveLength(0);
});

describe('paths', () => {
  const root = {
    a: [{ b: 1 }, { b: '' }, { b: 'x' }],
    'c.d': { 'e/f': '~' },
    t: { '#text': 'text', '@id': '7' },
    n: null,
  };

  test('by dots, pointers and stars', () => {
    expect(valuesAt(root, 'a.*.b')).toEqual([1, '', 'x']);
    expect(valuesAt(root, 'a.0.b')).toEqual([1]);
    expect(valuesAt(root, 't.*.@id')).toEqual(['7']);
    expect(valuesAt(root, '/c.d/e~1f')).toEqual(['~']);
    expect(valuesAt(root, '.')).toEqual([root]);
    expect(textAt(root, 't')).toBe('text');
    expect(textAt(root, 'nothing', 'a.*.b')).toBe('1');
    expect([valuesAt(root, 'n'), valuesAt(root, 'a.9.b'), valuesAt('x', 'length')]).toEqual([[], [], []]);
  });

  test('never into a prototype', () => {
    for (const path of ['__proto__', 'constructor', 'a.length', 'a.map', 'toString', '__proto__.polluted'])
      expect([path, valuesAt(root, path)]).toEqual([path, path === 'a.length' ? [3] : []]);
  });

  test('conditions', () => {
    expect(holds(root, { path: 'a.*.b', in: [1, '', 'x'] })).toBe(true);
    expect(holds(root, { path: 'a.*.b', in: ['1'] })).toBe(false);
    expect(fulfilled(root, { path: 'a.*.b', in: ['1'] })).toBe(1);
    expect(holds(root, { path: 'nothing' })).toBeUndefined();
    expect(holds(root, { path: 'nothing', absent: true })).toBe(true);
    expect(fulfilled({ errors: ['', 'x'] }, { path: 'errors.*', absent: true })).toBe(1);
    expect(fulfilled({ error: 'x' }, { path: 'error', absent: true })).toBe(0);
    expect(holds(root, { path: 't', starts: 'te' })).toBe(true);
    expect(pathSchema.safeParse('a.'.repeat(20)).success).toBe(false);
  });
});

describe('templates', () => {
  const lookup = (name: string) => ({ a: 'A&{b}', n: 7, yes: true, nl: 'x\ny', up: '..' })[name];

  test('values are not read as templates, and a missing one leaves the field out', () => {
    expect(fill('{{{a}}}', lookup)).toBe('{A&{b}}');
    expect(fill('{a}{missing}', lookup)).toBeUndefined();
    expect(
      fillJson({ a: '{a}!', n: '{n}', yes: '{yes}', gone: '{missing}', deep: ['{n}', '{missing}'] }, lookup),
    ).toEqual({
      a: 'A&{b}!',
      n: 7,
      yes: true,
      deep: [7],
    });
  });

  test('what has placeholders and no value for any of them is left out', () => {
    const validity = { amount: '{missing}', unit: 'SECONDS' };
    expect(fillJson({ validity, list: ['{missing}'], fixed: { x: 1 } }, lookup)).toBeUndefined();
    expect(fillJson({ n: '{n}', validity, list: ['{missing}'], fixed: { x: 1 }, none: [] }, lookup)).toEqual({
      n: 7,
      fixed: { x: 1 },
      none: [],
    });
  });

  test('headers and paths take no way out', () => {
    expect(fillHeader('{nl}', lookup)).toBeUndefined();
    expect(fillPath('/x/{a}', lookup)).toBe('/x/A%26%7Bb%7D');
    expect(fillPath('/x/{up}/y', lookup)).toBeUndefined();
    expect(fillPath('/x/%2e./y', lookup)).toBeUndefined();
  });
});

describe('times', () => {
  test.each([
    ['2026-11-22T12:00:00Z', 'iso', 1_795_348_800_000],
    ['2026-11-22 12:00:00', 'iso', 1_795_348_800_000],
    ['2026-11-22T13:00:00.5+0100', 'iso', 1_795_348_800_500],
    ['Sun, 22 Nov 2026 12:00:00 +0000', 'rfc2822', 1_795_348_800_000],
    ['1795348800', 'seconds', 1_795_348_800_000],
    [1_795_348_800.25, 'seconds', 1_795_348_800_250],
    ['1795348800000', 'milliseconds', 1_795_348_800_000],
    ['22/11/2026', 'iso', undefined],
    ['2026-11-22', 'iso', undefined],
    ['yesterday', 'rfc2822', undefined],
    ['-1', 'seconds', undefined],
    ['1e999', 'seconds', undefined],
    ['99999999999999999', 'seconds', undefined],
    ['0', 'milliseconds', undefined],
    [null, 'seconds', undefined],
  ] as const)('%j as %s', (at, format, ms) => {
    expect(timeAt({ at }, { path: 'at', format })).toBe(ms);
  });

  test('whatever stands there, it is a time or none', () => {
    fc.assert(
      fc.property(
        fc.anything(),
        fc.constantFrom('iso' as const, 'rfc2822' as const, 'seconds' as const),
        (at, format) => {
          const ms = timeAt({ at }, { path: 'at', format });
          expect(
            ms === undefined || (Number.isSafeInteger(ms) && ms > 0 && ms <= 8_640_000_000_000_000),
          ).toBe(true);
        },
      ),
    );
  });
});

test('a code has one meaning', () => {
  expect(codesMeaning({ blocked: '1 2', opted_out: '3' })).toEqual({
    '1': 'blocked',
    '2': 'blocked',
    '3': 'opted_out',
  });
  expect(() => codesMeaning({ blocked: '1', opted_out: '1' })).toThrow('two meanings');
});
