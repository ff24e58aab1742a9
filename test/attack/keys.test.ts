import { createHash, createHmac } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TestGateway } from '../gateway/gateway.ts';
import type { TestMerchant } from '../gateway/gateway.ts';
import { until } from '../gateway/ports.ts';
import { filesWith, tablesWith } from './ledger.ts';
import { expectProblem, raw } from './raw.ts';

let gateway: TestGateway;
let merchant: TestMerchant;

beforeAll(async () => {
  gateway = await TestGateway.start({ PASSERELLE_LOG_LEVEL: 'debug' });
  merchant = await gateway.merchant('keys');
});
afterAll(async () => {
  await merchant.receiver.close();
  await gateway.stop();
});

const keyOf = async (body: object): Promise<{ id: string; key: string }> => {
  const made = await gateway.admin('POST', `/merchants/${merchant.id}/keys`, {
    mode: 'live',
    name: 'k',
    ...body,
  });
  expect(made.status).toBe(201);
  return { id: String(made.body['id']), key: String(made.body['key']) };
};
const statusOf = async (key: string) => (await gateway.request('GET', '/v1/messages', key)).status;

describe('keys', () => {
  test('a revoked key opens nothing from the next request on', async () => {
    const { id, key } = await keyOf({});
    expect(await statusOf(key)).toBe(200);
    expect((await gateway.admin('DELETE', `/merchants/${merchant.id}/keys/${id}`)).status).toBe(204);
    expect(await statusOf(key)).toBe(401);
    expect((await gateway.admin('DELETE', `/merchants/${merchant.id}/keys/${id}`)).status).toBe(404);
  });

  test('a key ends at its time, and one of the past never begins', async () => {
    expect(await statusOf((await keyOf({ expires_at: '2020-01-01T00:00:00Z' })).key)).toBe(401);
    const { key } = await keyOf({ expires_at: new Date(Date.now() + 1500).toISOString() });
    expect(await statusOf(key)).toBe(200);
    await until('the key to end', async () => (await statusOf(key)) === 401, 10_000);
  });

  test('keys that are almost one are none', async () => {
    const { key } = await keyOf({});
    for (const wrong of [
      key.slice(0, -1),
      `${key}x`,
      key.replace('live_', 'test_'),
      key.toUpperCase(),
      `${key} `,
      "' or 1=1 --",
      'live_',
      '',
    ]) {
      const answer = await raw(`${gateway.url}/v1/messages`, {
        method: 'GET',
        headers: { authorization: `Bearer ${wrong}` },
      });
      if (wrong.trim() === key) continue;
      expectProblem(answer, 401);
    }
    expectProblem(await raw(`${gateway.url}/v1/messages?key=${key}`, { method: 'GET' }), 401);
  });

  test('one merchant’s key cannot be revoked under another’s name', async () => {
    const other = await gateway.merchant('other');
    const { id, key } = await keyOf({});
    expect((await gateway.admin('DELETE', `/merchants/${other.id}/keys/${id}`)).status).toBe(404);
    expect(await statusOf(key)).toBe(200);
    await other.receiver.close();
  });

  test('a key is shown once: after that it is nowhere, only its hash', async () => {
    const { key } = await keyOf({});
    expect(await filesWith(gateway.dataFolder, key)).toEqual([]);
    expect(tablesWith(gateway.dataFolder, createHash('sha256').update(key).digest('hex'))).toEqual([
      'api_keys',
    ]);
    expect(gateway.logs).not.toContain(key);
    expect(JSON.stringify((await gateway.admin('GET', `/merchants/${merchant.id}/keys`)).body)).not.toContain(
      key.slice(12),
    );
    expect(JSON.stringify((await gateway.admin('GET', '/audit')).body)).not.toContain(key.slice(12));
  });

  test('the operator’s key is nowhere in the data folder nor in logs', async () => {
    expect(await filesWith(gateway.dataFolder, 'admin-key-of-the-tests')).toEqual([]);
    expect(gateway.logs).not.toContain('admin-key-of-the-tests');
  });
});

test('an operator who names a merchant that isn’t there is told so', async () => {
  const nobody = '/merchants/mer_01HZZZZZZZZZZZZZZZZZZZZZZZ';
  const account = { connector: 'sandbox', name: 's', credentials: { secret: 'a-secret-of-sixteen' } };
  for (const [method, path, body] of [
    ['GET', '/keys'],
    ['POST', '/keys', { mode: 'live', name: 'k' }],
    ['GET', '/accounts'],
    ['POST', '/accounts', account],
  ] as const)
    expect((await gateway.admin(method, nobody + path, body)).status, `${method} ${path}`).toBe(404);
});

