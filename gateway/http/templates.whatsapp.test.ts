import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connector } from '../../connectors/whatsapp/index.ts';
import { call, services, useAccounts } from './accounts.testing.ts';

/** The list from a Graph API on loopback, through the gateway's own HTTP client, to the merchant. */
const token = 'EAA-token-of-our-own';
const wabaId = '700800900';
useAccounts(['127.0.0.0/8'], [connector]);

let graph: Server;
let asked: URL[];
let limited: boolean;
beforeEach(async () => {
  [asked, limited] = [[], false];
  graph = createServer((request, response) => {
    const url = new URL(request.url!, 'http://graph.test');
    asked.push(url);
    const answer = (status: number, body: object, headers = {}) =>
      void response
        .writeHead(status, { 'content-type': 'application/json', ...headers })
        .end(JSON.stringify(body));
    if (request.headers.authorization !== `Bearer ${token}`) return answer(401, { error: { code: 190 } });
    if (limited) return answer(400, { error: { code: 80008 } }, { 'retry-after': '30' });
    const from = Number(url.searchParams.get('after') ?? 0);
    const data = [0, 1].map((index) => ({
      id: String(9000 + from + index),
      name: `template_${from + index}`,
      language: 'en_US',
      status: 'APPROVED',
      category: 'UTILITY',
      components: [{ type: 'BODY', text: 'Hi {{1}}, your bike is ready' }],
    }));
    const after = String(from + 2);
    const next = from < 4 ? { next: `http://graph.test/next?access_token=${token}` } : {};
    return answer(200, { data, paging: { cursors: { after }, ...next } });
  });
  await new Promise<void>((resolve) => graph.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
  graph.closeAllConnections();
  graph.close();
});

const add = async (change: { config?: object; credentials?: object } = {}) => {
  const made = await call('POST', '/v1/accounts?validate=false', {
    connector: 'whatsapp',
    name: 'Shop',
    config: {
      base_url: `http://127.0.0.1:${(graph.address() as AddressInfo).port}`,
      phone_number_id: '123',
      waba_id: wabaId,
      ...change.config,
    },
    credentials: {
      access_token: token,
      app_secret: 'app-secret',
      verify_token: 'word',
      ...change.credentials,
    },
  });
  return String(made.body['id']);
};

test('three pages of the platform are one list, and its log tells nothing of what they say', async () => {
  const id = await add();
  const { status, body } = await call('GET', `/v1/accounts/${id}/templates`);
  expect(status).toBe(200);
  expect((body['data'] as unknown as { name: string }[]).map(({ name }) => name)).toEqual(
    [0, 1, 2, 3, 4, 5].map((index) => `template_${index}`),
  );
  expect(body).toMatchObject({
    data: [
      { language: 'en-US', state: 'approved', body: { placeholders: ['1'] }, fillable: true },
      {},
      {},
      {},
      {},
      {},
    ],
    has_more: false,
  });
  expect(asked.map(({ pathname, searchParams }) => [pathname, searchParams.get('after')])).toEqual(
    [null, '2', '4'].map((after) => [`/v25.0/${wabaId}/message_templates`, after]),
  );
  await services.exchanges.flush();
  const log = await call('GET', `/v1/accounts/${id}/exchanges`);
  expect(log.body['data']).toMatchObject(
    [1, 2, 3].map(() => ({ purpose: 'templates', status: 200, failed: false })),
  );
  for (const secret of [token, 'your bike is ready']) expect(JSON.stringify(log.body)).not.toContain(secret);
});

test('a token that is none is the account’s fault, a limit the platform’s', async () => {
  const id = await add({ credentials: { access_token: 'another' } });
  expect(await call('GET', `/v1/accounts/${id}/templates`)).toMatchObject({
    status: 409,
    body: { code: 'conflict', detail: expect.stringContaining('(190)') as string },
  });
  limited = true;
  expect(await call('GET', `/v1/accounts/${await add()}/templates`)).toMatchObject({
    status: 502,
    body: { code: 'platform_failed', detail: expect.stringContaining('(80008)') as string },
  });
});
