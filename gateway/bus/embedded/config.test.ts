import { expect, test } from 'vitest';
import { natsServerConfig } from './config.ts';

const base = { name: 'n', port: 20_001, token: 't', storeFolder: '/a "b"/store', pidFile: '/a/pid' };

test('it listens on loopback only and quotes what it is given', () => {
  const text = natsServerConfig({ ...base, version: '2.9.10' });
  expect(text).toContain('listen: "127.0.0.1:20001"');
  expect(text).toContain('store_dir: "/a \\"b\\"/store"');
  expect(text).not.toMatch(/http|websocket|mqtt|leafnodes|cluster/);
});

test('sync_interval only where the server knows it', () => {
  expect(natsServerConfig({ ...base, version: '2.9.25' })).not.toContain('sync_interval');
  expect(natsServerConfig({ ...base, version: '2.10.0' })).toContain('sync_interval: always');
});

test('each connector has a user that may do its part of the wire and nothing else', () => {
  const text = natsServerConfig({
    ...base,
    version: '2.9.10',
    connectors: [{ name: 'pigeon', password: 'p"w' }],
  });
  expect(text).not.toContain('authorization { token');
  expect(text).toContain('{ user: "gateway", password: "t" }');
  const [line] = text.split('\n').filter((one) => one.includes('connector-pigeon'));
  expect(line).toContain('password: "p\\"w"');
  expect(line).toContain('psr.v1.connector.pigeon.accept');
  expect(line).toContain('_INBOX_pigeon.>');
  expect(line).not.toContain('psr.v1.event');
  expect(line).toContain('allow_responses: { max: 1, expires: "2m" }');
});
