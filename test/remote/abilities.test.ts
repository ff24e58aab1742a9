import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { MessageTemplate } from '../../protocol/templates.ts';
import { TestGateway } from '../gateway/gateway.ts';
import type { TestMerchant } from '../gateway/gateway.ts';
import { until } from '../gateway/ports.ts';
import { startAviary } from './aviary.ts';
import type { Aviary } from './aviary.ts';
import { passerelle } from './command.ts';
import type { Ran } from './command.ts';
import { connector } from './lark/index.ts';

/** A connector with every optional ability of the contract (`lark/`), as a process of its own. */

const { name } = connector.manifest;
const folder = fileURLToPath(new URL(name, import.meta.url));

let aviary: Aviary;
let gateway: TestGateway;
let merchant: TestMerchant;
let lark: Ran;
const running: Ran[] = [];
const accounts: Record<string, { id: string; hookUrl: string }> = {};

async function run(): Promise<Ran> {
  const ran = passerelle(gateway, ['connector', 'run', folder]);
  running.push(ran);
  return ran.says(`${name} is serving`);
}

/** A perch of the aviary and the account for it, validated and set up as a merchant's is. */
async function perch(of: string, config: object = {}): Promise<{ id: string; hookUrl: string }> {
  aviary.perches.set(of, { access: `${of}-access`, refresh: `${of}-refresh`, hook: undefined });
  const made = await merchant.call('POST', '/v1/accounts', {
    connector: name,
    name: of,
    config: { url: aviary.url, perch: of, ...config },
    credentials: { access: `${of}-access`, refresh: `${of}-refresh` },
  });
  expect(made.body).toMatchObject({ id: expect.any(String) });
  expect(made.status).toBe(201);
  return (accounts[of] = { id: String(made.body['id']), hookUrl: String(made.body['hook_url']) });
}

const message = async (id: string) => (await merchant.call('GET', `/v1/messages/${id}`)).body;
const trace = async (id: string) =>
  JSON.stringify((await merchant.call('GET', `/v1/messages/${id}/trace`)).body);
const says = (to: string, text: string, more: object = {}) => merchant.send(to, { kind: 'text', text }, more);

const template = (of: string): MessageTemplate => ({
  name: of,
  language: 'fr',
  purpose: 'utility',
  state: 'approved',
  body: { text: `${'tirili '.repeat(500)}{{1}}`, placeholders: ['1'] },
  buttons: [],
  fillable: true,
});

beforeAll(async () => {
  aviary = await startAviary();
  gateway = await TestGateway.start({ PASSERELLE_REMOTE_CONNECTORS: name });
  merchant = await gateway.merchant('Loft');
  lark = await run();
}, 60_000);

afterAll(async () => {
  await Promise.all(running.map((one) => one.end('SIGKILL')));
  await merchant?.receiver.close();
  await gateway?.stop();
  await aviary?.close();
});

test('an account is tried before it is saved, without spending what is good once, and set up', async () => {
  const { id, hookUrl } = await perch('north');
  expect(aviary.perches.get('north')!.hook).toBe(hookUrl);
  const { body } = await merchant.call('GET', `/v1/accounts/${id}`);
  expect(JSON.stringify(body)).toContain('The aviary sings to us');
  expect(JSON.stringify(body)).toContain('2030-01-01');
  const refused = await merchant.call('POST', '/v1/accounts', {
    connector: name,
    name: 'wrong',
    config: { url: aviary.url, perch: 'north' },
    credentials: { access: 'wrong', refresh: 'north-refresh' },
  });
  expect(refused.status).toBe(422);
  expect(JSON.stringify(refused.body['errors'])).toContain('/credentials/access');
  expect(aviary.renewals).toEqual({ given: 0, refused: 0 });
});

test('reach refuses a way, and the next is taken', async () => {
  await perch('south');
  const first = await says('lark:ada', 'hello');
  await merchant.state(first, 'sent');
  const chosen = aviary.songs.at(-1)!.perch;
  const other = chosen === 'north' ? 'south' : 'north';
  aviary.absent.add(`${chosen}/bea`);
  const second = await says('lark:bea', 'hello');
  await merchant.state(second, 'sent');
  expect(aviary.songs.at(-1)).toMatchObject({ perch: other, to: 'lark:bea' });
  expect(await message(second)).toMatchObject({ account_id: accounts[other]!.id });
  expect(await trace(second)).toContain('"refused":"unreachable"');
});