describe('a test key', () => {
  test('sends nothing from a live account, however it is named, and a live key nothing from a test account', async () => {
    const live = await merchant.account(
      'telegram',
      {},
      { token: '900100:a-token-of-our-own-bot', webhook_secret: 'a-secret-of-a-hook' },
    );
    const { key: testKey } = await keyOf({ mode: 'test' });
    const as = (key: string, body: object) =>
      gateway.request('POST', '/v1/messages', key, { content: { kind: 'text', text: 'x' }, ...body });
    for (const more of [{}, { from: live.id }]) {
      const answer = await as(testKey, { to: 'telegram:700100', ...more });
      expect({ status: answer.status, code: answer.body['code'] }).toEqual({ status: 422, code: 'no_route' });
    }
    const accepted = await as(merchant.key, { to: 'telegram:700100' });
    expect(accepted.status).toBe(202);
    for (const to of [accepted.body['consumer_id'], accepted.body['conversation_id']])
      expect((await as(testKey, { to })).status).toBe(422);
    const tested = await gateway.request('POST', '/v1/accounts', testKey, {
      connector: 'sandbox',
      name: 's',
      credentials: { secret: 'a-secret-of-sixteen' },
    });
    expect(tested.body['test']).toBe(true);
    expect((await as(merchant.key, { to: 'sandbox:ada' })).status).toBe(422);
    expect((await as(testKey, { to: 'sandbox:ada' })).status).toBe(202);
  });

  test('shows signals on test accounts, and the other kind of key does not', async () => {
    const { key: testKey } = await keyOf({ mode: 'test' });
    const account = await gateway.request('POST', '/v1/accounts', testKey, {
      connector: 'sandbox',
      name: 's',
      credentials: { secret: 'a-secret-of-sixteen' },
    });
    const phoneKey = createHmac('sha256', 'a-secret-of-sixteen')
      .update(`sandbox phone of ${String(account.body['id'])}`)
      .digest('base64url');
    const attach = `${String(account.body['hook_url'])}/attach?key=${phoneKey}&as=bob&id=12345678`;
    expect((await raw(attach, { body: 'bytes' })).status).toBe(202);
    const { body } = await gateway.request('GET', '/v1/conversations?limit=1', testKey);
    const [conversation] = body['data'] as unknown as { id: string }[];
    const shown = async (key: string) =>
      (
        await gateway.request('POST', `/v1/conversations/${conversation!.id}/signals`, key, {
          signal: 'typing',
        })
      ).body['shown'];
    expect([await shown(testKey), await shown(merchant.key)]).toEqual([true, false]);
  });

  test('invariant 10: the trace of what a test key sent says which accounts were considered, and why each was refused', async () => {
    const { key: testKey } = await keyOf({ mode: 'test' });
    const credentials = { token: '900200:a-token-of-our-own-bot', webhook_secret: 'a-secret-of-a-hook' };
    const tested = await gateway.request('POST', '/v1/accounts?validate=false', testKey, {
      connector: 'telegram',
      name: 't',
      credentials,
    });
    const sent = await gateway.request('POST', '/v1/messages', testKey, {
      to: 'telegram:700200',
      content: { kind: 'text', text: 'x' },
    });
    expect(sent.body['account_id']).toBe(tested.body['id']);
    const { body } = await merchant.call('GET', `/v1/messages/${String(sent.body['id'])}/trace`);
    const routed = (
      body['entries'] as unknown as {
        step: string;
        detail: { considered: { account_id: string; refused?: string }[] };
      }[]
    ).find(({ step }) => step === 'routed');
    const [own, live] = routed!.detail.considered;
    expect(own).toMatchObject({ account_id: tested.body['id'], channel: 'telegram', verdict: 'chosen' });
    expect(live).toMatchObject({ verdict: 'refused', refused: 'live_account_with_test_key' });
  });
});

describe('media links', () => {
  const link = async (): Promise<URL> => {
    const { text } = await raw(`${gateway.url}/v1/media?name=note.txt`, {
      body: 'the bytes of a note',
      headers: { authorization: `Bearer ${merchant.key}` },
    });
    return new URL((JSON.parse(text) as { url: string }).url);
  };
  const get = (url: URL) => raw(url.href, { method: 'GET' });

  test('open what they name', async () => {
    expect((await get(await link())).text).toBe('the bytes of a note');
  });

  test('open nothing with a changed id, time or signature, nor without', async () => {
    const own = await link();
    const other = await link();
    const changed = (change: (url: URL) => void): URL => {
      const url = new URL(own);
      change(url);
      return url;
    };
    const signature = own.searchParams.get('sig')!;
    const wrong = [
      changed((url) => (url.pathname = other.pathname)),
      changed((url) => url.searchParams.set('exp', String(Number(own.searchParams.get('exp')) + 1))),
      changed((url) => url.searchParams.set('exp', '999999999999')),
      changed((url) => url.searchParams.set('exp', '1')),
      changed((url) => url.searchParams.set('exp', 'NaN')),
      changed((url) => url.searchParams.set('exp', '1e12')),
      changed((url) => url.searchParams.set('sig', other.searchParams.get('sig')!)),
      changed((url) => url.searchParams.set('sig', signature.slice(0, -2))),
      changed((url) => url.searchParams.set('sig', '')),
      changed((url) => url.searchParams.delete('sig')),
      changed((url) => url.searchParams.delete('exp')),
      changed((url) => (url.search = '')),
      changed((url) => (url.pathname = '/media/med_01HZZZZZZZZZZZZZZZZZZZZZZZ')),
    ];
    const answers = await Promise.all(wrong.map(get));
    for (const answer of answers) expectProblem(answer, 404);
    // nobody learns from the answer which of them exist
    expect(new Set(answers.map(({ text }) => text.replace(/req_\w+/, ''))).size).toBe(1);
  });
});

describe('what lies on disk', () => {
  test('the folder and what is secret in it are the owner’s alone', async () => {
    const mode = async (name: string) =>
      ((await stat(join(gateway.dataFolder, name))).mode & 0o777).toString(8);
    expect(await mode('')).toBe('700');
    expect(await mode('master.key')).toBe('600');
    expect(
      Buffer.from((await readFile(join(gateway.dataFolder, 'master.key'), 'utf8')).trim(), 'base64'),
    ).toHaveLength(32);
  });
});
