import { connect } from '@nats-io/transport-node';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TestGateway } from '../gateway/gateway.ts';
import type { TestMerchant } from '../gateway/gateway.ts';
import { until } from '../gateway/ports.ts';
import { addressFor } from './command.ts';
import { Protocol, Stranger, pigeonManifest } from './stranger.ts';

/** A connector that means harm, beside one that doesn't, on a gateway with its own nats-server. */

let gateway: TestGateway;
let merchant: TestMerchant;
let pigeon: Stranger;
let magpie: Stranger;
let account: { id: string; hookUrl: string };
let stolen: { id: string; hookUrl: string };
let answer: (request: Record<string, unknown>) => string | undefined = () => undefined;

const more = ['reach', 'profile', 'templates', 'setup', 'capabilities'];
const schema = (properties: object, required: string[] = []) => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});
const magpieManifest = (change: object = {}) =>
  pigeonManifest({
    name: 'magpie',
    channel: 'magpie',
    title: 'Magpie',
    addresses: [{ scheme: 'magpie', form: 'phone' }],
    config: schema({}),
    credentials: schema({}),
    send_timeout_ms: 800,
    abilities: ['send', 'hook', 'probe', 'media', ...more],
    capabilities_kinds: ['location'],
    ...change,
  });

beforeAll(async () => {
  gateway = await TestGateway.start({ PASSERELLE_REMOTE_CONNECTORS: 'pigeon,magpie' });
  merchant = await gateway.merchant('Nest');
  const protocol = await Protocol.of(gateway.url);
  const join = async (name: string) => Stranger.connect(protocol, name, await addressFor(gateway, name));
  [pigeon, magpie] = [await join('pigeon'), await join('magpie')];
  let flown = 0;
  pigeon.answers('connectorSend', () => ({ type: 'sent', provider_ids: [`p${++flown}`] }));
  for (const operation of ['send', 'hook', 'probe', 'media', ...more])
    magpie.connection.subscribe(`psr.v1.connector.magpie.${operation}`, {
      callback: (_error, message) => {
        const said = answer(message.json());
        if (said !== undefined) message.respond(said);
      },
    });
  for (const registered of [await pigeon.register(pigeonManifest()), await magpie.register(magpieManifest())])
    if (!registered['accepted']) throw new Error(JSON.stringify(registered));
  account = await merchant.account('pigeon', { loft: 'north' }, { ring: 'secretring' });
  stolen = await merchant.account('magpie', {}, {});
});

afterAll(async () => {
  await pigeon?.vanish();
  await magpie?.vanish();
  await merchant?.receiver.close();
  await gateway?.stop();
});

const message = (address: string, id = 'm1') => ({
  type: 'message',
  provider_id: id,
  sender: { address },
  content: { kind: 'text', text: 'shiny' },
});