test('what it says to the platform is in the trace and in the log of the account, without secret and content', async () => {
  const { id } = accounts['north']!;
  const sent = await says('lark:ivy', 'canary of a song', { from: id });
  await merchant.state(sent, 'sent');
  const shown = await until('the exchange', async () => {
    const all = await trace(sent);
    return all.includes('"exchange"') && all;
  });
  expect(shown).toMatch(/"purpose":"send","call":"POST 127\.0\.0\.1:\d+\/north\/songs","status":201/);
  const { body } = await merchant.call('GET', `/v1/accounts/${id}/exchanges?limit=100`);
  const log = body['data'] as unknown as { purpose: string; message_id: string; sent: { body: string } }[];
  expect(log.map(({ purpose }) => purpose)).toEqual(expect.arrayContaining(['send', 'setup', 'reach']));
  expect(log.find((one) => one.message_id === sent)).toMatchObject({
    method: 'POST',
    sent: {
      headers: { authorization: '‹19›' },
      body: '{"to":"‹8›","kind":"‹4›","text":"‹16›"}',
    },
    received: { body: '{"id":"‹6›"}' },
  });
  expect(`${shown}${JSON.stringify(body)}`).not.toMatch(/north-access|canary/);
  const env = { PASSERELLE_URL: gateway.url, PASSERELLE_KEY: merchant.key };
  const ran = passerelle(gateway, ['accounts', 'log', id], env);
  expect(await ran.exit()).toBe(0);
  expect(ran.output).toMatch(/→ +send +201 .*\/north\/songs/);
});

test('a profile gives whoever writes a name', async () => {
  aviary.names.set('cleo', 'Cléo');
  const answer = await fetch(accounts['north']!.hookUrl, {
    method: 'POST',
    headers: { 'x-aviary': 'north-access', 'content-type': 'text/plain' },
    body: 'cleo',
  });
  expect(answer.status).toBe(200);
  const received = await merchant.receiver.event(
    'message.received',
    ({ data }) => data.address === 'lark:cleo',
  );
  const consumer = await until('the name', async () => {
    const { body } = await merchant.call('GET', `/v1/consumers/${received.data.consumer_id}`);
    return body['name'] !== null && body;
  });
  expect(consumer).toMatchObject({ name: 'Cléo', language: 'fr' });
});

test('a call is answered once the platform was called back', async () => {
  const hello = () =>
    fetch(`${accounts['north']!.hookUrl}/hello`, { method: 'POST', headers: { 'x-aviary': 'north-access' } });
  aviary.confirms = false;
  expect((await hello()).status).toBe(503);
  aviary.confirms = true;
  expect((await hello()).status).toBe(200);
  expect(aviary.hellos).toBe(2);
});

test('templates are listed, however many messages they take', async () => {
  aviary.templates = Array.from({ length: 300 }, (_, n) => template(`song_${n}`));
  const listed: string[] = [];
  let cursor = '';
  do {
    const path = `/v1/accounts/${accounts['north']!.id}/templates?limit=100${cursor}`;
    const { status, body } = await merchant.call('GET', path);
    expect(status).toBe(200);
    listed.push(...(body['data'] as unknown as { name: string }[]).map((one) => one.name));
    cursor = body['has_more'] ? `&cursor=${encodeURIComponent(String(body['next']))}` : '';
  } while (cursor !== '');
  expect(listed).toEqual(aviary.templates.map((one) => one.name));
});

