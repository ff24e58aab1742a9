import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Account, HookRequest } from '../../connectors/contract/index.ts';
import { probeConnector } from '../../test/gateway/engine.ts';
import {
  addBot,
  bot,
  call,
  engine,
  key,
  merchantId,
  newMerchant,
  says,
  secret,
  services,
  site,
  telegram,
  token,
  useAccounts,
} from './accounts.testing.ts';
import { repeatSetups } from '../accounts/setup.ts';
import { Refusal } from '../problems.ts';

const byHand = probeConnector({ name: 'byhand' });
const throwing = probeConnector({ name: 'throwing' });
/** As a connector in another process looks from here: it verifies by itself. */
const apart = {
  ...probeConnector({ name: 'apart', credentials: z.strictObject({ ring: z.string() }) }),
  pages: {
    handle: async (request: HookRequest, { credentials }: Account) => {
      if (
        Buffer.from(request.body)
          .toString()
          .includes((credentials as { ring: string }).ring)
      )
        return { status: 200 };
      throw new Refusal('invalid_signature', 'not signed');
    },
  },
};
useAccounts(
  ['127.0.0.0/8'],
  [
    apart,
    { ...byHand, hook: { verify: () => ({ ok: true }), parse: () => ({ ok: true, items: [] }) } },
    {
      ...throwing,
      hook: { verify: () => ({ ok: true }), parse: () => ({ ok: true, items: [] }) },
      setup: () => Promise.reject(new Error('canary-thrown')),
      teardown: () => Promise.reject(new Error('canary-thrown')),
    },
  ],
);

const get = async (id: string) => (await call('GET', `/v1/accounts/${id}`)).body;
const log = async (id: string, query = '') =>
  (await call('GET', `/v1/accounts/${id}/exchanges?limit=100${query}`)).body['data'] as unknown as Record<
    string,
    unknown
  >[];
const pointers = (body: Record<string, unknown>) =>
  (body['errors'] as { pointer: string }[]).map(({ pointer }) => pointer);
const audited = async () =>
  (await engine.store.read.trace.audit(99)).filter(({ action }) => action.startsWith('account.'));
const rotated = 'a-rotated-secret-of-our-own';

describe('a new account', () => {
  test('is asked about before it is saved, told where to call, and shown for whom it is', async () => {
    const made = await call('POST', '/v1/accounts', bot());
    expect(made).toMatchObject({
      status: 201,
      body: {
        probe: { ok: true, detail: '@emulated_bot, 0 updates waiting' },
        setup: { state: 'registered' },
        health: { state: 'unknown', breaker: 'closed', credentials_expire_at: null },
      },
    } as never);
    expect(telegram.webhook()).toMatchObject({ url: made.body['hook_url'], secret });
  });

  test('that the platform refuses is not saved: 422, with the fields', async () => {
    const refused = await call(
      'POST',
      '/v1/accounts',
      bot({ credentials: { token: '900800:another-token-of-our-own' } }),
    );
    expect(refused).toMatchObject({ status: 422, body: { code: 'invalid_request' } });
    expect(pointers(refused.body)).toEqual(['/credentials/token', '/credentials/webhook_secret']);
    expect(refused.body['detail']).toMatch(/Bot API answers 401.*validate=false/);
    expect((await call('GET', '/v1/accounts')).body['data']).toEqual([]);
    // nobody could read its log
    await services.exchanges.flush();
    expect(await engine.store.write((tx) => tx.exchanges.sweep(1e15, 100))).toBe(0);
  });

  test('is saved unasked with validate=false', async () => {
    await telegram.close();
    expect((await call('POST', '/v1/accounts', bot())).status).toBe(422);
    const made = await call('POST', '/v1/accounts?validate=false', bot());
    expect(made.status).toBe(201);
    expect(made.body['probe']).toBeUndefined();
    expect((await call('POST', '/v1/accounts?validate=maybe', bot())).status).toBe(422);
  });
});

