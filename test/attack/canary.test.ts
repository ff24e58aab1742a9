import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from '@nats-io/transport-node';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTelegramEmulator } from '../providers/telegram.ts';
import type { TelegramEmulator } from '../providers/telegram.ts';
import { TestGateway } from '../gateway/gateway.ts';
import type { TestMerchant } from '../gateway/gateway.ts';
import { until } from '../gateway/ports.ts';
import { openHooks, openPages } from './hooks.ts';
import type { Hooked } from './hooks.ts';
import { tablesWith } from './ledger.ts';
import { operationsOf } from './openapi.ts';
import type { OpenApi } from './openapi.ts';
import { raw } from './raw.ts';

/** In every text, title, file, caption, subject and name of 200 messages. Not a word of its own, for words are split. */
const canary = 'kanarienvogel7';
/** Parts of addresses: as secret as what is said. */
const person = '700100';
const token = '900100:a-token-of-our-own-bot';

let gateway: TestGateway;
let merchant: TestMerchant;
let telegram: TelegramEmulator;
let hooks: Hooked[];
let nats: NatsConnection;
const subjects = new Set<string>();
const sent: string[] = [];

beforeAll(async () => {
  gateway = await TestGateway.start({ PASSERELLE_LOG_LEVEL: 'debug' });
  const config = await readFile(join(gateway.dataFolder, 'nats/nats-server.conf'), 'utf8');
  nats = await connect({
    servers: `127.0.0.1:${/listen: "127\.0\.0\.1:(\d+)"/.exec(config)![1]}`,
    token: /token: "([^"]+)"/.exec(config)![1]!,
  });
  nats.subscribe('>', { callback: (_, { subject }) => void subjects.add(subject) });
  merchant = await gateway.merchant('birds', 'test');
  telegram = await startTelegramEmulator({ token });
  await openPages(merchant);
  // the first account of a scheme is the one that sends: a bot that is there
  const bot = await merchant.account(
    'telegram',
    { base_url: telegram.url },
    { token, webhook_secret: 'a-secret-of-sixteen' },
  );
  await fetch(`${telegram.url}/bot${token}/setWebhook`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ url: bot.hookUrl, secret_token: 'a-secret-of-sixteen' }),
  });
  await telegram.user(Number(person)).starts();
  hooks = await openHooks(merchant);
  await speak();
});
afterAll(async () => {
  await nats.close();
  await telegram.close();
  await merchant.receiver.close();
  await gateway.stop();
});

const option = (id: string) => ({ id, title: `${canary} ${id}` });
const contents = (media: string): object[] => [
  { kind: 'text', text: `${canary} says hello`, subject: `${canary} subject` },
  { kind: 'choice', text: `${canary}?`, options: [option('a'), option('b')], header: canary },
  {
    kind: 'card',
    card: {
      title: canary,
      subtitle: canary,
      actions: [
        { type: 'reply', id: 'r', title: canary },
        { type: 'url', title: canary, url: `https://example.com/${canary}` },
      ],
    },
  },
  { kind: 'media', media: { type: 'file', id: media, name: `${canary}.txt`, alt: canary }, caption: canary },
  { kind: 'location', latitude: 48.1, longitude: 2.1, name: canary, address: canary },
  { kind: 'contact', contacts: [{ name: canary, phones: ['+33639980001'] }] },
  { kind: 'survey', text: `${canary}?`, scale: { min: 1, max: 5, low: canary } },
];

/** 200 messages: to people who take them, to people for whom everything goes wrong, and from people. */
async function speak(): Promise<void> {
  const uploaded = await raw(`${gateway.url}/v1/media?name=${canary}.txt`, {
    body: `${canary} bytes`,
    headers: { authorization: `Bearer ${merchant.key}` },
  });
  const all = contents(String((JSON.parse(uploaded.text) as { id: string }).id));
  const people = [
    'sandbox:ada',
    'sandbox:failed',
    'sandbox:throttled',
    'sandbox:uncertain',
    'sandbox:opted-out',
    'sandbox:delayed',
    `telegram:${person}`,
  ];
  for (let i = 0; i < 100; i++) {
    const answer = await merchant.call(
      'POST',
      '/v1/messages',
      { to: people[i % people.length], content: all[i % all.length], metadata: { note: canary } },
      { 'idempotency-key': `${i}` },
    );
    if (answer.status === 202) sent.push(String(answer.body['id']));
  }
  for (let i = 0; i < 100; i++) {
    const hook = hooks[i % hooks.length]!;
    const body = JSON.stringify(hook.message(`${canary} asks ${i}`));
    expect((await raw(hook.url, { body, headers: hook.signed(body) })).status).toBe(200);
  }
  // media that cannot be had
  sent.push(
    await merchant.send('sandbox:bob', {
      kind: 'media',
      media: { type: 'image', url: `http://127.0.0.1:9/${canary}.png` },
    }),
  );
  // and everything that is refused, and quotes what was sent
  const refused = [
    { to: `sandbox:${canary}!`, content: all[0] },
    { to: canary, content: all[0] },
    { to: 'sandbox:ada', content: { kind: canary } },
    { to: 'sandbox:ada', content: all[0], [canary]: canary },
  ];
  for (const body of refused) expect((await merchant.call('POST', '/v1/messages', body)).status).toBe(422);
  for (const hook of hooks) {
    const broken = JSON.stringify(hook.message(canary)).slice(0, -3);
    expect((await raw(hook.url, { body: broken, headers: hook.signed(broken) })).status).toBe(400);
  }
  await raw(`${gateway.url}/v1/messages`, {
    body: `{"to":"${canary}`,
    headers: { authorization: `Bearer ${merchant.key}`, 'content-type': 'application/json' },
  });
  await raw(`${gateway.url}/${canary}?${canary}=${canary}`, {
    method: 'GET',
    headers: { 'user-agent': canary, referer: canary },
  });
  await until(
    'every message to be settled or given up for now',
    async () => {
      const { body } = await gateway.admin('GET', '/backlog');
      return (
        (body['sends'] as unknown as { depth: number }[]).reduce((sum, { depth }) => sum + depth, 0) <= 20
      );
    },
    40_000,
  );
  await merchant.receiver.event(
    'message.received',
    ({ data }) => data.content.text === `${canary} asks 99`,
    30_000,
  );
}