describe('on the bus', () => {
  const asMagpie = async (): Promise<NatsConnection & { violations: string[] }> => {
    const url = new URL(await addressFor(gateway, 'magpie'));
    const connection = await connect({
      servers: url.host,
      user: url.username,
      pass: url.password,
      inboxPrefix: '_INBOX_magpie',
    });
    const violations: string[] = [];
    void (async () => {
      for await (const status of connection.status())
        if (status.type === 'error') violations.push(status.error.name);
    })();
    return Object.assign(connection, { violations });
  };

  test('a connector hears nothing but what is its own', async () => {
    const connection = await asMagpie();
    const heard: string[] = [];
    const subjects = [
      'psr.v1.event.>',
      'psr.v1.send.>',
      'psr.v1.connector.pigeon.send',
      'psr.v1.connector.*.send',
      'psr.v1.connector.pigeon.>',
      '_INBOX.>',
      '_INBOX_pigeon.>',
      '$JS.API.>',
      '>',
    ];
    for (const subject of subjects)
      connection.subscribe(subject, {
        callback: (error, one) => {
          if (!error) heard.push(one.subject);
        },
      });
    await connection.flush();
    await until('the refusals', () => connection.violations.length >= subjects.length);
    const id = await merchant.send('pigeon:ada', { kind: 'text', text: 'for the pigeon alone' });
    await merchant.state(id, 'sent');
    await connection.flush();
    expect(heard).toEqual([]);
    await connection.close();
  });

  test('a connector is not heard where it has nothing to say', async () => {
    const connection = await asMagpie();
    const forged = JSON.stringify({ account_id: account.id, items: [message('pigeon:ada')] });
    const before = pigeon.asked.length;
    const subjects = [
      'psr.v1.connector.pigeon.accept',
      'psr.v1.connector.pigeon.register',
      'psr.v1.connector.pigeon.accounts',
      'psr.v1.connector.pigeon.renew',
      'psr.v1.connector.pigeon.exchanges',
      'psr.v1.connector.pigeon.leave',
      'psr.v1.connector.pigeon.send',
      'psr.v1.connector.magpie.send',
      'psr.v1.event.mer_1.sms._._.message.received._',
      '$JS.API.STREAM.DELETE.PSR_EVENTS',
      '$JS.API.INFO',
    ];
    const ends = await Promise.allSettled(
      subjects.map((subject) => connection.request(subject, forged, { timeout: 1000 })),
    );
    expect(ends.map(({ status }) => status)).toEqual(subjects.map(() => 'rejected'));
    await until('the refusals', () => connection.violations.length >= subjects.length);
    expect(pigeon.asked.length).toBe(before);
    expect(merchant.receiver.events.filter(({ type }) => type === 'message.received')).toEqual([]);
    await connection.close();
  });

  test('nobody without a user of its own is let in', async () => {
    const { host } = new URL(await addressFor(gateway, 'magpie'));
    await expect(connect({ servers: host, reconnect: false })).rejects.toThrow(/authorization/i);
    const wrong = { servers: host, user: 'connector-magpie', pass: 'guessed', reconnect: false };
    await expect(connect(wrong)).rejects.toThrow(/authorization/i);
  });
});