describe('where the platform calls', () => {
  test('a set-up that fails leaves an account that sends, says what to do, and is done again when asked', async () => {
    site.url = 'http://gateway.test';
    const id = await addBot();
    expect(await get(id)).toMatchObject({
      setup: { state: 'failed', detail: expect.stringContaining('400') as unknown },
    } as never);
    expect(await log(id)).toContainEqual(
      expect.objectContaining({ purpose: 'setup', status: 400, code: '400' }),
    );
    site.url = 'https://gateway.test';
    const again = await call('POST', `/v1/accounts/${id}/setup`);
    expect(again).toMatchObject({ status: 200, body: { setup: { state: 'registered' } } } as never);
    expect(telegram.webhook()?.url).toBe(`https://gateway.test/hooks/telegram/${id}`);
  });

  test('moves with the public address at the next start; what is well is left alone', async () => {
    const id = await addBot();
    const before = telegram.calls.length;
    await repeatSetups(services);
    expect(telegram.calls.length).toBe(before);
    site.url = 'https://moved.test';
    await repeatSetups(services);
    expect(telegram.webhook()?.url).toBe(`https://moved.test/hooks/telegram/${id}`);
    expect(await get(id)).toMatchObject({ setup: { state: 'registered' } } as never);
  });

  test('a platform that cannot be told is the merchant’s to tell', async () => {
    const made = await call('POST', '/v1/accounts', { connector: 'byhand', name: 'x' });
    expect(made.body['setup']).toMatchObject({
      state: 'manual',
      detail: expect.stringContaining(String(made.body['hook_url'])) as unknown,
    });
  });

  test('a connector that throws or hangs where it is set up harms nobody', async () => {
    const made = await call('POST', '/v1/accounts', { connector: 'throwing', name: 'x' });
    expect(made).toMatchObject({ status: 201, body: { setup: { state: 'failed' } } } as never);
    expect(JSON.stringify(made.body)).not.toContain('canary-thrown');
    expect((await call('DELETE', `/v1/accounts/${String(made.body['id'])}`)).status).toBe(204);
  });

  test('is taken back at removal; the hook is then no more, also where Telegram is away', async () => {
    const id = await addBot();
    expect((await call('DELETE', `/v1/accounts/${id}`)).status).toBe(204);
    expect(telegram.webhook()).toBeUndefined();
    expect(await says(id, secret)).toBe(404);
    const other = await addBot();
    await telegram.close();
    expect((await call('DELETE', `/v1/accounts/${other}`)).status).toBe(204);
    expect(await says(other, secret)).toBe(404);
    expect(await engine.store.read.conditions.all()).toEqual([]);
  });
});

