import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TestGateway } from '../gateway/gateway.ts';
import type { TestMerchant } from '../gateway/gateway.ts';
import { openHooks, openPages } from './hooks.ts';
import type { Hooked } from './hooks.ts';
import { filesWith, rowCounts, rowCountsAtRest } from './ledger.ts';
import { expectProblem, raw } from './raw.ts';

let gateway: TestGateway;
let merchant: TestMerchant;
let hooks: Hooked[];
let pages: Awaited<ReturnType<typeof openPages>>;

beforeAll(async () => {
  gateway = await TestGateway.start();
  merchant = await gateway.merchant('forged', 'test');
  hooks = await openHooks(merchant);
  pages = await openPages(merchant);
});
afterAll(async () => {
  await merchant.receiver.close();
  await gateway.stop();
});

const canary = 'canary-of-a-forger';

/** Headers of somebody who doesn't know the secret. */
const forgeries: [string, (hook: Hooked, body: string) => Record<string, string>][] = [
  ['none', () => ({})],
  [
    'an empty one',
    (hook, body) => Object.fromEntries(Object.keys(hook.signed(body)).map((name) => [name, ''])),
  ],
  [
    'one of another body',
    (hook) =>
      hook.connector === 'telegram' ? { 'x-telegram-bot-api-secret-token': 'x' } : hook.signed('{}'),
  ],
  [
    'one with another secret',
    (hook, body) => ({
      ...hook.signed(body),
      'x-hub-signature-256': `sha256=${createHmac('sha256', 'guess').update(body).digest('hex')}`,
      'x-telegram-bot-api-secret-token': 'guess',
    }),
  ],
  [
    'one with no secret',
    (hook, body) => ({
      ...hook.signed(body),
      'x-hub-signature-256': `sha256=${createHmac('sha256', '').update(body).digest('hex')}`,
      'x-telegram-bot-api-secret-token': '',
    }),
  ],
  ['its first half', (hook, body) => cut(hook.signed(body), (value) => value.slice(0, value.length / 2))],
  ['it twice', (hook, body) => cut(hook.signed(body), (value) => `${value}, ${value}`)],
  [
    'one in another algorithm',
    (hook, body) =>
      cut(hook.signed(body), (value) => value.replace('sha256=', 'sha1=').replace(/hook$/, 'Hook')),
  ],
];

const cut = (headers: Record<string, string>, change: (value: string) => string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, name.startsWith('x-') ? change(value) : value]),
  );

describe('a platform’s call with a wrong signature', () => {
  test.each(forgeries)('%s: 401, and no row of any table', async (_, forge) => {
    const before = rowCounts(gateway.dataFolder);
    for (const hook of hooks) {
      const body = JSON.stringify(hook.message(canary));
      const headers = { 'content-type': 'application/json', ...forge(hook, body) };
      expect(expectProblem(await raw(hook.url, { body, headers }), 401).code, hook.connector).toBe(
        'invalid_signature',
      );
    }
    expect(rowCounts(gateway.dataFolder)).toEqual(before);
  });

  test('nothing of them is anywhere in the data folder', async () => {
    expect(await filesWith(gateway.dataFolder, canary)).toEqual([]);
    expect(gateway.logs).not.toContain(canary);
  });

  test('the control: the same body, signed, is in the ledger', async () => {
    const before = rowCounts(gateway.dataFolder);
    for (const hook of hooks) {
      const body = JSON.stringify(hook.message('signed and taken'));
      expect((await raw(hook.url, { body, headers: hook.signed(body) })).status).toBe(200);
    }
    expect(rowCounts(gateway.dataFolder)['messages']).toBe((before['messages'] ?? 0) + hooks.length);
  });

  test('a body that is refused for its signature is not read first: broken JSON gives the same 401', async () => {
    for (const hook of hooks)
      expectProblem(await raw(hook.url, { body: '{', headers: { 'content-type': 'application/json' } }), 401);
  });

  test('one byte changed on the way is enough', async () => {
    const before = await rowCountsAtRest(gateway.dataFolder);
    for (const hook of hooks.filter(({ connector }) => connector !== 'telegram')) {
      const body = JSON.stringify(hook.message('Ça va? 🚲'));
      expectProblem(await raw(hook.url, { body: body.replace('🚲', '🚀'), headers: hook.signed(body) }), 401);
    }
    expect(rowCounts(gateway.dataFolder)).toEqual(before);
  });

  test('the handshake of Meta gives nothing back to who doesn’t know the word', async () => {
    for (const hook of hooks.filter(({ connector }) => connector !== 'telegram')) {
      for (const token of ['', 'guess', '%00']) {
        const answer = await raw(
          `${hook.url}?hub.mode=subscribe&hub.verify_token=${token}&hub.challenge=123456`,
          { method: 'GET' },
        );
        expect(answer.status).toBe(403);
        expect(answer.text).not.toContain('123456');
      }
    }
  });

  test('the forged calls are counted', async () => {
    const { text } = await raw(`${gateway.url}/metrics`, { method: 'GET' });
    for (const hook of hooks)
      expect(text).toMatch(
        new RegExp(`passerelle_hooks_refused_total\\{connector="${hook.connector}"\\} [1-9]`),
      );
  });
});

describe('the pages', () => {
  test('web chat: no token, a forged one, and one of another account: nothing stored', async () => {
    const before = rowCounts(gateway.dataFolder);
    const headers = { origin: gateway.url, 'content-type': 'text/plain' };
    const other = await openPages(merchant);
    const { token } = JSON.parse((await raw(`${other.webchat}/session`, { body: '{}', headers })).text) as {
      token: string;
    };
    const after = rowCounts(gateway.dataFolder);
    for (const forged of ['x', `${token}x`, token, token.replace(/^[^.]+/, 'eyJhbGciOiJub25lIn0')]) {
      const answer = await raw(`${pages.webchat}/session`, {
        body: JSON.stringify({ token: forged }),
        headers,
      });
      expectProblem(answer, 401);
    }
    const upload = await raw(`${pages.webchat}/upload`, { body: 'x', headers });
    expect(upload.status).toBeGreaterThanOrEqual(400);
    expect(upload.status).toBeLessThan(500);
    expect(rowCounts(gateway.dataFolder)).toEqual(after);
    expect(after['messages']).toBe(before['messages']);
  });

  test('web chat: a page of another origin gets nothing', async () => {
    for (const origin of ['https://evil.example', 'null', 'file://', '']) {
      const answer = await raw(`${pages.webchat}/session`, {
        body: '{}',
        headers: { 'content-type': 'text/plain', ...(origin ? { origin } : {}) },
      });
      expect(answer.status, origin).toBe(403);
      expect(answer.text).not.toContain('token');
    }
  });

  test('the phone opens with its link only, and a live account has none', async () => {
    for (const key of ['', 'guess', pages.phoneKey.slice(0, -1), `${pages.phoneKey}x`])
      expect((await raw(`${pages.sandbox}/phone?key=${key}`, { method: 'GET' })).status).toBe(404);
    const live = await gateway.merchant('live');
    const account = await live.account('sandbox', {}, { secret: 'a-secret-of-sixteen' });
    const key = createHmac('sha256', 'a-secret-of-sixteen')
      .update(`sandbox phone of ${account.id}`)
      .digest('base64url');
    expectProblem(await raw(`${account.hookUrl}/phone?key=${key}`, { method: 'GET' }), 404);
    await live.receiver.close();
  });
});
