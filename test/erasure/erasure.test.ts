import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openHooks } from '../attack/hooks.ts';
import type { Hooked } from '../attack/hooks.ts';
import { raw } from '../attack/raw.ts';
import { TestGateway } from '../gateway/gateway.ts';
import type { TestMerchant } from '../gateway/gateway.ts';
import { until } from '../gateway/ports.ts';

/** In everything that the erased person said, was told and is called; and the parts of their addresses. */
const canary = 'Zeisig48';
const secrets = [canary, '33639980077'];
/** Of somebody else: it must stay. */
const stays = 'Amsel52';

let gateway: TestGateway;
let merchant: TestMerchant;
let whatsapp: Hooked;
let consumer: string;
let other: string;
let keptMessage: string;
let scheduled: string;
let upload: string;

beforeAll(async () => {
  gateway = await TestGateway.start({ PASSERELLE_LOG_LEVEL: 'debug' });
  merchant = await gateway.merchant('birds', 'test');
  // events wait for this one, with what they say
  await merchant.call('POST', '/v1/webhook-endpoints', { url: 'http://127.0.0.1:9/' });
  await merchant.account('sandbox', {}, { secret: 'a-secret-of-a-phone-of-ours' });
  whatsapp = (await openHooks(merchant)).find(({ connector }) => connector === 'whatsapp')!;
});
afterAll(async () => {
  await merchant.receiver.close();
  await gateway.stop();
});

async function writes(text: string, name: string, number: string): Promise<void> {
  const body = JSON.stringify(whatsapp.message(text))
    .replaceAll('Ada Example', name)
    .replaceAll('33639980001', number);
  expect((await raw(whatsapp.url, { body, headers: whatsapp.signed(body) })).status).toBe(200);
}

const received = (text: string) =>
  merchant.receiver.event('message.received', ({ data }) => JSON.stringify(data).includes(text));

async function uploaded(text: string): Promise<string> {
  const answer = await raw(`${gateway.url}/v1/media?name=${text}.txt`, {
    body: `${text} bytes`,
    headers: { authorization: `Bearer ${merchant.key}` },
  });
  return String((JSON.parse(answer.text) as { id: string }).id);
}

/** Files of the data folder, by their path, that hold any of these words. */
async function filesWith(words: string[]): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(gateway.dataFolder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const bytes = await readFile(path).catch(() => Buffer.alloc(0));
    if (
      words.some(
        (word) => bytes.includes(word) || bytes.includes(Buffer.from(word).toString('base64').slice(0, -4)),
      )
    )
      found.push(relative(gateway.dataFolder, path));
  }
  return found;
}

async function live(): Promise<void> {
  upload = await uploaded(canary);
  await writes(`${canary} asks`, `${canary} Example`, '33639980077');
  consumer = (await received(`${canary} asks`)).data.consumer_id;
  const address = `sandbox:${canary.toLowerCase()}`;
  const key = { 'idempotency-key': 'once' };
  const body = {
    to: address,
    content: { kind: 'text', text: `${canary} is told`, subject: `${canary} subject` },
  };
  const sent = (await merchant.call('POST', '/v1/messages', body, key)).body;
  for (let i = 0; i < 120; i++) {
    const content = i % 3 ? { kind: 'text', text: `${canary} `.repeat(60 * (i % 20) + 1) } : choice;
    await merchant.send(address, content, { metadata: { note: canary } });
  }
  await merchant.send(address, { kind: 'media', media: { type: 'file', id: upload }, caption: canary });
  const inAnHour = new Date(Date.now() + 3600_000).toISOString();
  scheduled = await merchant.send(address, { kind: 'text', text: `${canary} later` }, { send_at: inAnHour });
  const linked = { consumer_id: String(sent['consumer_id']) };
  expect((await merchant.call('POST', `/v1/consumers/${consumer}/link`, linked)).status).toBe(200);
  await writes(`${stays} asks`, `${stays} Example`, '33639980088');
  other = (await received(`${stays} asks`)).data.consumer_id;
  const shared = await uploaded(stays);
  for (const to of [address, `sandbox:${stays.toLowerCase()}`])
    keptMessage = await merchant.send(to, { kind: 'media', media: { type: 'file', id: shared } });
  await merchant.state(keptMessage, 'sent', 'delivered');
}
const choice = {
  kind: 'choice',
  text: `${canary}?`,
  options: [
    { id: 'a', title: `${canary} a` },
    { id: 'b', title: 'b' },
  ],
};

async function erase(): Promise<void> {
  const begun = await merchant.call('POST', `/v1/consumers/${consumer}/erasure`);
  expect(begun).toMatchObject({ status: 202, body: { consumer_id: consumer, state: 'running' } });
  await until(
    'the erasure',
    async () => {
      const { body } = await merchant.call('GET', `/v1/consumers/${consumer}/erasure`);
      return String(body['state']) === 'done';
      // bytes that came just now stay for ten seconds
    },
    60_000,
  );
}

