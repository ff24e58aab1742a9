import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TestGateway } from '../gateway/gateway.ts';
import type { TestMerchant } from '../gateway/gateway.ts';
import { until } from '../gateway/ports.ts';
import { endLaunched, launch } from '../launch/launched.ts';

let gateway: TestGateway;
let merchant: TestMerchant;
let stranger: TestMerchant;
/** A second endpoint: keeps the ids it was called with; answers as it is told, after a while. */
const calls: string[] = [];
let delayMs = 0;
let status = 200;
const server = createServer((request, response) => {
  request.resume();
  calls.push(String(request.headers['webhook-id']));
  setTimeout(() => response.writeHead(status).end(), delayMs);
});
let url = '';
let endpoint = '';

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  gateway = await TestGateway.start();
  merchant = await gateway.merchant('again', 'test');
  stranger = await gateway.merchant('stranger', 'test');
  await merchant.account('sandbox', {}, { secret: 'a-secret-of-a-phone-of-ours' });
  // every message says how it stands, every conversation that it was opened
  const sent: string[] = [];
  for (let i = 0; i < 60; i++)
    sent.push(await merchant.send(`sandbox:p${i % 5}`, { kind: 'text', text: `secret words ${i}` }));
  for (const id of sent) await merchant.state(id, 'delivered', 'read');
  await until('its events', () => merchant.receiver.events.length >= 65);
  endpoint = String((await merchant.call('POST', '/v1/webhook-endpoints', { url })).body['id']);
});
afterAll(async () => {
  await endLaunched();
  for (const one of [merchant, stranger]) await one.receiver.close();
  await gateway.stop();
  server.closeAllConnections();
  server.close();
});

const all = () => ({ of: 'events', endpoint_id: endpoint, only: 'all', since: '2020-01-01T00:00:00Z' });
const start = async (body: object, headers?: Record<string, string>) =>
  merchant.call('POST', '/v1/replays', body, headers);
const look = async (id: string) => (await merchant.call('GET', `/v1/replays/${id}`)).body;
const finished = async (id: string) =>
  until(
    'the replay',
    async () => {
      const body = await look(id);
      return body['ended_at'] !== null && body;
    },
    60_000,
  );
const theirs = () => merchant.receiver.events.map(({ id }) => String(id));

describe('POST /v1/replays', () => {
  test('sends a new endpoint all that was before it, with the ids it had; a count first', async () => {
    const counted = await start({ ...all(), dry_run: true });
    expect(counted).toMatchObject({ status: 200, body: { total: expect.any(Number) } });
    expect(calls).toEqual([]);
    const made = await start(all(), { 'idempotency-key': 'one' });
    expect(made).toMatchObject({ status: 202, body: { of: 'events', endpoint_id: endpoint, done: 0 } });
    const again = await start(all(), { 'idempotency-key': 'one' });
    expect(again.body['id']).toBe(made.body['id']);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    const end = await finished(String(made.body['id']));
    expect(end).toMatchObject({
      state: 'done',
      failed: 0,
      total: counted.body['total'],
      done: counted.body['total'],
    });
    expect(calls.toSorted()).toEqual(theirs().toSorted());
    expect((await merchant.call('GET', '/v1/replays')).body['data']).toEqual([end]);
  });

  test('goes on after kill -9: each at least once, what was counted not again, and to the end', async () => {
    calls.length = 0;
    delayMs = 20;
    const { body } = await start(all());
    const id = String(body['id']);
    await until('a part of it', async () => Number((await look(id))['done']) >= 20);
    await gateway.end('SIGKILL');
    const before = calls.length;
    await gateway.start();
    const end = await finished(id);
    delayMs = 0;
    expect(end).toMatchObject({ state: 'done', total: end['done'] });
    expect(new Set(calls)).toEqual(new Set(theirs()));
    // no more again than were under way: four calls, and what their commits were waiting for
    expect(calls.length - new Set(calls).size).toBeLessThanOrEqual(8);
    expect(before).toBeLessThan(theirs().length);
  });

  test('is cancelled', async () => {
    calls.length = 0;
    delayMs = 50;
    const { body } = await start(all());
    const id = String(body['id']);
    await until('the first', () => calls.length > 0);
    expect((await merchant.call('DELETE', `/v1/replays/${id}`)).body).toMatchObject({ state: 'cancelled' });
    const reached = calls.length;
    await until(
      'calls under way to end',
      async () => Number((await look(id))['done']) >= Math.min(reached, 1),
    );
    expect(calls.length).toBeLessThan(reached + 8);
    delayMs = 0;
  });

  test.each([
    ['neither since nor ids', { since: undefined }, 422],
    ['both', { ids: ['evt_01K00000000000000000000000'] }, 422],
    ['an unknown id', { since: undefined, ids: ['evt_01K00000000000000000000000'] }, 422],
    ['an unknown field', { odd: 1 }, 422],
    ['an unknown endpoint', { endpoint_id: 'whe_01K00000000000000000000000' }, 404],
  ])('refuses %s', async (_, change, expected) => {
    expect((await start({ ...all(), ...change })).status).toBe(expected);
  });
});

