import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CallResult, HttpExchange, OutgoingRequest } from '../contract/index.ts';
import { exchangeOf, withExchanges } from './exchange.ts';
import { createHttpClient } from './http.ts';
import { createRedaction } from './redaction.ts';

const credentials = {
  account: 'AC00ffee',
  token: 'tok-9f/8+e?&="x"',
  bot: '4815162342:AAF-secret_Bot',
  nested: { key: 'pk_live_abcdefgh' },
};
const number = '+33639980001';
const content = 'Your code is 482913, Zoë 💥';
const signal = new AbortController().signal;
const times = { atMs: 1_795_348_800_000, durationMs: 12 };

const record = (
  request: Partial<OutgoingRequest>,
  result: CallResult = { type: 'unknown', reason: 'timeout' },
): HttpExchange =>
  exchangeOf(
    times,
    { method: 'POST', url: 'https://platform.test/v1', signal, ...request },
    result,
    createRedaction(credentials),
  );

const answer = (body: unknown, headers: Record<string, string> = {}, status = 400): CallResult => ({
  type: 'answer',
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
});

/** In every spelling in which it could be found again. */
const spellings = (text: string): string[] => [
  text,
  encodeURIComponent(text),
  JSON.stringify(text).slice(1, -1),
  Buffer.from(text).toString('base64').replace(/=+$/, ''),
  Buffer.from(text).toString('hex'),
];
const secrets = ['tok-9f/8+e?&="x"', '4815162342:AAF-secret_Bot', 'AAF-secret_Bot', 'pk_live_abcdefgh'];
const forbidden = [
  ...secrets,
  content,
  'code is 482913',
  '482913',
  'Zoë',
  number,
  '33639980001',
  '639980001',
  'AC00ffee',
].flatMap(spellings);

const tells = (exchange: HttpExchange): string[] => {
  const told = JSON.stringify(exchange);
  return forbidden.filter((text) => told.includes(text));
};

const basic = `Basic ${Buffer.from(`${credentials.account}:${credentials.token}`).toString('base64')}`;
const attacks: [string, Partial<OutgoingRequest>, CallResult?][] = [
  ['a token in the path', { url: `https://api.platform.test/bot${credentials.bot}/sendMessage` }],
  [
    'an escaped token in the path',
    { url: `https://api.platform.test/${encodeURIComponent(credentials.token)}/x` },
  ],
  ['a number in the path', { url: `https://platform.test/to/${encodeURIComponent(number)}/33639980001` }],
  ['user and password in the address', { url: `https://AC00ffee:pk_live_abcdefgh@platform.test/x` }],
  ['a secret in the host', { url: `https://pk_live_abcdefgh.platform.test/x` }],
  [
    'all of it in the query',
    {
      url: `https://platform.test/send?key=pk_live_abcdefgh&to=33639980001&text=${encodeURIComponent(content)}&33639980001=1`,
    },
  ],
  ['no address at all', { url: `${number} ${credentials.token}` }],
  [
    'headers of every sort',
    {
      headers: {
        Authorization: basic,
        'X-Api-Key': credentials.token,
        'X-To': number,
        Cookie: 'a=pk_live_abcdefgh',
        'Content-Type': `text/plain; x=${credentials.nested.key}`,
      },
    },
  ],
  ['a name of a header that is a secret', { headers: { pk_live_abcdefgh: '1', [`x-33639980001`]: '1' } }],
  [
    'JSON',
    {
      json: {
        to: number,
        body: content,
        deep: [{ msisdn: 33639980001, otp: 482913, code: '482913', status: content }],
        key: credentials.token,
      },
    },
  ],
  ['keys of a JSON object', { json: { [number]: 1, '33639980001': { [content]: 1 }, pk_live_abcdefgh: 1 } }],
  [
    'a form',
    {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ To: number, Body: content, AuthToken: credentials.token }).toString(),
    },
  ],
  [
    'XML',
    {
      headers: { 'content-type': 'text/xml' },
      body: `<m to="${number}"><text>${content}</text><code>482913</code></m>`,
    },
  ],
  ['a text', { headers: { 'content-type': 'text/plain' }, body: `${number} ${content}` }],
  ['a JSON text', { body: JSON.stringify(content) }],
  ['bytes', { body: Buffer.from(content) }],
  [
    'an answer that echoes',
    {},
    answer({
      code: '482913',
      status: 'queued',
      to: number,
      message: `The 'To' number ${number} is not valid`,
      error: content,
      sid: credentials.account,
    }),
  ],
  [
    'an echo of the request in a field of codes',
    { json: { word: 'PAPAYA', to: number } },
    answer({ code: 'PAPAYA' }),
  ],
  [
    'an answer with a number as a number',
    {},
    answer({ status: 33639980001, code: 482913, error_code: 639980001 }),
  ],
  [
    'a form as answer',
    {},
    answer(`to=33639980001&text=${encodeURIComponent(content)}`, {
      'content-type': 'application/x-www-form-urlencoded',
    }),
  ],
  [
    'XML as answer',
    {},
    answer(`<r><to>33639980001</to><t>${content}</t></r>`, { 'content-type': 'application/xml' }),
  ],
  [
    'an HTML page as answer',
    {},
    answer(`<html>${number} ${content}</html>`, { 'content-type': 'text/html' }),
  ],
  [
    'headers of an answer',
    {},
    answer(
      {},
      {
        location: `https://x.test/?t=pk_live_abcdefgh`,
        'set-cookie': 'pk_live_abcdefgh',
        'x-request-id': number,
        'retry-after': number,
      },
    ),
  ],
];

