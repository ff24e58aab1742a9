import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answered, recording } from '../../test/conformance/scripted.ts';
import type { Account, HttpClient, SendOutcome } from '../contract/index.ts';
import { createHttpClient } from '../kit/http.ts';
import { connector } from './index.ts';
import { accountWith, exampleConfig, exampleCredentials } from './testing.ts';

const takes = (change: object): boolean =>
  connector.manifest.config.safeParse({ ...exampleConfig, ...change }).success;
const send = (change: object) => ({ send: { ...exampleConfig.send, ...change } });

describe('a configuration that could do more than send is refused at set-up', () => {
  test('the example itself is taken', () => expect(takes({})).toBe(true));

  test.each([
    ['a placeholder that does not exist', send({ query: { a: '{process.env.HOME}' } })],
    ['a placeholder of the language', send({ query: { a: '{constructor}' } })],
    ['a placeholder without a name', send({ query: { a: '{}' } })],
    ['an open brace', send({ query: { a: '{text' } })],
    ['a setting of another sort', send({ query: { a: '{config.__proto__}' } })],
    ['a placeholder deep in JSON', send({ body: { type: 'json', value: { a: [{ b: '{secrets}' }] } } })],
    ['the text in a header', send({ headers: { 'x-text': '{text}' } })],
    ['the number in a header', send({ headers: { 'x-to': '{to}' } })],
    ['a line break in a header', send({ headers: { 'x-a': 'a\r\nX-Injected: 1' } })],
    ['a line break in the name of a header', send({ headers: { 'x-a\r\nx-b': 'a' } })],
    ['a header of the client’s own', send({ headers: { Host: 'internal' } })],
    ['a length of one’s own', send({ headers: { 'Content-Length': '0' } })],
    ['the text in the path', send({ path: '/send/{text}' })],
    ['a path to another host', send({ path: '//evil.test/x' })],
    ['a path that is an address', send({ path: 'https://evil.test/x' })],
    ['a path with user and host', send({ path: '@evil.test/' })],
    ['a path with a query', send({ path: '/x?a=1' })],
    ['a path with a line break', send({ path: '/x\r\nHost: evil' })],
    ['an address with user and password', { base_url: 'https://user:pass@platform.test' }],
    ['an address with a query', { base_url: 'https://platform.test/?x=' }],
    ['an address of another scheme', { base_url: 'file:///etc/passwd' }],
    ['another method', send({ method: 'CONNECT' })],
    ['no way to verify', { verify: undefined }],
    ['a way to verify that is none', { verify: { type: 'none' } }],
    ['a signature without a secret', { verify: { type: 'header', name: 'x-a', value: 'fixed' } }],
    [
      'a signature that does not cover the body',
      { verify: { ...exampleConfig.verify, signed: ['timestamp'] } },
    ],
    ['a code that means nothing', { codes: { '1': 'whatever' } }],
    ['an answer that is no 2xx', { receive: { ...exampleConfig.receive, answer: { status: 302 } } }],
    [
      'an answer with a header injected',
      { receive: { ...exampleConfig.receive, answer: { type: 'text/xml\r\nx: y' } } },
    ],
    ['an unknown field', { run: 'rm -rf' }],
  ])('%s', (_what, change) => {
    expect(takes(change)).toBe(false);
  });
});

async function sent(account: Account, text: string, http?: HttpClient) {
  const record = recording(answered({ status: 200, body: {} }));
  const outcome: SendOutcome = await connector.sender!.send(
    {
      messageId: 'msg_1',
      idempotencyKey: 'msg_1.0',
      address: 'tel:+33639980001',
      part: { content: { kind: 'text', text } },
      media: new Map(),
      thread: [],
    },
    account,
    http ? { ...record.context, http } : record.context,
  );
  return { outcome, requests: record.requests, logs: record.logs };
}