describe('dead letters', () => {
  test('of an endpoint that wanted no more are listed with a reason, filtered, page by page, and replayed', async () => {
    status = 410;
    const id = await merchant.send('sandbox:p1', { kind: 'text', text: 'secret words of the dead' });
    await merchant.state(id, 'delivered', 'read');
    const list = async (query = '') => (await merchant.call('GET', `/v1/dead-letters/events${query}`)).body;
    await until(
      'some',
      async () =>
        (await list())['has_more'] !== undefined &&
        ((await list())['data'] as unknown as unknown[]).length >= 2,
    );
    const rows = (await list())['data'] as unknown as Record<string, unknown>[];
    expect(rows.every((row) => row['endpoint_id'] === endpoint)).toBe(true);
    expect((await list(`?type=message.received`))['data']).toEqual([]);
    expect(
      (await list(`?endpoint=${endpoint}&type=delivery.updated&since=2020-01-01T00:00:00Z`))['data'],
    ).not.toEqual([]);
    const first = await list('?limit=1');
    expect(first).toMatchObject({ has_more: true, data: [rows[0]] });
    expect((await list(`?limit=1&cursor=${String(first['next'])}`))['data']).toEqual([rows[1]]);
    expect(await start(all())).toMatchObject({ status: 409 });
    status = 200;
    await merchant.call('PATCH', `/v1/webhook-endpoints/${endpoint}`, { state: 'active' });
    calls.length = 0;
    const made = await start({ of: 'events', endpoint_id: endpoint, since: '2020-01-01T00:00:00Z' });
    expect(await finished(String(made.body['id']))).toMatchObject({ state: 'done', done: rows.length });
    expect(calls.toSorted()).toEqual(rows.map((row) => String(row['event_id'])).toSorted());
    expect((await list())['data']).toEqual([]);
  });

  test('a failed message is listed, and sent anew as one that names it', async () => {
    const id = await merchant.send('sandbox:failed', { kind: 'text', text: 'secret words that failed' });
    await merchant.state(id, 'failed');
    const list = async () =>
      (await merchant.call('GET', '/v1/dead-letters/messages')).body['data'] as unknown as Record<
        string,
        unknown
      >[];
    expect(await list()).toContainEqual(
      expect.objectContaining({ message_id: id, state: 'failed', resent_as: null }),
    );
    const made = await start({ of: 'messages', ids: [id] });
    const end = await finished(String(made.body['id']));
    expect(end).toMatchObject({ state: 'done', total: 1, done: 1 });
    const resent = String((await list()).find((row) => row['message_id'] === id)!['resent_as']);
    expect((await merchant.call('GET', `/v1/messages/${resent}`)).body).toMatchObject({ resends: id });
  });

  test('operators see those of all, without content; and replay for a merchant, which is audited', async () => {
    const messages = await gateway.admin('GET', '/dead-letters/messages');
    expect(messages.status).toBe(200);
    expect(JSON.stringify(messages.body)).toContain(merchant.id);
    expect(JSON.stringify(messages.body)).not.toContain('secret words');
    expect(
      (await gateway.admin('GET', `/dead-letters/messages?merchant=${stranger.id}`)).body['data'],
    ).toEqual([]);
    expect((await gateway.admin('GET', '/dead-letters/events')).status).toBe(200);
    const made = await gateway.admin('POST', '/replays', { merchant_id: merchant.id, ...all() });
    expect(made.status).toBe(202);
    const id = String(made.body['id']);
    expect((await gateway.admin('GET', `/replays/${id}`)).body['id']).toBe(id);
    expect((await gateway.admin('GET', '/audit')).body['data']).toContainEqual(
      expect.objectContaining({ action: 'replay.started', subject: id }),
    );
    await finished(id);
  });
});