describe('rotation', () => {
  test('what goes out uses the new credentials at once; what comes in is verified with both until the overlap ends', async () => {
    const id = await addBot();
    const changed = await call('PATCH', `/v1/accounts/${id}`, { credentials: { webhook_secret: rotated } });
    expect(changed.status).toBe(200);
    expect(Date.parse(String(changed.body['previous_credentials_until']))).toBe(
      engine.clock.now() + 86_400_000,
    );
    expect(telegram.webhook()?.secret).toBe(rotated);
    expect([await says(id, secret), await says(id, rotated), await says(id, 'neither-of-the-two')]).toEqual([
      200, 200, 401,
    ]);
    engine.clock.advance(86_400_001);
    expect([await says(id, secret), await says(id, rotated)]).toEqual([401, 200]);
    expect((await get(id))['previous_credentials_until']).toBeUndefined();
  });

  test('twice within the overlap all are good; none with an overlap of nothing', async () => {
    const id = await addBot();
    await call('PATCH', `/v1/accounts/${id}`, { credentials: { webhook_secret: rotated } });
    await call('PATCH', `/v1/accounts/${id}`, { credentials: { webhook_secret: `${rotated}-2` } });
    expect([await says(id, secret), await says(id, rotated), await says(id, `${rotated}-2`)]).toEqual([
      200, 200, 200,
    ]);
    const other = await addBot();
    const change = { credentials: { webhook_secret: rotated }, overlap_seconds: 0 };
    await call('PATCH', `/v1/accounts/${other}`, change);
    expect([await says(other, secret), await says(other, rotated)]).toEqual([401, 200]);
    expect((await call('PATCH', `/v1/accounts/${id}`, { overlap_seconds: -1 })).status).toBe(422);
  });

  test('outlives a restart', async () => {
    const id = await addBot();
    await call('PATCH', `/v1/accounts/${id}`, { credentials: { webhook_secret: rotated } });
    const { Conditions } = await import('../accounts/conditions.ts');
    const loaded = new Conditions();
    await loaded.load(engine.store);
    expect(loaded.get(id)).toEqual(services.conditions.get(id));
    expect(loaded.get(id).previous).not.toBeNull();
  });

  test('also where another process verifies; what it refuses is in the log', async () => {
    const given = { connector: 'apart', name: 'x', credentials: { ring: 'first-ring' } };
    const { id, hook_url: hookUrl } = (await call('POST', '/v1/accounts', given)).body;
    await call('PATCH', `/v1/accounts/${String(id)}`, { credentials: { ring: 'second-ring' } });
    const answers = async (ring: string) =>
      (await call('POST', new URL(String(hookUrl)).pathname, { ring })).status;
    expect([await answers('first-ring'), await answers('second-ring'), await answers('third-ring')]).toEqual([
      200, 200, 401,
    ]);
    const entries = await log(String(id));
    expect(entries.map(({ status, verdict }) => [status, verdict])).toEqual([
      [401, 'refused'],
      [200, null],
      [200, null],
    ]);
    expect(JSON.stringify(entries)).not.toContain('-ring');
  });

  test('credentials that the platform refuses change nothing', async () => {
    const id = await addBot();
    const refused = await call('PATCH', `/v1/accounts/${id}`, {
      credentials: { token: '900800:another-token-of-our-own' },
    });
    expect(refused.status).toBe(422);
    expect(pointers(refused.body)).toContain('/credentials/token');
    expect(await says(id, secret)).toBe(200);
    expect((await get(id))['previous_credentials_until']).toBeUndefined();
    expect((await call('POST', `/v1/accounts/${id}/probe`)).body).toMatchObject({ ok: true } as never);
  });

  test('is in the audit, and a change of the name is none', async () => {
    const id = await addBot();
    await call('PATCH', `/v1/accounts/${id}`, { name: 'Renamed' });
    await call('PATCH', `/v1/accounts/${id}`, { credentials: { webhook_secret: secret } });
    expect(await audited()).toEqual([]);
    await call('PATCH', `/v1/accounts/${id}`, { credentials: { webhook_secret: rotated } });
    expect(await audited()).toMatchObject([
      { actor: merchantId, action: 'account.credentials_rotated', subject: id },
    ]);
  });
});

