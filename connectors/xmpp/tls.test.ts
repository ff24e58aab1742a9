import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import type { Server } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { programPath, run } from '../../test/mail/software.ts';
import { connect } from './connect.ts';

/** A server with a certificate of its own making, for the name `localhost`. */
const folder = mkdtempSync(join(tmpdir(), 'passerelle-xmpp-'));
let server: Server;
let ca: string;

beforeAll(async () => {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const asked =
    'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost';
  const args = [...asked.split(' '), '-keyout', key, '-out', cert];
  const { code, output } = await run(programPath('openssl', 'openssl'), args);
  if (code !== 0) throw new Error(output);
  ca = readFileSync(cert, 'utf8');
  server = createServer({ key: readFileSync(key), cert: ca }, (socket) => {
    socket.on('error', () => {});
    socket.end('hello');
  });
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(async () => {
  await new Promise((closed) => server.close(closed));
  rmSync(folder, { recursive: true, force: true });
});

const options = { allowed: ['127.0.0.0/8', '::1/128'], signal: new AbortController().signal };
const to = (host: string, tls_ca?: string) =>
  connect({ host, port: (server.address() as AddressInfo).port, tls: true, tls_ca }, options);

test('speaks TLS from the first byte with a server whose certificate is right', async () => {
  const socket = await to('localhost', ca);
  const [said] = (await once(socket, 'data')) as [Buffer];
  expect(said.toString()).toBe('hello');
  socket.destroy();
});

test.each([
  ['is signed by nobody known', 'localhost', false],
  ['is of another name', '127.0.0.1', true],
])('does not go on where the certificate %s', async (_, host, known) => {
  await expect(to(host, known ? ca : undefined)).rejects.toMatchObject({ name: 'tls_failed' });
});

test('does not wait for a stop that came before', async () => {
  const stopped = { ...options, signal: AbortSignal.abort() };
  const { port } = server.address() as AddressInfo;
  await expect(connect({ host: '127.0.0.1', port, tls: false }, stopped)).rejects.toMatchObject({
    name: 'aborted',
  });
});
