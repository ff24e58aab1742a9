import { expect, test } from 'vitest';
import { z } from 'zod';
import type { HookRequest } from '../../contract/index.ts';
import { recording, answered } from '../../../test/conformance/scripted.ts';
import { codesMeaning, secrets, smsConfig, smsConnector } from './index.ts';
import type { SmsTable } from './index.ts';

type Dialect = Exclude<SmsTable<{ base_url: string }, unknown>['dialect'], (config: never) => unknown>;

const account = {
  id: 'acc_1',
  merchantId: 'mer_1',
  test: true,
  config: { base_url: 'http://platform.test' },
  credentials: { key: 'example-key' },
  hookUrl: 'https://gateway.test/hooks/example-sms/acc_1',
};

const connectorOf = (dialect: Partial<Dialect>, more: object = {}) =>
  smsConnector({
    name: 'example-sms',
    title: 'Example',
    config: smsConfig(undefined, {}),
    credentials: secrets({ key: 'Key' }),
    rate: { perSecond: 1, concurrency: 1 },
    documents: [],
    verify: () => ({ ok: true }),
    dialect: {
      send: { path: '/send', body: { type: 'json', value: { text: '{text}' } }, answer: { ids: ['id'] } },
      receive: { format: 'json', events: [{ type: 'ignored', when: ['x'], reason: 'x' }] },
      ...dialect,
    },
    ...more,
  });

const request = (more: Partial<HookRequest>): HookRequest => ({
  method: 'POST',
  path: '',
  url: account.hookUrl,
  query: new URLSearchParams(),
  headers: {},
  body: new Uint8Array(),
  ...more,
});
const itemsOf = (receive: Dialect['receive'], more: Partial<HookRequest>) => {
  const parsed = connectorOf({ receive }).hook!.parse(request(more), account);
  return parsed.ok ? parsed.items : parsed;
};
const json = (value: unknown) => ({ body: Buffer.from(JSON.stringify(value)) });
const message = { type: 'message' as const, id: ['id'], from: 'from', text: 'text' };

test('parameters are those of the address and of a form', () => {
  const receive: Dialect['receive'] = {
    format: 'parameters',
    events: [{ ...message, when: ['from', { path: 'kind', in: ['sms'] }] }],
  };
  const url = `${account.hookUrl}?kind=sms&from=%2B33639980001`;
  expect(itemsOf(receive, { url, body: Buffer.from('id=1&text=Hello') })).toMatchObject([
    { providerId: '1', content: { text: 'Hello' } },
  ]);
  expect(itemsOf(receive, { url: `${url}&id=1&text=Hello` })).toHaveLength(1);
  expect(itemsOf(receive, { url, body: Buffer.from('id=%FF') })).toMatchObject({ ok: false, status: 400 });
});

test('JSON in a text is read in its place, and what is none stays a text', () => {
  const receive: Dialect['receive'] = {
    format: 'json',
    embedded: 'Message',
    events: [
      { ...message, when: ['Message.from'], id: ['outer'], from: 'Message.from', text: 'Message.text' },
    ],
  };
  const Message = JSON.stringify({ from: '+33639980001', text: 'Hello' });
  expect(itemsOf(receive, json({ outer: '7', Message }))).toMatchObject([
    { type: 'message', providerId: '7' },
  ]);
  for (const other of ['{"from":', 'plain', 7, null, '['.repeat(100)])
    expect(itemsOf(receive, json({ outer: '7', Message: other }))).toMatchObject([{ type: 'ignored' }]);
  expect(itemsOf(receive, json('plain'))).toMatchObject([{ type: 'ignored' }]);
});

test('several events may stand in several places', () => {
  const receive: Dialect['receive'] = {
    format: 'json',
    each: ['a.*', 'b.*'],
    events: [{ ...message, when: ['from'] }],
  };
  const one = (id: string) => ({ id, from: '+33639980001', text: 'x' });
  expect(itemsOf(receive, json({ b: [one('3')], a: [one('1'), one('2')] }))).toMatchObject([
    { providerId: '1' },
    { providerId: '2' },
    { providerId: '3' },
  ]);
});

