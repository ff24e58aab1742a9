import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TestGateway } from '../gateway/gateway.ts';
import type { TestMerchant } from '../gateway/gateway.ts';
import { until } from '../gateway/ports.ts';

/** Something inside the network that must never be reached. */
async function startTrap() {
  let connections = 0;
  const server = createTcpServer((socket) => {
    connections++;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '::', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

let trap: Awaited<ReturnType<typeof startTrap>>;

beforeAll(async () => {
  trap = await startTrap();
});
afterAll(() => trap.close());

/** Ways to write addresses that a merchant must not make the gateway call. */
const inside = [
  '127.0.0.1',
  '127.1',
  '127.255.255.254',
  '2130706433',
  '0x7f000001',
  '0x7f.0.0.1',
  '0177.0.0.1',
  '017700000001',
  '0',
  '0.0.0.0',
  'localhost',
  'localhost.',
  'LOCALHOST',
  'ⓛocalhost',
  '１２７.0.0.1',
  '[::1]',
  '[::]',
  '[0:0:0:0:0:0:0:1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[::127.0.0.1]',
  '[64:ff9b::7f00:1]',
  '[2002:7f00:1::]',
  '10.0.0.1',
  '172.16.0.1',
  '192.168.0.1',
  '169.254.169.254',
  '100.64.0.1',
  '198.18.0.1',
  '[fe80::1]',
  '[fc00::1]',
  '[fd12::1]',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
];

describe('without allowed networks', () => {
  let gateway: TestGateway;
  let merchant: TestMerchant;

  beforeAll(async () => {
    gateway = await TestGateway.start({
      PASSERELLE_ALLOWED_NETWORKS: '',
      PASSERELLE_EMAIL_ALLOWED_NETWORKS: '',
      PASSERELLE_SMPP_ALLOWED_NETWORKS: '',
    });
    merchant = await gateway.merchant('inside', 'test');
    await merchant.account('sandbox', {}, { secret: 'a-secret-of-sixteen' });
  });
  afterAll(async () => {
    await merchant.receiver.close();
    await gateway.stop();
  });

  test(
    'a webhook to an address inside is never called: its delivery fails with reason guard',
    { timeout: 60_000 },
    async () => {
      const made: { host: string; id: string }[] = [];
      for (const host of inside) {
        const answer = await merchant.call('POST', '/v1/webhook-endpoints', {
          url: `http://${host}:${trap.port}/`,
          types: ['delivery.updated'],
        });
        // what is no URL at all is refused when it is written down
        if (answer.status === 201) made.push({ host, id: String(answer.body['id']) });
        else expect(answer.status, host).toBe(422);
      }
      expect(made.length).toBeGreaterThan(25);
      await merchant.send('sandbox:ada', { kind: 'text', text: 'an event, please' });
      for (const { host, id } of made) {
        const reason = await until(`${host} to be tried`, async () => {
          const rows = (await merchant.call('GET', `/v1/webhook-endpoints/${id}/deliveries`)).body[
            'data'
          ] as unknown as { reason: string | null; status: number | null }[];
          return rows.find((row) => row.reason !== null)?.reason ?? undefined;
        });
        // a name may be one that this machine's resolver doesn't know
        if (host === 'localhost.') expect(['guard', 'dns'], host).toContain(reason);
        else expect(reason, host).toBe('guard');
      }
      expect(trap.connections()).toBe(0);
    },
  );

  test(
    'media at an address inside is never fetched: its message ends as media_unavailable',
    { timeout: 60_000 },
    async () => {
      const ids: [string, string][] = [];
      for (const [i, host] of inside.entries()) {
        const answer = await merchant.call('POST', '/v1/messages', {
          to: `sandbox:person-${i}`,
          content: { kind: 'media', media: { type: 'image', url: `http://${host}:${trap.port}/a.png` } },
        });
        if (answer.status === 202) ids.push([host, String(answer.body['id'])]);
        else expect(answer.status, host).toBe(422);
      }
      expect(ids.length).toBeGreaterThan(25);
      for (const [host, id] of ids) {
        await merchant.state(id, 'failed');
        const { body } = await merchant.call('GET', `/v1/messages/${id}`);
        expect((body['failure'] as unknown as { code: string }).code, host).toBe('media_unavailable');
      }
      expect(trap.connections()).toBe(0);
    },
  );

  test.each<[string, (port: number) => [string, object, object], string]>([
    [
      'the base URL of a bot',
      (port) => [
        'telegram',
        { base_url: `http://127.0.0.1:${port}` },
        { token: '900100:a-token-of-our-own-bot', webhook_secret: 'a-secret-of-sixteen' },
      ],
      'telegram:700100',
    ],
    [
      'the base URL of a Graph API',
      (port) => [
        'whatsapp',
        { base_url: `http://[::1]:${port}`, phone_number_id: '100200300' },
        { access_token: 't', app_secret: 's', verify_token: 'v' },
      ],
      'whatsapp:+33639980001',
    ],
    [
      'a mail relay',
      (port) => [
        'email',
        { address: 'desk@inside.example', relay: { host: '127.0.0.1', port, security: 'none' } },
        {},
      ],
      'mailto:ada@example.com',
    ],
    [
      'a mail relay by name',
      (port) => [
        'email',
        { address: 'desk@inside2.example', relay: { host: 'localhost', port, security: 'none' } },
        {},
      ],
      'mailto:ada@example.com',
    ],
    [
      'an SMSC',
      (port) => [
        'smpp',
        { host: '127.0.0.1', port, sender: '+33639980100' },
        { system_id: 'a', password: 'b' },
      ],
      'tel:+33639980001',
    ],
    [
      'an XMPP server',
      (port) => [
        'xmpp',
        { host: '127.0.0.1', port, domain: 'shop.people.test', address: 'shop.people.test' },
        { secret: 'b' },
      ],
      'xmpp:noa@people.test',
    ],
  ])(
    '%s inside is not connected to, neither to send nor to probe',
    { timeout: 30_000 },
    async (_, account, to) => {
      const { id } = await merchant.account(...account(trap.port));
      const probe = await merchant.call('POST', `/v1/accounts/${id}/probe`);
      expect(probe.status).toBeLessThan(500);
      await merchant.call('POST', '/v1/messages', { to, from: id, content: { kind: 'text', text: 'x' } });
      await new Promise((resolve) => setTimeout(resolve, 1000));
      expect(trap.connections()).toBe(0);
      await merchant.call('DELETE', `/v1/accounts/${id}`);
    },
  );
});

describe('with loopback allowed', () => {
  let gateway: TestGateway;
  let merchant: TestMerchant;
  beforeAll(async () => {
    gateway = await TestGateway.start();
    merchant = await gateway.merchant('redirected', 'test');
    await merchant.account('sandbox', {}, { secret: 'a-secret-of-sixteen' });
  });
  afterAll(async () => {
    await merchant.receiver.close();
    await gateway.stop();
  });

  test('a redirect is a failure and is not followed, neither of a webhook nor of media', async () => {
    const visits: string[] = [];
    const server = createServer((request, response) => {
      visits.push(request.url ?? '');
      response.writeHead(307, { location: `http://127.0.0.1:${trap.port}/` }).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const endpoint = await merchant.call('POST', '/v1/webhook-endpoints', { url: `${url}/hook` });
    const id = await merchant.send('sandbox:ada', {
      kind: 'media',
      media: { type: 'image', url: `${url}/media` },
    });
    await merchant.state(id, 'failed');
    const delivery = await until('the webhook to be tried', async () => {
      const rows = (
        await merchant.call('GET', `/v1/webhook-endpoints/${String(endpoint.body['id'])}/deliveries`)
      ).body['data'] as unknown as { reason: string | null; status: number | null }[];
      return rows.find((row) => row.reason !== null);
    });
    expect(delivery).toMatchObject({ reason: 'redirect', status: 307 });
    expect(visits).toContain('/media');
    expect(trap.connections()).toBe(0);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  test.each([
    'file:///etc/passwd',
    'ftp://example.com/',
    'gopher://127.0.0.1:25/',
    'javascript:alert(1)',
    'data:text/plain,x',
    '//example.com',
    'http://',
  ])('%s is no address of a webhook or of media', async (url) => {
    expect((await merchant.call('POST', '/v1/webhook-endpoints', { url })).status).toBe(422);
    expect(
      (
        await merchant.call('POST', '/v1/messages', {
          to: 'sandbox:ada',
          content: { kind: 'media', media: { type: 'image', url } },
        })
      ).status,
    ).toBe(422);
  });
});