describe('invariant 9: content', () => {
  test('is in the message store and on its way to the parties, and in no other table', () => {
    expect(sent.length).toBeGreaterThan(80);
    const tables = tablesWith(gateway.dataFolder, canary);
    expect(tables).toContain('messages');
    // events and stored answers are on their way to the merchant; a question waits for its answer; names of files are media
    expect(
      tables.filter(
        (table) =>
          !['messages', 'events', 'idempotency_keys', 'questions', 'media', 'conversations'].includes(table),
      ),
    ).toEqual([]);
  });

  test('and addresses are in no log line, at any level', () => {
    expect(gateway.logs).toContain('gateway.started');
    expect(gateway.logs.split('\n').filter((line) => line.includes(canary))).toEqual([]);
    expect(
      gateway.logs
        .split('\n')
        .filter((line) => new RegExp(`sandbox:|telegram:${person}|7100000000000001|33639980001`).test(line)),
    ).toEqual([]);
    expect(gateway.output).not.toContain(canary);
  });

  test('is in no metric, and so is no address', async () => {
    const { text } = await raw(`${gateway.url}/metrics`, { method: 'GET' });
    expect(text).toContain('passerelle_events_total');
    expect(text).not.toContain(canary);
    expect(text).not.toMatch(new RegExp(`sandbox:|${person}|33639980001`));
    // and nobody makes labels by asking for strange paths
    expect(
      text.split('\n').filter((line) => line.startsWith('passerelle_http_request_seconds_count')).length,
    ).toBeLessThan(60);
  });

  test('is in no answer to an operator, whichever is asked', async () => {
    const document = (await gateway.request('GET', '/openapi.json', undefined)).body as unknown as OpenApi;
    const job = await gateway.admin('POST', '/replays', {
      of: 'events',
      merchant_id: merchant.id,
      endpoint_id: merchant.endpointId,
      since: new Date().toISOString(),
    });
    expect(job.status, JSON.stringify(job.body)).toBe(202);
    const ids: Record<string, string[]> = {
      '/admin/replays/{id}': [String(job.body['id'])],
      '/admin/merchants/{id}': [merchant.id],
      '{id}': sent,
      '{merchant}': [merchant.id],
    };
    let asked = 0;
    for (const { method, path } of operationsOf(document)) {
      if (method !== 'GET' || !path.startsWith('/admin')) continue;
      const name = /\{\w+\}/.exec(path)?.[0];
      for (const id of name ? (ids[path] ?? ids[name]!) : ['']) {
        const { status, body } = await gateway.admin(
          'GET',
          path.replace('/admin', '').replace(/\{\w+\}/, id),
        );
        expect(status, path).toBe(200);
        expect(JSON.stringify(body), path).not.toContain(canary);
        expect(JSON.stringify(body), path).not.toMatch(new RegExp(`sandbox:ada|telegram:${person}`));
        asked++;
      }
    }
    expect(asked).toBeGreaterThan(90);
  });

  test('is in no trace of the merchant’s', async () => {
    for (const id of sent)
      expect(JSON.stringify((await merchant.call('GET', `/v1/messages/${id}/trace`)).body)).not.toContain(
        canary,
      );
  });

  test('is in no NATS subject, and so is no address', () => {
    expect([...subjects].filter((subject) => subject.startsWith('psr.v1.event.')).length).toBeGreaterThan(5);
    expect(
      [...subjects].filter(
        (subject) =>
          subject.includes(canary) || new RegExp(`${person}|33639980001|7100000000000001`).test(subject),
      ),
    ).toEqual([]);
  });

  test('reached both parties: otherwise nothing above means anything', () => {
    expect(merchant.receiver.events.some((event) => JSON.stringify(event).includes(canary))).toBe(true);
    expect(JSON.stringify(telegram.user(Number(person)).received())).toContain(canary);
  });
});