test('what one account carries more of a content, it carries: also the first time that it is seen', async () => {
  await perch('maps', { maps: true });
  const place = { kind: 'location', latitude: 48.11, longitude: -1.68, name: 'Loft' };
  const plain = await merchant.send('lark:dan', place, { from: accounts['south']!.id });
  await merchant.state(plain, 'sent');
  expect(aviary.songs.at(-1)).toMatchObject({ perch: 'south', kind: 'text' });
  const native = await merchant.send('lark:dan', place, { from: accounts['maps']!.id });
  await merchant.state(native, 'sent');
  expect(aviary.songs.at(-1)).toMatchObject({ perch: 'maps', kind: 'location' });
  const preview = await merchant.call('POST', '/v1/messages/preview', {
    content: place,
    accounts: [accounts['maps']!.id],
  });
  expect(preview.status).toBe(200);
  expect(JSON.stringify(preview.body)).toContain('"kind":"location"');
});

test('a renewed credential is used by the next send, by the next instance, and after a restart', async () => {
  const songs = aviary.songs.length;
  const from = { from: accounts['north']!.id };
  aviary.expire('north');
  await merchant.state(await says('lark:eve', 'one', from), 'sent');
  expect(aviary.renewals).toEqual({ given: 1, refused: 0 });
  await merchant.state(await says('lark:eve', 'two', from), 'sent');
  // it takes over when the first has left, and nothing is spent twice
  const next = await run();
  aviary.expire('north');
  await merchant.state(await says('lark:eve', 'three', from), 'sent');
  expect(await lark.end('SIGTERM')).toBe(0);
  lark = next;
  await merchant.state(await says('lark:eve', 'four', from), 'sent');
  expect(aviary.renewals).toEqual({ given: 2, refused: 0 });
  await gateway.end('SIGTERM');
  await gateway.start();
  await merchant.state(await says('lark:eve', 'five', from), 'sent');
  expect(aviary.renewals).toEqual({ given: 2, refused: 0 });
  aviary.expire('north');
  await merchant.state(await says('lark:eve', 'six', from), 'sent');
  expect(aviary.renewals).toEqual({ given: 3, refused: 0 });
  expect(aviary.songs.slice(songs).map(({ text }) => text)).toEqual([
    'one',
    'two',
    'three',
    'four',
    'five',
    'six',
  ]);
});

test('nothing of a credential is in a log', () => {
  const logs = [gateway.logs, ...running.flatMap(({ output, errors }) => [output, errors])].join('\n');
  expect(logs).not.toMatch(/(?:access|refresh)-\d|(?:north|south|maps)-(?:access|refresh)/);
});

test('one that hangs, and one that is dead, is a platform that cannot be asked: nothing waits for long', async () => {
  const { id } = accounts['north']!;
  aviary.stuck = true;
  const held = says('lark:fay', 'held');
  // the ways are asked about for no longer than a send may wait, and it is taken
  expect(await held).toMatch(/^msg_/);
  await lark.end('SIGKILL');
  aviary.stuck = false;
  const answers = async () => [
    (await merchant.call('GET', `/v1/accounts/${id}/templates?refresh=true`)).status,
    (await merchant.call('POST', `/v1/accounts/${id}/probe`)).body['ok'],
    (await fetch(accounts['north']!.hookUrl, { method: 'POST', body: 'gil' })).status,
    (await merchant.call('POST', '/v1/messages', { to: 'lark:hal', content: { kind: 'text', text: 'x' } }))
      .status,
  ];
  // killed, and then known to be gone
  expect(await answers()).toEqual([502, false, 503, 202]);
  await until(
    'it to be away',
    async () => JSON.stringify((await gateway.admin('GET', '/connectors')).body).includes('"away"'),
    40_000,
  );
  expect(await answers()).toEqual([502, false, 503, 202]);
}, 120_000);

test('what it could not be told while it was away, it is told when it is back; and it is told of the end', async () => {
  const { id } = accounts['south']!;
  const again = await merchant.call('POST', `/v1/accounts/${id}/setup`);
  expect(JSON.stringify(again.body)).toContain('failed');
  aviary.perches.get('south')!.hook = undefined;
  lark = await run();
  await until('the set-up', () => aviary.perches.get('south')!.hook === accounts['south']!.hookUrl);
  const removed = await merchant.call('DELETE', `/v1/accounts/${id}`);
  expect(removed.status).toBeLessThan(300);
  await until('the teardown', () => aviary.perches.get('south')!.hook === undefined);
});
