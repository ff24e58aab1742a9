import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TestGateway } from '../gateway/gateway.ts';
import type { TestMerchant } from '../gateway/gateway.ts';
import { residentMebibytes, rowCounts } from './ledger.ts';
import { expectProblem, pointersOf, raw } from './raw.ts';
import { mebibyte, unreadable } from './unreadable.ts';

const adminKey = 'admin-key-of-the-tests';

let gateway: TestGateway;
let merchant: TestMerchant;
let memoryBefore: number;

beforeAll(async () => {
  gateway = await TestGateway.start();
  merchant = await gateway.merchant('attacked', 'test');
  await merchant.account('sandbox', {}, { secret: 'a-secret-of-sixteen' });
  memoryBefore = await residentMebibytes(gateway.pid);
});
afterAll(async () => {
  await merchant.receiver.close();
  await gateway.stop();
});

const api = (path: string) => ({
  url: `${gateway.url}${path}`,
  headers: { authorization: `Bearer ${path.startsWith('/admin') ? adminKey : merchant.key}` },
});
const post = (
  path: string,
  body: Uint8Array | string,
  headers: Record<string, string> = { 'content-type': 'application/json' },
  method = 'POST',
) => raw(api(path).url, { method, body, headers: { ...api(path).headers, ...headers } });

describe.each([
  '/v1/messages',
  '/v1/messages/preview',
  '/v1/accounts',
  '/v1/webhook-endpoints',
  '/admin/merchants',
  '/admin/replay',
])('%s', (path) => {
  test.each(unreadable)('%s is a problem that says where', async (_, body, statuses) => {
    const problem = expectProblem(await post(path, body()), ...statuses);
    expect(problem.detail).toMatch(/JSON|UTF-8|bytes/);
  });

  test.each(['null', '[]', '"text"', '7', 'true', '{}'])(
    '%s instead of what is asked for is a problem with pointers',
    async (body) => {
      const answer = await post(path, body);
      expectProblem(answer, 422);
      expect(pointersOf(answer).length).toBeGreaterThan(0);
    },
  );

  test('an empty body, and one that is called something else than JSON', async () => {
    expectProblem(await post(path, ''), 400, 422);
    expectProblem(await post(path, '{}', { 'content-type': 'text/plain' }), 415);
    expectProblem(await post(path, '{}', { 'content-type': 'application/x-www-form-urlencoded' }), 415);
    expectProblem(await post(path, '{}', {}), 415);
  });
});