test('what is signed is what goes out', async () => {
  const seen: unknown[] = [];
  const sign = (given: { body: string; headers: object }) => {
    seen.push(given);
    return { 'x-proof': 'example' };
  };
  const { context, requests } = recording(answered({ status: 200, body: { id: '1' } }));
  await connectorOf({}, { sign }).sender!.send(
    {
      messageId: 'msg_1',
      idempotencyKey: 'msg_1.0',
      address: 'tel:+33639980001',
      part: { content: { kind: 'text', text: 'Ça' } },
      media: new Map(),
      thread: [],
    },
    account,
    context,
  );
  expect(seen).toEqual([
    {
      method: 'POST',
      url: 'http://platform.test/send',
      headers: { 'content-type': 'application/json' },
      body: '{"text":"Ça"}',
    },
  ]);
  expect(requests[0]).toMatchObject({ body: '{"text":"Ça"}', headers: { 'x-proof': 'example' } });
  expect(requests[0]).not.toHaveProperty('json');
});

test('set-up stops at the first refusal, and there is none without a table of it', async () => {
  const call = { method: 'PUT' as const, path: '/hook', query: { at: '{hook}', key: '{secret.key}' } };
  const connector = connectorOf({ setup: [call, { ...call, base: 'https://other.test' }] });
  const good = recording(answered({ status: 204, body: '' }));
  expect(await connector.setup!(account, good.context)).toEqual({ ok: true });
  const query = `?at=${encodeURIComponent(account.hookUrl)}&key=example-key`;
  expect(good.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
    `PUT http://platform.test/hook${query}`,
    `PUT https://other.test/hook${query}`,
  ]);
  const bad = recording(answered({ status: 403, body: '' }));
  expect(await connector.setup!(account, bad.context)).toMatchObject({ ok: false });
  expect(bad.requests).toHaveLength(1);
  expect(await connector.setup!(account, recording({ type: 'unsent', reason: 'dns' }).context)).toEqual({
    ok: false,
    detail: 'The hook could not be registered: dns.',
  });
  expect(connectorOf({}).setup).toBeUndefined();
});

test('a refusal among good numbers, and one for none', async () => {
  const dialect: Partial<Dialect> = {
    send: { path: '/send', answer: { ids: ['ids.*'], ok: { path: 'invalid.*', absent: true } } },
    statuses: { '200': 'address_invalid' },
  };
  const send = async (body: object) => {
    const { context } = recording(answered({ status: 200, body }));
    const part = { content: { kind: 'text' as const, text: 'x' } };
    const rest = { messageId: 'msg_1', idempotencyKey: 'msg_1.0', media: new Map(), thread: [] };
    return connectorOf(dialect).sender!.send(
      { ...rest, part, address: 'tel:+33639980001' },
      account,
      context,
    );
  };
  expect(await send({ ids: [7], invalid: [] })).toEqual({ type: 'sent', providerIds: ['7'] });
  expect(await send({ ids: [], invalid: ['+33'] })).toMatchObject({ failure: { code: 'address_invalid' } });
  expect(await send({})).toMatchObject({ type: 'uncertain' });
  expect(await send({ ids: [7], invalid: ['', '+33'] })).toEqual({
    type: 'uncertain',
    reason: 'partly_sent',
  });
});

test('words by their meaning', () => {
  expect(codesMeaning('sent: a b |\n delivered: c | expired: *')).toEqual({
    a: 'sent',
    b: 'sent',
    c: 'delivered',
    '*': 'expired',
  });
  expect(codesMeaning({ opted_out: '1 2' })).toEqual({ '1': 'opted_out', '2': 'opted_out' });
  expect(() => codesMeaning('sent: a | delivered: a')).toThrow('two meanings');
  const events = [
    { type: 'receipt' as const, when: ['s'], ids: ['i'], state: 's', states: codesMeaning('arived: a') },
  ];
  expect(() => connectorOf({ receive: { format: 'json', events } })).toThrow();
});

test('secrets are described, required and no others', () => {
  const schema = secrets({ key: 'The key', other: z.string().optional() });
  expect(schema.safeParse({ key: 'x' }).success).toBe(true);
  expect(schema.safeParse({ other: 'x' }).success).toBe(false);
  expect(schema.safeParse({ key: '' }).success).toBe(false);
  expect(schema.safeParse({ key: 'x', more: 'x' }).success).toBe(false);
  expect(schema.shape.key.description).toBe('The key');
});