describe('the record of an exchange holds no credential, no content and no address', () => {
  test.each(attacks)('%s', (_what, request, result) => {
    const exchange = record(request, result);
    const word = JSON.stringify(exchange).includes('PAPAYA');
    expect({ told: tells(exchange), word }).toEqual({ told: [], word: false });
  });

  test('files of a form', () => {
    const body = new FormData();
    body.set('to', number);
    body.set('file', new Blob([content]), `${number}.txt`);
    const exchange = record({ body });
    expect(tells(exchange)).toEqual([]);
    expect(exchange.sent).toMatchObject({ bytes: Buffer.byteLength(content) + number.length });
  });

  test('wherever a secret is put', () => {
    const places: ((secret: string) => [Partial<OutgoingRequest>, CallResult?])[] = [
      (secret) => [
        {
          url: `https://h.test/${encodeURIComponent(secret)}?${encodeURIComponent(secret)}=${encodeURIComponent(secret)}`,
        },
      ],
      (secret) => [{ json: { [secret]: secret, code: secret } }],
      (secret) => [{}, answer({ status: secret, [secret]: { code: secret } })],
      (secret) => [{ headers: { accept: secret, [secret]: secret } }],
    ];
    fc.assert(
      fc.property(
        fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{7,20}$/),
        fc.constantFrom(...places),
        (secret, place) => {
          const [request, result = { type: 'unknown', reason: 'reset' }] = place(secret);
          const redaction = createRedaction({ secret });
          const exchange = exchangeOf(
            times,
            { method: 'GET', url: 'https://h.test/', signal, ...request },
            result,
            redaction,
          );
          expect(JSON.stringify(exchange)).not.toContain(secret);
        },
      ),
    );
  });
});

test('what is left says how it went', () => {
  const exchange = record(
    {
      url: 'https://api.platform.test/2010-04-01/Accounts/AC00ffee/Messages.json?page=2',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', Authorization: basic },
      body: 'To=%2B33639980001&Body=hi',
    },
    answer({ code: 21211, status: 400, message: 'no' }, { 'retry-after': '7' }),
  );
  expect(exchange).toEqual({
    ...times,
    method: 'POST',
    url: 'https://api.platform.test/2010-04-01/Accounts/‹8›/Messages.json?page=‹1›',
    sent: {
      headers: { 'content-type': 'application/x-www-form-urlencoded', authorization: `‹${basic.length}›` },
      bytes: 25,
      body: '{"To":"‹12›","Body":"‹2›"}',
    },
    result: {
      type: 'answer',
      status: 400,
      received: {
        headers: { 'content-type': 'application/json', 'retry-after': '7' },
        bytes: 42,
        body: '{"code":21211,"status":400,"message":"‹2›"}',
      },
    },
  });
});

test('it stays small whatever was sent', () => {
  let deep: unknown = 1;
  for (let i = 0; i < 500; i++) deep = { a: deep };
  const wide = Object.fromEntries(
    Array.from({ length: 5000 }, (_, i) => [`field${i % 100}x${'y'.repeat(i % 50)}`, 'v']),
  );
  const exchange = record(
    { json: { deep, wide }, url: `https://h.test/${'a/'.repeat(5000)}` },
    answer('['.repeat(100_000)),
  );
  expect(JSON.stringify(exchange).length).toBeLessThan(8000);
});

test('the client is as it was, and each call is told once, with its times', async () => {
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () =>
      response.writeHead(201, { 'content-type': 'application/json' }).end('{"status":"queued"}'),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/messages`;
  const client = createHttpClient({ allowed: ['127.0.0.0/8'] });
  const told: HttpExchange[] = [];
  let now = 1000;
  const http = withExchanges(client, {
    onExchange: (each) => told.push(each),
    now: () => (now += 5),
    secrets: credentials,
  });
  try {
    const result = await http.call({ method: 'POST', url, json: { to: number }, signal });
    expect(result).toMatchObject({ type: 'answer', status: 201 });
    expect(await http.call({ method: 'GET', url: 'nonsense', signal })).toEqual({
      type: 'unsent',
      reason: 'invalid_url',
    });
    expect(told).toMatchObject([
      {
        atMs: 1005,
        durationMs: 5,
        result: { type: 'answer', status: 201, received: { bytes: 19, body: '{"status":"queued"}' } },
      },
      { method: 'GET', url: '‹8›', result: { type: 'unsent', reason: 'invalid_url' } },
    ]);
  } finally {
    await client.close();
    await new Promise((resolve) => server.close(resolve));
  }
});