describe('invariant 8', () => {
  test('another merchant’s replays, endpoints, events and messages are nowhere', async () => {
    const { body } = await start(all());
    const id = String(body['id']);
    for (const method of ['GET', 'DELETE'])
      expect((await stranger.call(method, `/v1/replays/${id}`)).status).toBe(404);
    expect((await stranger.call('POST', '/v1/replays', all())).status).toBe(404);
    expect((await stranger.call('GET', `/v1/dead-letters/events?endpoint=${endpoint}`)).status).toBe(404);
    const own = { endpoint_id: stranger.endpointId, since: undefined, ids: [theirs()[0]] };
    const refused = await stranger.call('POST', '/v1/replays', { ...all(), ...own });
    const nowhere = await stranger.call('POST', '/v1/replays', {
      ...all(),
      ...own,
      ids: ['evt_01K00000000000000000000000'],
    });
    for (const answer of [refused, nowhere]) {
      expect(answer.status).toBe(422);
      expect(answer.body['errors']).toEqual([{ pointer: '/ids/0', detail: 'unknown event' }]);
    }
    expect((await stranger.call('GET', '/v1/replays')).body['data']).toEqual([]);
    expect((await stranger.call('GET', '/v1/dead-letters/messages')).body['data']).toEqual([]);
    const count = await stranger.call('POST', '/v1/replays', {
      of: 'messages',
      since: '2020-01-01T00:00:00Z',
      dry_run: true,
    });
    expect(count.body).toEqual({ total: 0 });
    await finished(id);
  });
});

describe('retention', () => {
  test('of a merchant is an operator’s to set; what is not said stays', async () => {
    const path = `/merchants/${merchant.id}`;
    expect((await gateway.admin('GET', path)).body).toMatchObject({
      retention_days: { content: null, events: 90, media: null },
    });
    const changed = await gateway.admin('PATCH', path, { retention_days: { content: 30, media: 7 } });
    expect(changed.body).toMatchObject({
      id: merchant.id,
      retention_days: { content: 30, events: 90, media: 7 },
    });
    expect((await gateway.admin('PATCH', path, { retention_days: { events: 0 } })).status).toBe(422);
    expect(
      (await gateway.admin('PATCH', '/merchants/mer_01K00000000000000000000000', { retention_days: {} }))
        .status,
    ).toBe(404);
  });
});

describe('passerelle replay', () => {
  const shim = new URL('../../gateway/cli/passerelle.js', import.meta.url);
  const run = async (...args: string[]) => {
    const launched = launch(shim, ['replay', ...args], {
      PASSERELLE_URL: gateway.url,
      PASSERELLE_KEY: merchant.key,
      PASSERELLE_DATA: '/nonexistent',
    });
    return { code: await launched.exited, output: launched.output(), errors: launched.errors() };
  };

  test('a dry run shows what would go, and sends nothing', async () => {
    calls.length = 0;
    const { code, output } = await run('--since', '2h', '--dry-run');
    expect(code).toBe(0);
    expect(output).toMatch(new RegExp(`\\d+ events → ${url} {2}since \\d{4}-`));
    expect(output).toContain('Nothing was sent');
    expect(calls).toEqual([]);
  });

  test('starts it, and shows how far it is until it is done', async () => {
    calls.length = 0;
    const { code, output } = await run('--since', '2h', '--endpoint', endpoint);
    expect(code).toBe(0);
    expect(output).toMatch(/rpl_\w{26} {2}Ctrl-C leaves it running/);
    expect(output).toMatch(/━{24} {2}(\d+)\/\1 {2}done\n$/);
    expect(new Set(calls)).toEqual(new Set(theirs()));
  });

  test('an interrupt leaves it running and says how to end it', async () => {
    delayMs = 40;
    const launched = launch(shim, ['replay', '--endpoint', endpoint], {
      PASSERELLE_URL: gateway.url,
      PASSERELLE_KEY: merchant.key,
      PASSERELLE_DATA: '/nonexistent',
    });
    await until('its start', () => /rpl_\w{26}/.test(launched.output()));
    launched.child.kill('SIGINT');
    expect(await launched.exited).toBe(130);
    const id = /rpl_\w{26}/.exec(launched.output())![0];
    expect(launched.errors()).toContain(`passerelle replay --cancel ${id}`);
    expect((await look(id))['ended_at']).toBeNull();
    const cancelled = await run('--cancel', id);
    expect(cancelled).toMatchObject({ code: 0, output: expect.stringContaining('cancelled') });
    delayMs = 0;
  });

  test.each([
    [['--since', 'yesterday'], /--since needs a time/],
    [['--since', '2h', '--ids', 'evt_1'], /not both/],
  ])('%j is refused with the usage', async (args, why) => {
    const { code, errors } = await run(...args);
    expect(code).toBe(2);
    expect(errors).toMatch(why);
  });
});