describe('what it asks', () => {
  const accept = (request: unknown) => magpie.askUnchecked('connectorAccept', JSON.stringify(request));

  test('another connector’s account is as unknown as one that is not there', async () => {
    const theirs = await accept({ account_id: account.id, items: [message('magpie:+33639980001')] });
    const nobodys = await accept({
      account_id: `${account.id.slice(0, -4)}0000`,
      items: [message('magpie:+33639980001')],
    });
    expect(theirs).toMatchObject({ ok: false, code: 'unknown_account' });
    expect(nobodys).toEqual(theirs);
    const own = await magpie.ask('connectorAccounts', {});
    expect((own['accounts'] as { id: string }[]).map(({ id }) => id)).toEqual([stolen.id]);
    expect(await magpie.ask('connectorAccounts', { id: account.id })).toEqual({ accounts: [] });
  });

  test('another connector’s credentials are not renewed, whatever is known of them', async () => {
    const renew = (accountId: string) =>
      magpie.askUnchecked(
        'connectorRenew',
        JSON.stringify({
          account_id: accountId,
          spent: { ring: 'secretring' },
          credentials: { ring: 'stolenring' },
        }),
      );
    const theirs = await renew(account.id);
    expect(theirs).toMatchObject({ ok: false, code: 'unknown_account' });
    expect(await renew(`${account.id.slice(0, -4)}0000`)).toEqual(theirs);
    // nor are fields that its own account has none of
    expect(await renew(stolen.id)).toMatchObject({ ok: false, code: 'superseded' });
    const asOwner = await magpie.askUnchecked(
      'connectorRenew',
      JSON.stringify({ account_id: stolen.id, spent: {}, credentials: { ring: 'stolenring' } }),
    );
    expect(asOwner).toMatchObject({ ok: false, code: 'invalid' });
    const own = await pigeon.ask('connectorAccounts', {});
    expect(own['accounts']).toMatchObject([{ credentials: { ring: 'secretring' } }]);
  });

  test.each(['pigeon:ada', 'mailto:ada@example.com', 'magpie:12', 'magpie:+33 6 39 98 00 01'])(
    'an address that it may not make is refused with its place: %s',
    async (address) => {
      const refused = await accept({ account_id: stolen.id, items: [message(address)] });
      expect(refused).toMatchObject({ ok: false, code: 'invalid' });
      expect(JSON.stringify(refused['errors'])).toContain('/items/0/sender/address');
    },
  );

  test.each([
    ['no JSON', 'coo'],
    ['an empty message', ''],
    ['a list', '[]'],
    ['no items', JSON.stringify({ account_id: 'x' })],
    ['an unknown field', JSON.stringify({ account_id: 'x', items: [], more: 1 })],
    ['deep nesting', `{"items":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
    ['two megabytes', JSON.stringify({ items: 'x'.repeat(2_000_000) })],
    ['a prototype', '{"__proto__":{"ok":true},"constructor":1}'],
  ])('%s is refused', async (_title, payload) => {
    for (const operation of ['connectorAccept', 'connectorRegister', 'connectorRenew']) {
      const refused = await magpie.askUnchecked(operation, payload);
      expect(refused['ok'] ?? refused['accepted']).toBe(false);
      expect(refused['code']).toBe('invalid');
    }
    expect(await magpie.askUnchecked('connectorAccounts', payload)).toHaveProperty('accounts');
  });

  test.each([
    ['another version', { protocol: 2 }, 'unsupported_protocol'],
    ['another’s name', { manifest: pigeonManifest() }, 'name_mismatch'],
    [
      'a secret in the configuration',
      { manifest: magpieManifest({ config: schema({ key: { type: 'string', writeOnly: true } }) }) },
      'invalid',
    ],
    [
      'a credential that is not marked',
      { manifest: magpieManifest({ credentials: schema({ key: { type: 'string' } }) }) },
      'invalid',
    ],
    [
      'a pattern that never ends',
      { manifest: magpieManifest({ config: schema({ a: { type: 'string', pattern: '^(a+)+$' } }) }) },
      'invalid',
    ],
    [
      'a pattern of many optional parts',
      {
        manifest: magpieManifest({
          config: schema({ a: { type: 'string', pattern: `^${'a?'.repeat(30)}$` } }),
        }),
      },
      'invalid',
    ],
    [
      'a reference out of the schema',
      { manifest: magpieManifest({ config: schema({ a: { $ref: 'https://example.com/' } }) }) },
      'invalid',
    ],
    [
      'a rate of nothing',
      { manifest: magpieManifest({ rate: { per_second: 0, concurrency: 1 } }) },
      'invalid',
    ],
    [
      'an ability that there is none of',
      { manifest: magpieManifest({ abilities: ['send', 'fly'] }) },
      'invalid',
    ],
    [
      'a kind that there is none of',
      { manifest: magpieManifest({ capabilities_kinds: ['feather'] }) },
      'invalid',
    ],
  ])('a registration with %s is refused and says why', async (_title, change, code) => {
    const request = { protocol: 1, instance: 'instance-1', manifest: magpieManifest(), ...change };
    const refused = await magpie.askUnchecked('connectorRegister', JSON.stringify(request));
    expect(refused).toMatchObject({ accepted: false, code });
    expect(String(refused['detail'])).not.toBe('');
  });
});

describe('what it answers', () => {
  const reply = (value: unknown) =>
    (answer = () => (typeof value === 'string' ? value : JSON.stringify(value)));
  const send = () => merchant.send('magpie:+33639980001', { kind: 'text', text: 'hello' });

  test.each([
    ['no JSON', 'coo'],
    ['nothing', ''],
    ['null', 'null'],
    ['an outcome that there is none of', { type: 'perhaps' }],
    ['ids that are none', { type: 'sent', provider_ids: [7] }],
    ['an id of a megabyte', { type: 'sent', provider_ids: ['x'.repeat(900_000)] }],
    ['a failure of its own', { type: 'rejected', failure: { code: 'bored' } }],
    ['deep nesting', `${'['.repeat(200_000)}${']'.repeat(200_000)}`],
    ['more than the wire takes', { type: 'uncertain', reason: 'x'.repeat(1_500_000) }],
  ])('a send answered with %s is uncertain', async (_title, value) => {
    reply(value);
    const id = await send();
    await merchant.state(id, 'uncertain');
  });

  test('a send answered with an id that was given before is sent all the same', async () => {
    reply({ type: 'sent', provider_ids: ['always-this'] });
    await merchant.state(await send(), 'sent');
    await merchant.state(await send(), 'sent');
  });

  test('a send that is not answered is uncertain after its time', async () => {
    answer = () => undefined;
    const id = await send();
    await merchant.state(id, 'uncertain');
  });

  test.each([
    ['no JSON', 'coo', 500],
    ['an item of a foreign scheme', { type: 'items', items: [message('pigeon:ada')] }, 500],
    ['a status that there is none of', { type: 'response', response: { status: 99 } }, 500],
    [
      'a header with a line break',
      { type: 'response', response: { status: 200, headers: { a: 'b\r\nset-cookie: c' } } },
      500,
    ],
    ['a refusal', { type: 'refused', reason: 'no' }, 401],
  ])('a hook answered with %s takes nothing in', async (_title, value, status) => {
    reply(value);
    const answered = await fetch(stolen.hookUrl, { method: 'POST', body: 'x' });
    expect(answered.status).toBe(status);
    expect(merchant.receiver.events.filter(({ type }) => type === 'message.received')).toEqual([]);
  });

  test('a page of its own can do nothing on the gateway’s origin', async () => {
    reply({
      type: 'response',
      response: {
        status: 200,
        headers: { 'content-type': 'text/html', 'set-cookie': 'a=b', 'access-control-allow-origin': '*' },
        body: '<script>alert(1)</script>',
      },
    });
    const page = await fetch(stolen.hookUrl);
    expect(page.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox");
    expect(page.headers.get('set-cookie')).toBeNull();
    expect(page.headers.get('access-control-allow-origin')).toBeNull();
  });

  test.each([
    ['no JSON', 'coo'],
    ['null', 'null'],
    ['what there is none of', { type: 'perhaps', ok: 'perhaps' }],
    ['a list that never ends', { type: 'listed', templates: [], next: 1 }],
    ['a template that is none', { type: 'listed', templates: [{ name: 7 }] }],
    ['capabilities that are none', { capabilities: { text: { max: -1, unit: 'feathers' } } }],
    ['deep nesting', `${'['.repeat(200_000)}${']'.repeat(200_000)}`],
    ['more than the wire takes', { type: 'found', name: 'x'.repeat(1_500_000) }],
  ])('whatever else it is asked, answered with %s it says nothing', async (_title, value) => {
    reply(value);
    const at = `/v1/accounts/${stolen.id}`;
    const templates = await merchant.call('GET', `${at}/templates?refresh=true`);
    expect([templates.status, templates.body['code']]).toEqual([502, 'platform_failed']);
    const setup = await merchant.call('POST', `${at}/setup`);
    expect(JSON.stringify(setup.body)).toContain('"failed"');
    const probe = await merchant.call('POST', `${at}/probe`);
    expect(probe.body).toMatchObject({ ok: false });
    const preview = await merchant.call('POST', '/v1/messages/preview', {
      content: { kind: 'location', latitude: 48.11, longitude: -1.68, name: String(_title) },
      accounts: [stolen.id],
    });
    expect(JSON.stringify(preview.body)).toContain('geo:');
  });

  test('media that never ends is given up', async () => {
    reply({ ok: true, data: '', total: 5 });
    const item = {
      ...message('magpie:+33639980001', 'm9'),
      content: { kind: 'media', media: { type: 'file', id: 'it' } },
      media: { it: { reference: 'r' } },
    };
    expect(await magpie.accept(stolen.id, item)).toMatchObject({ ok: true });
    await merchant.receiver.event('media.failed', undefined, 30_000);
  });

  test('the gateway is as well as before', async () => {
    const ready = await fetch(`${gateway.url}/readyz`);
    expect(ready.status).toBe(200);
    const id = await merchant.send('pigeon:ada', { kind: 'text', text: 'all well' });
    await merchant.state(id, 'sent');
    expect(gateway.logs).not.toMatch(/remote\.threw|http\.threw|dispatch\.lane_failed/);
    expect(gateway.logs).not.toContain('secretring');
    expect(pigeon.surprises).toEqual([]);
  });
});
