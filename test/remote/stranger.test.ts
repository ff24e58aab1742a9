import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { TestGateway } from '../gateway/gateway.ts';
import type { TestMerchant } from '../gateway/gateway.ts';
import { until } from '../gateway/ports.ts';
import { addressFor } from './command.ts';
import { Protocol, Stranger, pigeonManifest } from './stranger.ts';

/** A connector that is written from the served document alone (`stranger.ts`) against a whole gateway on a real nats-server. */

let gateway: TestGateway;
let merchant: TestMerchant;
let stranger: Stranger;
let account: { id: string; hookUrl: string };
let flown = 0;
const ring = 'blue0042ring';
const manifest = pigeonManifest({
  abilities: ['send', 'hook', 'media', 'probe', 'setup', 'reach', 'profile', 'templates', 'capabilities'],
  capabilities_kinds: ['location'],
  tells_expiry: true,
});

const letter = {
  name: 'arrival',
  language: 'fr',
  purpose: 'utility',
  state: 'approved',
  body: { placeholders: [] },
  buttons: [],
  fillable: true,
};

beforeAll(async () => {
  gateway = await TestGateway.start({ PASSERELLE_REMOTE_CONNECTORS: 'pigeon' });
  merchant = await gateway.merchant('Loft');
  stranger = await Stranger.connect(
    await Protocol.of(gateway.url),
    'pigeon',
    await addressFor(gateway, 'pigeon'),
  );
  stranger.answers('connectorSend', () => ({ type: 'sent', provider_ids: [`flight-${++flown}`] }));
  stranger.answers('connectorProbe', () => ({ ok: true, detail: 'The pigeons are awake.' }));
  stranger.answers('connectorSetup', () => ({ ok: true, detail: 'They know the way.' }));
  stranger.answers('connectorReach', () => ({ type: 'yes' }));
  stranger.answers('connectorProfile', () => ({ type: 'found', name: 'Ada', language: 'fr' }));
  stranger.answers('connectorTemplates', () => ({ type: 'listed', templates: [letter] }));
  stranger.answers('connectorCapabilities', () => ({
    capabilities: {
      ...(manifest['capabilities'] as object),
      outbound: { text: 'native', location: 'native' },
    },
  }));
  stranger.answers('connectorHook', (request) => {
    const {
      account: of,
      headers,
      body,
    } = request as {
      account: { credentials: { ring: string } };
      headers: Record<string, string>;
      body: string;
    };
    if (headers['x-ring'] !== of.credentials.ring) return { type: 'refused', reason: 'wrong ring' };
    const { id, from, says } = JSON.parse(Buffer.from(body, 'base64').toString()) as Record<string, string>;
    return {
      type: 'items',
      items: [
        {
          type: 'message',
          provider_id: id,
          sender: { address: `pigeon:${from}` },
          content: { kind: 'text', text: says },
        },
      ],
      response: { status: 202, body: 'coo' },
    };
  });
});

afterAll(async () => {
  await stranger?.vanish();
  await merchant?.receiver.close();
  await gateway?.stop();
});

afterEach(() => {
  if (stranger.surprises.length > 0) throw new Error(stranger.surprises.join('; '));
});

const asked = (operation: string) =>
  stranger.asked.filter((one) => one.operation === operation).map(({ request }) => request);

test('registers, and merchants see it as any other connector', async () => {
  expect(await stranger.register(manifest)).toMatchObject({
    accepted: true,
    active: true,
    heartbeat_ms: 5000,
  });
  const { body } = await merchant.call('GET', '/v1/connectors');
  const shown = (body['data'] as unknown as { name: string }[]).find(({ name }) => name === 'pigeon');
  expect(shown).toMatchObject({
    channel: 'pigeon',
    schemes: ['pigeon'],
    capabilities: { text: { max: 500 }, media: { image: { maxBytes: 5_000_000 } } },
    config_schema: { properties: { loft: { maxLength: 40 } } },
    credentials_schema: { properties: { ring: { writeOnly: true } } },
  });
  const admin = await gateway.admin('GET', '/connectors');
  expect(admin.body['data']).toMatchObject([{ name: 'pigeon', state: 'up', instances: 1 }]);
});