describe('values stay values', () => {
  const nasty = [
    '"},{"to":"+15550100',
    'a&to=%2B15550100',
    '</text><to>+15550100</to><text>',
    'x\r\nX-Injected: 1',
    '{secret.token}',
    '{{',
    '%0d%0a',
    '$&$1',
    '../..',
    '\ud800',
  ];

  test.each(nasty)('%j in JSON, a form, XML and a query', async (text) => {
    const json = await sent(accountWith({}), text);
    expect(json.requests[0]!.json).toMatchObject({ text });
    const form = await sent(
      accountWith(send({ body: { type: 'form', fields: { to: '{to}', text: '{text}' } } })),
      text,
    );
    expect([...new URLSearchParams(String(form.requests[0]!.body))]).toEqual([
      ['to', '+33639980001'],
      ['text', text.toWellFormed()],
    ]);
    const query = await sent(accountWith(send({ query: { text: '{text}' } })), text);
    expect([...new URL(query.requests[0]!.url).searchParams]).toEqual([['text', text.toWellFormed()]]);
    const xml = await sent(accountWith(send({ body: { type: 'xml', text: '<a>{text}</a>' } })), text);
    expect(String(xml.requests[0]!.body).slice(3, -4)).not.toMatch(/[<>"']/);
    for (const { outcome, logs } of [json, form, query, xml])
      expect(JSON.stringify([outcome, logs])).not.toContain('example-token');
  });

  test('whatever the text, the request goes to the account’s own origin and path', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 60 }), async (text) => {
        const { requests } = await sent(accountWith(send({ query: { a: '{text}' } })), text);
        const url = new URL(requests[0]!.url);
        expect([url.origin, url.pathname]).toEqual(['http://platform.test', '/v2/messages']);
        expect(JSON.stringify(requests[0]!.headers)).not.toMatch(/\\[rn]/);
      }),
    );
  });
});

test('a credential that no header can hold sends nothing, and is told of nobody', async () => {
  for (const token of ['a\r\nX-Injected: 1', 'tok\u0000en', 'snow☃man']) {
    const { outcome, requests, logs } = await sent(accountWith({}, { ...exampleCredentials, token }), 'x');
    expect(outcome).toMatchObject({ type: 'rejected', failure: { code: 'account_unauthorized' } });
    expect(requests).toEqual([]);
    expect(JSON.stringify([outcome, logs])).not.toContain(token.slice(0, 3));
  }
});

test('a credential that is not there opens nothing', async () => {
  const bare = accountWith({}, {});
  expect((await sent(bare, 'x')).outcome).toMatchObject({ failure: { code: 'account_unauthorized' } });
  const call = {
    method: 'POST',
    path: '',
    url: bare.hookUrl,
    query: new URLSearchParams('token='),
    headers: { authorization: 'Bearer ' },
    body: Buffer.from('{}'),
  };
  for (const verify of [
    exampleConfig.verify,
    { type: 'query', name: 'token', value: '{secret.token}' },
    { type: 'bearer', token: '{secret.token}' },
    { type: 'basic', user: '{secret.username}', password: '{secret.password}' },
    { type: 'header', name: 'authorization', value: '{secret.token}' },
  ])
    expect(connector.hook!.verify(call, accountWith({ verify }, {}), 0).ok).toBe(false);
});

test('a value cannot climb out of the path', async () => {
  const account = accountWith({ ...send({ path: '/v1/{config.sender}/send' }), sender: '..A' });
  expect(new URL((await sent(account, 'x')).requests[0]!.url).pathname).toBe('/v1/..A/send');
  const climbing = accountWith({ ...send({ path: '/v1/{config.sender}/send' }), sender: '..' });
  expect((await sent(climbing, 'x')).requests).toEqual([]);
});

describe('with the gateway’s own client', () => {
  test.each([
    'http://169.254.169.254',
    'http://127.0.0.1:1',
    'http://[::ffff:127.0.0.1]:1',
    'http://2130706433:1',
    'http://localhost:1',
  ])('%s is out of reach', async (base_url) => {
    const http = createHttpClient();
    try {
      const { outcome } = await sent(accountWith({ base_url }), 'x', http);
      expect(outcome).toMatchObject({ type: 'rejected', failure: { code: 'platform_unavailable' } });
    } finally {
      await http.close();
    }
  });

  test('a redirect is not followed', async () => {
    const seen: string[] = [];
    const server = createServer((request, response) => {
      seen.push(request.url ?? '');
      response.writeHead(307, { location: '/elsewhere' }).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const http = createHttpClient({ allowed: ['127.0.0.0/8'] });
    try {
      const base_url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const { outcome } = await sent(accountWith({ base_url }), 'x', http);
      expect(outcome).toMatchObject({ type: 'rejected', failure: { code: 'platform_refused' } });
      expect(seen).toEqual(['/v2/messages']);
    } finally {
      await http.close();
      await new Promise((resolve) => server.close(resolve));
    }
  });
});
