import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { mayConnectTo } from './guard.ts';
import { createHttpClient } from './http.ts';

/** First, some inner and last address of every range that no outgoing call may reach. */
const refused: Record<string, string[]> = {
  '0/8': ['0.0.0.0', '0.1.2.3', '0.255.255.255'],
  '10/8': ['10.0.0.0', '10.1.2.3', '10.255.255.255'],
  '100.64/10': ['100.64.0.0', '100.100.0.1', '100.127.255.255'],
  '127/8': ['127.0.0.0', '127.0.0.1', '127.255.255.255'],
  '169.254/16': ['169.254.0.0', '169.254.169.254', '169.254.255.255'],
  '172.16/12': ['172.16.0.0', '172.20.1.1', '172.31.255.255'],
  '192.0.0/24': ['192.0.0.0', '192.0.0.255'],
  '192.0.2/24': ['192.0.2.0', '192.0.2.255'],
  '192.88.99/24': ['192.88.99.0', '192.88.99.255'],
  '192.168/16': ['192.168.0.0', '192.168.255.255'],
  '198.18/15': ['198.18.0.0', '198.19.255.255'],
  '198.51.100/24': ['198.51.100.0', '198.51.100.255'],
  '203.0.113/24': ['203.0.113.0', '203.0.113.255'],
  multicast: ['224.0.0.1', '239.255.255.255'],
  '240/4': ['240.0.0.0', '255.255.255.254', '255.255.255.255'],
  '::': ['::', '0:0:0:0:0:0:0:0'],
  '::1': ['::1', '0::0:1'],
  'fe80::/10': ['fe80::', 'fe80::1%lo', 'febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  'fc00::/7': ['fc00::', 'fd12:3456::1', 'fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  'ff00::/8': ['ff00::', 'ff02::1'],
  '2001:db8::/32': ['2001:db8::', '2001:db8:ffff::1'],
  '3fff::/20': ['3fff::', '3fff:fff:ffff::1'],
  '100::/64': ['100::', '100::ffff:ffff:ffff:ffff'],
  '64:ff9b::/96': ['64:ff9b::', '64:ff9b::7f00:1'],
  '64:ff9b:1::/48': ['64:ff9b:1::', '64:ff9b:1:ffff::7f00:1'],
  '2002::/16': ['2002::', '2002:7f00:1::'],
  '2001::/32': ['2001::', '2001:0:ffff::1'],
  '5f00::/16': ['5f00::', '5f00:ffff::1'],
  'mapped IPv4': ['::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:10.0.0.1', '::ffff:169.254.169.254'],
  'compatible IPv4': ['::127.0.0.1', '::7f00:1'],
  'decimal, hex, octal and short': ['2130706433', '0x7f000001', '0x7f.1', '0177.0.0.1', '127.1', '0'],
  'no address at all': ['', 'localhost', '127.0.0.1:80', '[::1]', '1.2.3.4.5'],
};

const reachable = [
  '1.1.1.1',
  '8.8.8.8',
  '100.63.255.255',
  '100.128.0.0',
  '172.15.255.255',
  '172.32.0.0',
  '192.0.1.0',
  '192.167.255.255',
  '198.17.255.255',
  '198.20.0.0',
  '223.255.255.255',
  '2606:4700::1111',
  '2a00:1450::1',
  '::ffff:8.8.8.8',
];

describe('mayConnectTo', () => {
  test.each(Object.entries(refused))('refuses %s', (_, ips) => {
    expect(ips.filter((ip) => mayConnectTo(ip, []))).toEqual([]);
  });

  test('lets public addresses through, up to the edges of what is refused', () => {
    expect(reachable.filter((ip) => !mayConnectTo(ip, []))).toEqual([]);
  });

  test('a range that is allowed opens itself and nothing beside it, mapped forms included', () => {
    expect(mayConnectTo('127.0.0.1', ['127.0.0.0/8'])).toBe(true);
    expect(mayConnectTo('::ffff:127.0.0.1', ['127.0.0.0/8'])).toBe(true);
    expect(mayConnectTo('::1', ['127.0.0.0/8'])).toBe(false);
    expect(mayConnectTo('10.0.0.1', ['127.0.0.0/8'])).toBe(false);
    expect(mayConnectTo('fd00::1', ['fd00::/8'])).toBe(true);
  });
});

describe('the connection', () => {
  async function trap() {
    let connections = 0;
    const server = createServer((socket) => {
      connections++;
      socket.once('data', () =>
        socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n'),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return {
      port: (server.address() as AddressInfo).port,
      connections: () => connections,
      close: () => new Promise((resolve) => server.close(resolve)),
    };
  }

  async function callWith(
    host: string,
    resolve: (name: string) => Promise<string[]>,
    allowed: string[] = [],
  ) {
    const server = await trap();
    const http = createHttpClient({ resolve, allowed });
    const result = await http.call({
      method: 'GET',
      url: `http://${host}:${server.port}/`,
      signal: new AbortController().signal,
    });
    await http.close();
    await server.close();
    return { result, connections: server.connections() };
  }

  const never = () => Promise.reject(new Error('a literal needs no name server'));

  test.each([
    '127.0.0.1',
    '127.1',
    '2130706433',
    '0x7f.1',
    '0x7f000001',
    '0177.0.0.1',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '0',
  ])('is not made to %s, and no name is looked up', async (host) => {
    expect(await callWith(host, never)).toEqual({
      result: { type: 'unsent', reason: 'guard' },
      connections: 0,
    });
  });

  test('is not made where a name resolves to a private address', async () => {
    expect(await callWith('shop.example', async () => ['127.0.0.1'])).toEqual({
      result: { type: 'unsent', reason: 'guard' },
      connections: 0,
    });
  });

  test('is not made where only one of the addresses is private, whichever it is', async () => {
    for (const ips of [
      ['8.8.8.8', '127.0.0.1'],
      ['127.0.0.1', '8.8.8.8'],
      ['8.8.8.8', '::1'],
    ])
      expect(await callWith('shop.example', async () => ips)).toEqual({
        result: { type: 'unsent', reason: 'guard' },
        connections: 0,
      });
  });

  test('is not made where a name has no address, or the name server fails', async () => {
    expect((await callWith('shop.example', async () => [])).result).toEqual({
      type: 'unsent',
      reason: 'guard',
    });
    expect((await callWith('shop.example', never)).result).toEqual({ type: 'unsent', reason: 'dns' });
  });

  test('goes to the address that was checked: a second answer of the name server changes nothing', async () => {
    const answers = [['127.0.0.1'], ['10.0.0.1']];
    let asked = 0;
    const { result, connections } = await callWith('shop.example', async () => answers[asked++] ?? [], [
      '127.0.0.0/8',
    ]);
    expect(result).toMatchObject({ type: 'answer', status: 200 });
    expect({ asked, connections }).toEqual({ asked: 1, connections: 1 });
  });
});