test('accounts are checked by its JSON Schemas, and sealed', async () => {
  const refused = await merchant.call('POST', '/v1/accounts', {
    connector: 'pigeon',
    name: 'p',
    config: { lofts: 'x' },
    credentials: { ring: 'SHORT' },
  });
  expect(refused.status).toBe(422);
  expect(
    (refused.body['errors'] as unknown as { pointer: string }[]).map(({ pointer }) => pointer).toSorted(),
  ).toEqual(['/config/loft', '/config/lofts', '/credentials/ring']);
  account = await merchant.account('pigeon', { loft: 'north' }, { ring });
  const { body } = await merchant.call('GET', `/v1/accounts/${account.id}`);
  expect(body).toMatchObject({ config: { loft: 'north', fast: false }, credentials: { ring: 'set' } });
  const own = await stranger.ask('connectorAccounts', {});
  expect(own).toEqual({
    accounts: [expect.objectContaining({ id: account.id, merchant_id: merchant.id, credentials: { ring } })],
  });
  const probed = await merchant.call('POST', `/v1/accounts/${account.id}/probe`);
  expect(probed.body).toEqual({ ok: true, detail: 'The pigeons are awake.' });
});

test('sends what a merchant says, once, and its receipts become events', async () => {
  const id = await merchant.send('pigeon:ADA', { kind: 'text', text: 'Rain tomorrow.' });
  await merchant.state(id, 'sent');
  const [request, ...more] = asked('connectorSend');
  expect(more).toEqual([]);
  expect(request).toMatchObject({
    account: { id: account.id, config: { loft: 'north' }, credentials: { ring } },
    message_id: id,
    address: 'pigeon:ada',
    part: { content: { kind: 'text', text: 'Rain tomorrow.' } },
  });
  const accepted = await stranger.accept(account.id, {
    type: 'receipt',
    provider_ids: ['flight-1'],
    state: 'delivered',
    at: new Date().toISOString(),
  });
  expect(accepted).toEqual({ ok: true, accepted: [{ duplicate: false }] });
  const delivered = await merchant.receiver.event(
    'delivery.updated',
    ({ data }) => data.message_id === id && data.state === 'delivered',
  );
  expect(delivered.data.account_id).toBe(account.id);
});

test('takes in what the consumer says, once for each provider id', async () => {
  const message = {
    type: 'message',
    provider_id: 'arrival-1',
    sender: { address: 'pigeon:ada', name: 'Ada' },
    content: { kind: 'text', text: 'Then I stay at home.' },
  };
  const first = await stranger.accept(account.id, message);
  const [{ message_id: messageId }] = first['accepted'] as [{ message_id: string }];
  const again = await stranger.accept(account.id, message);
  expect(again['accepted']).toEqual([{ duplicate: true, message_id: messageId }]);
  const received = await merchant.receiver.event('message.received', ({ data }) => data.id === messageId);
  expect(received.data).toMatchObject({ address: 'pigeon:ada', content: { text: 'Then I stay at home.' } });
});

test('answers a choice', async () => {
  const id = await merchant.send('pigeon:ada', {
    kind: 'choice',
    text: 'Which seed?',
    options: [
      { id: 'corn', title: 'Corn' },
      { id: 'wheat', title: 'Wheat' },
    ],
  });
  await merchant.state(id, 'sent');
  const request = asked('connectorSend').at(-1) as { part: { payloads: string[] } };
  await stranger.accept(account.id, {
    type: 'message',
    provider_id: 'arrival-2',
    sender: { address: 'pigeon:ada' },
    content: { kind: 'text', text: 'Wheat' },
    payload: request.part.payloads[1]!,
  });
  const answered = await merchant.receiver.event('choice.answered', ({ data }) => data.message_id === id);
  expect(answered.data).toMatchObject({ options: [{ id: 'wheat' }] });
});

test('is asked for names, templates and what it carries, by the document', async () => {
  await stranger.accept(account.id, {
    type: 'message',
    provider_id: 'arrival-4',
    sender: { address: 'pigeon:bea' },
    content: { kind: 'text', text: 'Who am I?' },
  });
  const { data } = await merchant.receiver.event(
    'message.received',
    ({ data: { address } }) => address === 'pigeon:bea',
  );
  await until('the name', async () => {
    const { body } = await merchant.call('GET', `/v1/consumers/${data.consumer_id}`);
    return body['name'] === 'Ada';
  });
  const listed = await merchant.call('GET', `/v1/accounts/${account.id}/templates`);
  expect(listed.body['data']).toMatchObject([letter]);
  const place = { kind: 'location', latitude: 48.11, longitude: -1.68 };
  const sent = await merchant.send('pigeon:bea', place);
  await merchant.state(sent, 'sent');
  expect(asked('connectorSend').at(-1)).toMatchObject({ part: { content: { kind: 'location' } } });
  const questions = asked('connectorCapabilities').map(({ content }) => (content as { kind: string }).kind);
  expect(questions).toEqual(['location']);
  const [setup] = asked('connectorSetup');
  expect(setup).toMatchObject({ account: { id: account.id, hook_url: account.hookUrl, saved: true } });
});

