import { stat } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TestGateway } from '../gateway/gateway.ts';
import type { TestMerchant } from '../gateway/gateway.ts';
import { openHooks } from './hooks.ts';
import type { Hooked } from './hooks.ts';
import { filesWith, ledgerFile } from './ledger.ts';
import { operationsOf } from './openapi.ts';
import type { OpenApi } from './openapi.ts';
import { raw } from './raw.ts';

const mark = 'canary-credential-7f3a';

let gateway: TestGateway;
let merchant: TestMerchant;
let hooks: Hooked[];
const accounts: string[] = [];

beforeAll(async () => {
  gateway = await TestGateway.start({ PASSERELLE_LOG_LEVEL: 'debug' });
  merchant = await gateway.merchant('secrets', 'test');
  hooks = await openHooks(merchant, { mark });
  accounts.push(...hooks.map(({ accountId }) => accountId));
  for (const [connector, config, credentials] of [
    ['sandbox', {}, { secret: `${mark}-of-the-phone` }],
    [
      'webchat',
      {},
      { secret: `${mark}-of-visitors-0123456789`, identity_secret: `${mark}-of-identities-0123456789` },
    ],
    [
      'smpp',
      { host: '127.0.0.1', port: 9, sender: '+33639980100' },
      { system_id: 'esme', password: mark.slice(0, 8) },
    ],
    [
      'email',
      { address: 'desk@secret.example', relay: { host: '127.0.0.1', port: 9, security: 'none' } },
      { relay_user: 'desk', relay_password: mark },
    ],
  ] as const)
    accounts.push((await merchant.account(connector, config, credentials)).id);
});
afterAll(async () => {
  await merchant.receiver.close();
  await gateway.stop();
});

describe('credentials', () => {
  test('are in no answer to the merchant nor to the operator', async () => {
    const document = (await gateway.request('GET', '/openapi.json', undefined)).body as unknown as OpenApi;
    const seen: string[] = [];
    for (const { method, path } of operationsOf(document)) {
      if (method !== 'GET' || path === '/v1/events') continue;
      const asOperator = path.startsWith('/admin');
      const ids = path.includes('/accounts/{id}') ? accounts : ['x'];
      for (const id of ids) {
        const answer = await raw(
          gateway.url + path.replace('{merchant}', merchant.id).replaceAll(/\{\w+\}/g, id),
          {
            method,
            headers: { authorization: `Bearer ${asOperator ? 'admin-key-of-the-tests' : merchant.key}` },
          },
        );
        seen.push(answer.text);
      }
    }
    for (const id of accounts) {
      seen.push(
        JSON.stringify((await merchant.call('PATCH', `/v1/accounts/${id}`, { name: 'renamed' })).body),
      );
      seen.push(JSON.stringify((await merchant.call('POST', `/v1/accounts/${id}/probe`)).body));
    }
    seen.push(
      JSON.stringify(
        (
          await merchant.call('PATCH', `/v1/accounts/${accounts[0]}`, {
            credentials: { token: `${mark} with spaces` },
          })
        ).body,
      ),
    );
    expect(seen.length).toBeGreaterThan(25);
    // the password of SMPP is of 8 characters: it is looked for by its first letters too
    expect(
      seen.filter((text) => text.includes(mark.slice(0, 8)) && !/sandbox.*phone\?key/.test(text)),
    ).toEqual([]);
    expect(seen.join('')).toContain('"credentials":{"token":"set","webhook_secret":"set"}');
  });

  test('are on no disk in clear: not in the ledger, its WAL, or anywhere beside them', async () => {
    expect((await stat(`${ledgerFile(gateway.dataFolder)}-wal`)).size).toBeGreaterThan(0);
    expect(await filesWith(gateway.dataFolder, mark.slice(0, 8))).toEqual([]);
    expect(await filesWith(gateway.dataFolder, Buffer.from(mark).toString('base64').slice(0, 20))).toEqual(
      [],
    );
    // the control: what is not secret is found, so that the search is one
    expect(await filesWith(gateway.dataFolder, 'desk@secret.example')).not.toEqual([]);
  });

  test('are in no log, also where their platform is not there', async () => {
    await merchant.send('telegram:700100', { kind: 'text', text: 'x' });
    await merchant.send('tel:+33639980001', { kind: 'text', text: 'x' });
    await merchant.send('mailto:ada@example.com', { kind: 'text', text: 'x' });
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(gateway.logs).not.toContain(mark.slice(0, 8));
    expect(gateway.output).not.toContain(mark.slice(0, 8));
  });

  test('signing secrets of webhooks are sealed too, and shown once', async () => {
    const made = await merchant.call('POST', '/v1/webhook-endpoints', { url: 'http://127.0.0.1:9/' });
    const secret = String(made.body['secret']);
    expect(secret).toMatch(/^whsec_/);
    expect(await filesWith(gateway.dataFolder, secret.slice(6))).toEqual([]);
    for (const path of [`/v1/webhook-endpoints/${String(made.body['id'])}`, '/v1/webhook-endpoints'])
      expect(JSON.stringify((await merchant.call('GET', path)).body)).not.toContain(secret.slice(6));
    expect(gateway.logs).not.toContain(secret.slice(6));
  });
});

describe('what anybody may ask', () => {
  test.each(['/healthz', '/readyz', '/metrics', '/openapi.json', '/asyncapi.json', '/docs/problems'])(
    '%s names no merchant, account or address',
    async (path) => {
      const { status, text } = await raw(gateway.url + path, { method: 'GET' });
      expect(status).toBe(200);
      for (const word of [merchant.id, ...accounts, 'secret.example', mark, gateway.dataFolder])
        expect(text).not.toContain(word);
    },
  );
});