describe('merchants', () => {
  const message = (change: object) => ({
    to: 'sandbox:ada',
    content: { kind: 'text', text: 'hi' },
    ...change,
  });
  const text = (change: object) => message({ content: { kind: 'text', text: 'hi', ...change } });
  const card = (change: object) => message({ content: { kind: 'card', card: { title: 'a', ...change } } });

  test.each([
    ['at the top', message({ colour: 'red' }), '/colour'],
    ['in content', text({ colour: 'red' }), '/content/colour'],
    ['in a card', card({ colour: 'red' }), '/content/card/colour'],
    [
      'in an action',
      card({ actions: [{ type: 'reply', id: 'a', title: 'A', colour: 'red' }] }),
      '/content/card/actions/0/colour',
    ],
    ['with a slash and a tilde', message({ 'a/b~c': 1 }), '/a~1b~0c'],
    [
      'in a union',
      message({
        content: {
          kind: 'template',
          name: 'n',
          language: 'en',
          text: 't',
          header: [{ type: 'image', id: 'med', colour: 'red' }],
        },
      }),
      '/content/header/0/colour',
    ],
  ])('an unknown field %s is an error with its pointer', async (_, body, pointer) => {
    const answer = await post('/v1/messages', JSON.stringify(body));
    expectProblem(answer, 422);
    expect(pointersOf(answer)).toContain(pointer);
  });

  test('an unknown field of a choice between two bodies, of a query and of an account too', async () => {
    const link = await post(
      '/v1/consumers/csm_01HZZZZZZZZZZZZZZZZZZZZZZZ/link',
      JSON.stringify({ consumer_id: 'csm_01HZZZZZZZZZZZZZZZZZZZZZZZ', colour: 'red' }),
    );
    expectProblem(link, 422);
    expect(pointersOf(link)).toContain('/colour');
    const query = await raw(`${api('/v1/messages').url}?colour=red`, {
      method: 'GET',
      headers: api('/v1/messages').headers,
    });
    expectProblem(query, 422);
    expect(pointersOf(query)).toEqual(['#query/colour']);
    const account = await post(
      '/v1/accounts',
      JSON.stringify({
        connector: 'sandbox',
        name: 'a',
        config: { colour: 1 },
        credentials: { secret: 'x'.repeat(20), hue: 2 },
      }),
    );
    expectProblem(account, 422);
    expect(pointersOf(account)).toEqual(['/config/colour', '/credentials/hue']);
  });

  test.each([
    ['text', text({ text: 'half \ud83d' })],
    ['subject', text({ subject: '\udc00' })],
    ['metadata value', message({ metadata: { a: '\ud800' } })],
    ['metadata name', message({ metadata: { '\ud800': 'a' } })],
    ['address', message({ to: 'sandbox:\ud800' })],
    [
      'file name',
      message({
        content: { kind: 'media', media: { type: 'file', url: 'https://example.com/a', name: '\ud800' } },
      }),
    ],
    [
      'phone of a contact',
      message({ content: { kind: 'contact', contacts: [{ name: 'A', phones: ['\ud800'] }] } }),
    ],
    [
      'native payload',
      message({ content: { kind: 'native', connector: 'telegram', payload: { a: ['\ud800'] }, text: 't' } }),
    ],
  ])('a lone surrogate in a %s is refused', async (_, body) => {
    const answer = await post('/v1/messages', JSON.stringify(body));
    expectProblem(answer, 400, 422);
  });

  test('a lone surrogate in the name of a merchant or an account is refused', async () => {
    expectProblem(await post('/admin/merchants', '{"name":"\\ud800"}'), 400, 422);
    expectProblem(
      await post(
        '/v1/accounts',
        JSON.stringify({ connector: 'sandbox', name: '\ud800', credentials: { secret: 'x'.repeat(20) } }),
      ),
      400,
      422,
    );
  });

  test.each(['__proto__', 'constructor', 'prototype'])(
    'a field called %s is an unknown field, and changes no object',
    async (name) => {
      const answer = await post(
        '/v1/messages',
        `{"to":"sandbox:ada","content":{"kind":"text","text":"hi"},"${name}":{"strict":true}}`,
      );
      expectProblem(answer, 422);
      const inner = await post(
        '/v1/messages',
        `{"to":"sandbox:ada","content":{"kind":"text","text":"hi","${name}":{"subject":"x"}}}`,
      );
      expectProblem(inner, 422);
    },
  );

  test('thousands of faults make a short answer', async () => {
    const names = Object.fromEntries(Array.from({ length: 40_000 }, (_, i) => [`unknown_${i}`, 1]));
    expectProblem(await post('/v1/messages', JSON.stringify(message(names))), 422);
    expectProblem(await post('/v1/messages', JSON.stringify(message({ ['long'.repeat(100_000)]: 1 }))), 422);
    const options = Array.from({ length: 50 }, (_, i) => ({ id: `é${i}`, title: '', colour: 1 }));
    expectProblem(
      await post(
        '/v1/messages',
        JSON.stringify(message({ content: { kind: 'choice', text: 'q', options } })),
      ),
      422,
    );
    expectProblem(await post('/v1/messages', JSON.stringify(message({ to: 'x'.repeat(900_000) }))), 422);
  });

  test.each([
    ['a number that JSON cannot keep', { valid_for: Number.POSITIVE_INFINITY }],
    ['a number that is no integer', { valid_for: 1.5 }],
    ['one that is too large', { valid_for: Number.MAX_SAFE_INTEGER }],
    ['one below zero', { valid_for: -1 }],
  ])('%s is refused at its place', async (_, change) => {
    const answer = await post('/v1/messages', JSON.stringify(message(change)).replace('null', '1e400'));
    expectProblem(answer, 422);
    expect(pointersOf(answer)).toEqual(['/valid_for']);
  });

  test.each(['limit=0', 'limit=101', 'limit=x', 'limit=1&limit=2', 'limit=1e1', 'cursor=' + 'c'.repeat(300)])(
    'the query %s gets an answer',
    async (query) => {
      for (const path of [
        '/v1/messages',
        '/v1/conversations',
        '/v1/consumers',
        '/v1/accounts',
        '/v1/webhook-endpoints',
      ]) {
        const answer = await raw(`${api(path).url}?${query}`, { method: 'GET', headers: api(path).headers });
        expect(answer.status).toBeLessThan(500);
        if (query !== 'limit=1e1') expectProblem(answer, 422);
      }
    },
  );

  test.each(['%', '%ff', '%00', "'; drop table messages; --", '../../etc/passwd', '0', 'undefined'])(
    '%s as a cursor gets an answer',
    async (cursor) => {
      for (const path of [
        '/v1/messages',
        '/v1/conversations',
        '/v1/consumers',
        '/v1/accounts',
        '/v1/webhook-endpoints',
        '/v1/events',
      ]) {
        const parameter = path === '/v1/events' ? 'after' : 'cursor';
        if (path === '/v1/events' && cursor === 'start') continue;
        const answer = await raw(
          `${api(path).url}?${parameter}=${cursor.startsWith('%') ? cursor : encodeURIComponent(cursor)}`,
          { method: 'GET', headers: api(path).headers },
        );
        expect(answer.status, path).toBeLessThan(500);
        if (path === '/v1/events') expectProblem(answer, 422);
      }
    },
  );

  test('methods that are not there, and paths that are nowhere', async () => {
    for (const method of ['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'])
      expect(
        (await post('/v1/messages', '{}', { 'content-type': 'application/json' }, method)).status,
      ).toBeLessThan(500);
    for (const path of [
      '/v1/nothing',
      '/v1/messages/msg_x',
      '/admin/nothing',
      '/assets/sandbox/../../../package.json',
      '/assets/__proto__/x',
      '/media/x',
      '/media/..%2f..%2fmaster.key',
    ])
      expectProblem(
        await raw(gateway.url + path, {
          method: 'GET',
          headers: { authorization: `Bearer ${path.startsWith('/admin') ? adminKey : merchant.key}` },
        }),
        404,
        422,
      );
  });
});

test('afterwards the process is the same one, its memory bounded, nothing was stored of it all, and it still works', async () => {
  const before = rowCounts(gateway.dataFolder);
  await Promise.all(
    Array.from({ length: 20 }, () => post('/v1/messages', `{"to":"${'a'.repeat(10 * mebibyte)}"}`)),
  );
  await Promise.all(Array.from({ length: 20 }, () => post('/v1/messages', `[${'['.repeat(900_000)}`)));
  expect(rowCounts(gateway.dataFolder)).toEqual(before);
  expect(await residentMebibytes(gateway.pid)).toBeLessThan(memoryBefore + 400);
  const id = await merchant.send('sandbox:ada', { kind: 'text', text: 'still here' });
  await merchant.state(id, 'sent', 'delivered', 'read');
  expect(gateway.logs).not.toContain('http.threw');
  expect(gateway.logs).not.toMatch(/"level":(50|60)/);
});