test('renews credentials that are good once, by the document; what was spent is not kept again', async () => {
  const renew = (spent: string, to: string) =>
    stranger.ask('connectorRenew', {
      account_id: account.id,
      spent: { ring: spent },
      credentials: { ring: to },
    });
  expect(await renew(ring, 'green0043ring')).toEqual({ ok: true });
  expect(await renew(ring, 'black0044ring')).toMatchObject({ ok: false, code: 'superseded' });
  const id = await merchant.send('pigeon:ada', { kind: 'text', text: 'By the new ring.' });
  await merchant.state(id, 'sent');
  expect(asked('connectorSend').at(-1)).toMatchObject({
    account: { credentials: { ring: 'green0043ring' } },
  });
  expect(await renew('green0043ring', ring)).toEqual({ ok: true });
});

test('reads the platform’s calls: signed ones are taken in, others refused', async () => {
  const call = (headers: Record<string, string>, id: string) =>
    fetch(account.hookUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ id, from: 'ada', says: 'coo coo' }),
    });
  const taken = await call({ 'x-ring': ring }, 'call-1');
  expect([taken.status, await taken.text()]).toEqual([202, 'coo']);
  await merchant.receiver.event('message.received', ({ data }) => standsFor(data.content) === 'coo coo');
  const forged = await call({ 'x-ring': 'another' }, 'call-2');
  expect(forged.status).toBe(401);
});

test('hands media over in pieces', async () => {
  const bytes = Buffer.alloc(1_300_000, 'pigeon');
  const piece = 512 * 1024;
  stranger.answers('connectorMedia', ({ reference, offset }) => {
    expect(reference).toBe('photo/1');
    const from = Number(offset);
    return {
      ok: true,
      data: bytes.subarray(from, from + piece).toString('base64'),
      total: bytes.length,
      media_type: 'application/x-feather',
      name: 'feather.bin',
    };
  });
  await stranger.connection.flush();
  await stranger.accept(account.id, {
    type: 'message',
    provider_id: 'arrival-3',
    sender: { address: 'pigeon:ada' },
    content: { kind: 'media', media: { type: 'file', id: 'it' } },
    media: { it: { reference: 'photo/1', media_type: 'application/x-feather' } },
  });
  const ready = await merchant.receiver.event('media.ready', ({ data }) => data.bytes === bytes.length);
  expect(ready.data.media_type).toBe('application/x-feather');
  expect(asked('connectorMedia')).toHaveLength(3);
});

test('after a restart of the gateway its accounts are there, and its messages wait until it is', async () => {
  await stranger.vanish();
  await gateway.end('SIGTERM');
  await gateway.start();
  const admin = await gateway.admin('GET', '/connectors');
  expect(admin.body['data']).toMatchObject([{ name: 'pigeon', state: 'away', accounts: 1 }]);
  const id = await merchant.send('pigeon:ada', { kind: 'text', text: 'Are you back?' });
  const away = await fetch(account.hookUrl, { method: 'POST', body: '{}' });
  expect([away.status, away.headers.get('retry-after')]).toEqual([503, '5']);
  // it waits, and a try costs nothing
  await until('a try', async () => {
    const { body } = await merchant.call('GET', `/v1/messages/${id}/trace`);
    return JSON.stringify(body).includes('connector_away');
  });
  expect(await merchant.state(id, 'queued')).toBe('queued');
  stranger = await Stranger.connect(stranger.protocol, 'pigeon', await addressFor(gateway, 'pigeon'));
  stranger.answers('connectorSend', () => ({ type: 'sent', provider_ids: [`flight-${++flown}`] }));
  await stranger.register(manifest);
  await merchant.state(id, 'sent');
  expect(asked('connectorSend')).toHaveLength(1);
});

const standsFor = (content: object): unknown => (content as { text?: string }).text;