describe('the exchange log', () => {
  test('shows what was said at set-up and what came to the hook, with why it was refused', async () => {
    const id = await addBot();
    await says(id, secret);
    await says(id, 'a-wrong-secret-of-16');
    const entries = await log(id);
    expect(entries.map(({ purpose, status }) => [purpose, status])).toEqual([
      ['hook', 401],
      ['hook', 200],
      ['probe', 200],
      ['probe', 200],
      ['setup', 200],
      ['probe', 200],
      ['probe', 200],
    ]);
    expect(entries[0]).toMatchObject({
      verdict: 'refused',
      reason: expect.stringContaining('X-Telegram-Bot-Api-Secret-Token is missing') as unknown,
      url: `/hooks/telegram/${id}`,
    });
    expect(entries[4]).toMatchObject({ url: expect.stringMatching(/\/‹\d+›\/setWebhook$/) as unknown });
    expect(await log(id, '&failed=true')).toHaveLength(1);
    expect(await log(id, '&direction=inbound')).toHaveLength(2);
  });

  test('comes by pages, with cursors that are worth nothing elsewhere', async () => {
    const id = await addBot();
    const other = await addBot();
    const seen: unknown[] = [];
    for (let cursor = ''; ;) {
      const page = (await call('GET', `/v1/accounts/${id}/exchanges?limit=2${cursor}`)).body;
      seen.push(...(page['data'] as unknown as { id: string }[]).map((one) => one.id));
      if (!page['has_more']) break;
      cursor = `&cursor=${String(page['next'])}`;
      expect((await call('GET', `/v1/accounts/${other}/exchanges?limit=2${cursor}`)).status).toBe(422);
    }
    expect(new Set(seen).size).toBe(5);
    expect((await call('GET', `/v1/accounts/${id}/exchanges?cursor=1`)).status).toBe(422);
  });

  test('attack: no token, secret, text, name or number of anybody is in it, nor in the ledger beside the thread', async () => {
    const id = await addBot();
    await says(id, secret, 'canary');
    await says(id, 'a-wrong-secret-of-16', 'canary-unsigned');
    await call('PATCH', `/v1/accounts/${id}`, { credentials: { webhook_secret: rotated } });
    const shown = JSON.stringify([await log(id), await get(id), (await call('GET', '/v1/accounts')).body]);
    await engine.store.scrub();
    const file = await readFile(join(engine.folder, 'ledger.sqlite'));
    for (const hidden of [token.split(':')[1]!, secret, rotated, 'a-wrong-secret-of-16', 'canary-unsigned']) {
      expect(shown).not.toContain(hidden);
      expect(file.includes(hidden), hidden).toBe(false);
      expect(file.includes(Buffer.from(hidden).toString('base64').slice(0, 16)), hidden).toBe(false);
    }
    expect(shown).not.toMatch(/canary|Noa/);
  });
});

describe('attack', () => {
  test('invariant 8: another merchant’s account is not there, whatever is asked of it', async () => {
    const id = await addBot();
    const stranger = await newMerchant('Stranger');
    for (const [method, path, body] of [
      ['GET', '/exchanges'],
      ['POST', '/setup'],
      ['POST', '/probe'],
      ['PATCH', '', { credentials: { webhook_secret: rotated } }],
      ['DELETE', ''],
    ] as const) {
      const answer = await call(method, `/v1/accounts/${id}${path}`, body, stranger.key);
      expect(answer.status, `${method} ${path}`).toBe(404);
    }
    expect(await says(id, secret)).toBe(200);
    expect((await call('GET', '/v1/accounts', undefined, stranger.key)).body['data']).toEqual([]);
    expect(key).not.toBe(stranger.key);
  });

  test('what a rotation kept aside opens for no other account and as nothing else', async () => {
    const id = await addBot();
    const other = await addBot();
    await call('PATCH', `/v1/accounts/${id}`, { credentials: { webhook_secret: rotated } });
    const { previous } = services.conditions.get(id);
    await engine.store.write((tx) => services.conditions.change(tx, other, { previous }));
    await expect(says(other, rotated)).resolves.not.toBe(200);
  });
});

describe('forms', () => {
  test('a connector says what an account needs: schemas, secrets, order, where its platform calls', async () => {
    const { status, body } = await call('GET', '/v1/connectors/telegram');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      name: 'telegram',
      channel: 'telegram',
      hook_url: 'https://gateway.test/hooks/telegram/{account}',
      checks_credentials: true,
      registers_hook: true,
      config_schema: { properties: { base_url: { 'x-order': 1, default: 'https://api.telegram.org' } } },
      credentials_schema: {
        writeOnly: true,
        required: ['token'],
        properties: {
          token: {
            type: 'string',
            writeOnly: true,
            'x-order': 1,
            description: expect.stringContaining('BotFather') as unknown,
          },
          webhook_secret: { writeOnly: true, 'x-order': 2 },
        },
      },
    } as never);
    expect((body['documents'] as unknown as object[]).length).toBeGreaterThan(0);
    expect(body['config_schema']).not.toMatchObject({ properties: { base_url: { writeOnly: true } } });
    const list = (await call('GET', '/v1/connectors')).body['data'] as unknown as { name: string }[];
    expect(list.find(({ name }) => name === 'telegram')).toEqual(body);
    expect((await call('GET', '/v1/connectors/nothing')).status).toBe(404);
    expect((await call('GET', '/v1/connectors/__proto__')).status).toBe(404);
  });
});
