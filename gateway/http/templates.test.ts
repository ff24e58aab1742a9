import { beforeEach, describe, expect, test } from 'vitest';
import type { Account, Context, MessageTemplate, TemplatesOutcome } from '../../connectors/contract/index.ts';
import { failure } from '../../protocol/failures.ts';
import { probeConnector } from '../../test/gateway/engine.ts';
import { createTemplateBook } from '../accounts/templates.ts';
import { call, engine, newMerchant, services, useAccounts } from './accounts.testing.ts';

const template = (name: string, more: Partial<MessageTemplate> = {}): MessageTemplate => ({
  name,
  language: 'fr',
  purpose: 'utility',
  state: 'approved',
  body: { text: 'Bonjour', placeholders: [] },
  buttons: [],
  fillable: true,
  ...more,
});

/** What the platform says next, and how often it was asked. */
let says: (account: Account, context: Context) => Promise<TemplatesOutcome>;
let asked = 0;
const listed = (...names: string[]): TemplatesOutcome => ({
  type: 'listed',
  templates: names.map((name) => template(name)),
});
useAccounts(
  ['127.0.0.0/8'],
  [
    {
      ...probeConnector({ name: 'printed' }),
      templates: (account, context) => {
        asked += 1;
        return says(account, context);
      },
    },
    probeConnector({ name: 'unprinted' }),
  ],
);

let id: string;
const add = async (connector: string, key?: string) => {
  const made = await call('POST', '/v1/accounts', { connector, name: 'Shop' }, key);
  if (made.status !== 201) throw new Error(JSON.stringify(made.body));
  return String(made.body['id']);
};
const get = (query = '', of = id) => call('GET', `/v1/accounts/${of}/templates${query}`);
const names = (body: Record<string, unknown>) => (body['data'] as { name: string }[]).map(({ name }) => name);

beforeEach(async () => {
  asked = 0;
  says = async () => listed('one', 'two', 'three');
  id = await add('printed');
});

describe('the list', () => {
  test('comes in pages, as the platform has it, asked for once', async () => {
    const first = await get('?limit=2');
    expect(first).toMatchObject({ status: 200, body: { has_more: true } });
    expect(names(first.body)).toEqual(['one', 'two']);
    expect(first.body).toHaveProperty(['data', 0], template('one'));
    const second = await get(`?limit=2&cursor=${String(first.body['next'])}`);
    expect(second.body).toMatchObject({ has_more: false, next: null });
    expect(names(second.body)).toEqual(['three']);
    expect(asked).toBe(1);
  });

  test('by name and by state; a cursor of one list is none of another', async () => {
    says = async () => ({
      type: 'listed',
      templates: [template('a'), template('a', { language: 'en', state: 'paused' }), template('b')],
    });
    expect(names((await get('?name=a')).body)).toEqual(['a', 'a']);
    expect(names((await get('?state=approved')).body)).toEqual(['a', 'b']);
    const { body } = await get('?limit=1');
    expect(await get(`?state=approved&cursor=${String(body['next'])}`)).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '#query/cursor' }] },
    });
    expect((await get('?state=lovely')).status).toBe(422);
  });

  test('those who ask together ask the platform once', async () => {
    const { promise, resolve } = Promise.withResolvers<TemplatesOutcome>();
    says = () => promise;
    const both = [get(), get()];
    resolve(listed('one'));
    for (const { body } of await Promise.all(both)) expect(names(body)).toEqual(['one']);
    expect(asked).toBe(1);
  });

  test('is asked for anew when it is a minute old, at a wish after 5 seconds, and of a changed account', async () => {
    let nowMs = 1_790_000_000_000;
    services.clock.now = () => nowMs;
    await get();
    says = async () => listed('new');
    nowMs += 4999;
    expect(names((await get('?refresh=true')).body)).toHaveLength(3);
    nowMs += 1;
    expect(names((await get()).body)).toHaveLength(3);
    expect(names((await get('?refresh=true')).body)).toEqual(['new']);
    says = async () => listed('newer');
    nowMs += 59_999;
    expect(names((await get()).body)).toEqual(['new']);
    nowMs += 1;
    expect(names((await get()).body)).toEqual(['newer']);
    says = async () => listed('of the changed account');
    await call('PATCH', `/v1/accounts/${id}`, { name: 'Another' });
    expect(names((await get()).body)).toEqual(['of the changed account']);
    expect(asked).toBe(4);
  });

  test('is the merchant’s alone', async () => {
    const other = await newMerchant('Others');
    expect((await call('GET', `/v1/accounts/${id}/templates`, undefined, other.key)).status).toBe(404);
    expect(asked).toBe(0);
  });
});

test('what was said for it stands in the exchange log', async () => {
  says = async (_, { http, signal }) => {
    await http.call({ method: 'GET', url: 'http://127.0.0.1:1/templates', signal });
    return listed();
  };
  expect((await get()).body).toMatchObject({ data: [], has_more: false, next: null });
  await services.exchanges.flush();
  const log = await call('GET', `/v1/accounts/${id}/exchanges`);
  expect(log.body['data']).toMatchObject([{ purpose: 'templates', direction: 'outbound', failed: true }]);
});

describe('where there is no list', () => {
  test('a platform without templates: 409', async () => {
    expect(await get('', await add('unprinted'))).toMatchObject({
      status: 409,
      body: { code: 'conflict', detail: expect.stringContaining('no templates') as string },
    });
  });

  test('an account that is switched off: 409', async () => {
    await call('PATCH', `/v1/accounts/${id}`, { state: 'disabled' });
    expect(await get()).toMatchObject({ status: 409, body: { code: 'conflict' } });
  });

  test('an account that lacks a field: 409, and which', async () => {
    says = async () => ({ type: 'unset', fields: ['config.waba_id'] });
    expect(await get()).toMatchObject({
      status: 409,
      body: { code: 'conflict', errors: [{ pointer: '/config/waba_id' }] },
    });
  });

  test('credentials that the platform refuses: 409, with its code', async () => {
    says = async () => ({ type: 'failed', failure: failure('account_unauthorized', '190') });
    expect(await get()).toMatchObject({
      status: 409,
      body: { code: 'conflict', retryable: false, detail: expect.stringContaining('(190)') as string },
    });
  });

  test('a platform that fails: 502, not kept', async () => {
    says = async () => ({ type: 'failed', failure: failure('platform_unavailable', '131000') });
    expect(await get()).toMatchObject({ status: 502, body: { code: 'platform_failed', retryable: true } });
    says = async () => listed('one');
    expect((await get()).status).toBe(200);
  });

  test('a platform that throttles: 502, with when to come again', async () => {
    says = async () => ({ type: 'failed', failure: failure('rate_limited', '4'), retryAfterMs: 6100 });
    expect(await get()).toMatchObject({ status: 502, body: { code: 'platform_failed' } });
    await expect(createTemplateBook(services).of(services.registry.get(id)!)).rejects.toMatchObject({
      code: 'platform_failed',
      retryAfterSeconds: 7,
    });
  });

  test('a connector that throws: 502, and what it threw is logged for whoever runs this', async () => {
    says = () => Promise.reject(new Error('canary-thrown'));
    const { status, body } = await get();
    expect(status).toBe(502);
    expect(JSON.stringify(body)).not.toContain('canary');
    expect(engine.log.entries.map(({ event }) => event)).toContain('connector.templates_threw');
  });
});