describe('export and erasure of one consumer', () => {
  test('the export holds all of it, line by line, and nothing of anybody else', async () => {
    await live();
    const answer = await raw(`${gateway.url}/v1/consumers/${consumer}/export`, {
      method: 'GET',
      headers: { authorization: `Bearer ${merchant.key}` },
    });
    expect(answer.status).toBe(200);
    const lines = answer.text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; [field: string]: unknown });
    expect(lines[0]).toMatchObject({ type: 'consumer', id: consumer, name: `${canary} Example` });
    const count = (type: string) => lines.filter((line) => line.type === type).length;
    expect(count('address')).toBe(2);
    expect(count('message')).toBe(125);
    expect(count('consent')).toBeGreaterThanOrEqual(1);
    expect(answer.text).toMatch(new RegExp(`/media/${upload}\\?exp=\\d+&sig=`));
    expect(answer.text).not.toContain(stays);
    expect(answer.text).not.toContain('33639980088');
  });

  test('beforehand the words are in the ledger, in its log, in JetStream and among the files: the search works', async () => {
    const found = await filesWith(secrets);
    for (const place of [/sqlite/, /nats\//, /media\//]) expect(found.join(' ')).toMatch(place);
  });

  test('afterwards they are in no file of the data folder, and what others said is where it was', async () => {
    await erase();
    expect(await filesWith(secrets)).toEqual([]);
    const kept = (await filesWith([stays])).join(' ');
    for (const place of [/sqlite/, /nats\//, /media\//]) expect(kept).toMatch(place);
    expect(gateway.logs).not.toMatch(new RegExp(secrets.join('|')));
  }, 90_000);

  test('nobody is found any more; what is left is facts', async () => {
    const { body } = await merchant.call('GET', `/v1/consumers/${consumer}`);
    expect(body).toMatchObject({ id: consumer, name: null, addresses: [] });
    const list = await merchant.call('GET', '/v1/messages?limit=100');
    const rows = list.body['data'] as unknown as Record<string, unknown>[];
    const theirs = rows.filter((row) => row['consumer_id'] === consumer);
    expect(theirs.length).toBeGreaterThan(50);
    for (const row of theirs)
      expect(row).toMatchObject({
        address: `erased:${consumer}`,
        content: { kind: 'removal', text: '(content removed)' },
        removed_at: expect.any(String) as string,
        created_at: expect.any(String) as string,
      });
    const trace = await merchant.call('GET', `/v1/messages/${scheduled}/trace`);
    expect(trace.status).toBe(200);
    expect(JSON.stringify(trace.body)).not.toContain(canary);
    const again = {
      to: `sandbox:${canary.toLowerCase()}`,
      content: { kind: 'text', text: `${canary} is told`, subject: `${canary} subject` },
    };
    const repeated = await merchant.call('POST', '/v1/messages', again, { 'idempotency-key': 'once' });
    expect(repeated).toMatchObject({ status: 202, body: { content: { kind: 'removal' } } });
  });

  test('what waited for them was cancelled and said so, and then the erasure', async () => {
    const event = await merchant.receiver.event('consumer.erased');
    expect(event.data).toMatchObject({ consumer_id: consumer, merged_consumer_ids: [expect.any(String)] });
    const cancelled = await merchant.receiver.event(
      'delivery.updated',
      ({ data }) => data.message_id === scheduled,
    );
    expect(cancelled.data).toMatchObject({ state: 'cancelled', address: `erased:${consumer}` });
    expect((await gateway.admin('GET', '/audit')).body['data']).toContainEqual(
      expect.objectContaining({ action: 'consumer.erased', subject: consumer }),
    );
  });

  test('writing to them by accident is refused, until they write in themselves', async () => {
    const hello = { kind: 'text', text: 'Hello again' };
    const refused = await merchant.call('POST', '/v1/messages', {
      to: `sandbox:${canary.toLowerCase()}`,
      content: hello,
    });
    expect(refused).toMatchObject({ status: 403, body: { code: 'opted_out' } });
    expect((await merchant.call('POST', '/v1/messages', { to: consumer, content: hello })).status).toBe(422);
    await writes('Here I am again', 'Somebody', '33639980077');
    const { data } = await received('Here I am again');
    expect(data.consumer_id).not.toBe(consumer);
    expect(
      (await merchant.call('POST', '/v1/messages', { to: data.consumer_id, content: hello })).status,
    ).toBe(202);
  });

  test('the other person is as before', async () => {
    const { body } = await merchant.call('GET', `/v1/consumers/${other}`);
    expect(body).toMatchObject({ name: `${stays} Example` });
    const { body: message } = await merchant.call('GET', `/v1/messages/${keptMessage}`);
    const { media } = message['content'] as unknown as { media: { url: string } };
    expect((await raw(media.url, { method: 'GET' })).text).toBe(`${stays} bytes`);
  });

  test('invariant 8: to another merchant there is no such consumer', async () => {
    const stranger = await gateway.merchant('stranger', 'test');
    for (const [method, path] of [
      ['GET', 'export'],
      ['POST', 'erasure'],
      ['GET', 'erasure'],
    ] as const) {
      const answer = await stranger.call(method, `/v1/consumers/${other}/${path}`);
      expect(answer.status, path).toBe(404);
    }
    await stranger.receiver.close();
  });
});
