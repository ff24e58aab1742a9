import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { writeFirstRun } from '../../gateway/launch/first-run.ts';
import type { FakeGateway } from './fake-gateway.ts';
import { fakeGateway, messageId } from './fake-gateway.ts';
import { endLaunched, launch } from './launched.ts';

let folder: string;
let gateway: FakeGateway;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'psr-cli-'));
  gateway = await fakeGateway();
});

afterEach(async () => {
  await endLaunched();
  await gateway.stop();
  await rm(folder, { recursive: true, force: true });
});

const shim = new URL('../../gateway/cli/passerelle.js', import.meta.url);
const begin = (args: string[], settings: Record<string, string> = {}) =>
  launch(shim, args, {
    PASSERELLE_URL: gateway.url,
    PASSERELLE_KEY: gateway.key,
    PASSERELLE_DATA: join(folder, 'data'),
    XDG_CONFIG_HOME: join(folder, 'config'),
    ...settings,
  });

async function run(args: string[], settings: Record<string, string> = {}) {
  const launched = begin(args, settings);
  const code = await launched.exited;
  expect(launched.errors()).not.toMatch(/^\s+at /m);
  return { code, output: launched.output(), errors: launched.errors() };
}

test('send prints the id and where its trace is', async () => {
  const { code, output } = await run(['send', '--to', 'sandbox:ada', '--text', 'Hello']);
  expect(code).toBe(0);
  expect(output).toContain(messageId);
  expect(output).toContain(`${gateway.url}/v1/messages/${messageId}/trace`);
  expect(gateway.sent).toEqual([
    {
      to: 'sandbox:ada',
      content: { kind: 'text', text: 'Hello' },
      idempotencyKey: expect.stringMatching(/^[0-9a-f-]{36}$/),
    },
  ]);
});

test('send --wait ends when it is delivered, and fails when it fails', async () => {
  expect(await run(['send', '--to', 'sandbox:ada', '--text', 'Hello', '--wait'])).toMatchObject({
    code: 0,
    output: expect.stringMatching(/queued[^]*sent[^]*delivered/),
  });
  gateway.states = ['failed'];
  expect((await run(['send', '--to', 'sandbox:ada', '--text', 'Hello', '--wait'])).code).toBe(1);
});

test('without a key said, the one that the local gateway left is used, and only for that gateway', async () => {
  await mkdir(join(folder, 'data'));
  await writeFirstRun(join(folder, 'data'), { url: gateway.url, testKey: gateway.key });
  expect((await stat(join(folder, 'data', 'first-run.json'))).mode & 0o777).toBe(0o600);
  const unsaid = { PASSERELLE_KEY: '', PASSERELLE_URL: '' };
  expect((await run(['accounts'], unsaid)).code).toBe(0);
  await writeFirstRun(join(folder, 'data'), { url: 'http://127.0.0.1:1', testKey: gateway.key });
  const elsewhere = await run(['accounts', '--url', gateway.url], unsaid);
  expect(elsewhere).toMatchObject({
    code: 1,
    errors: expect.stringMatching(/^401: because of unauthenticated .*set PASSERELLE_KEY/),
  });
});

test('no gateway: one line that says what to do', async () => {
  const { code, errors } = await run(['send', '--to', 'a:b', '--text', 'x'], {
    PASSERELLE_URL: 'http://127.0.0.1:1',
  });
  expect(code).toBe(1);
  expect(errors).toMatch(
    /^No gateway answers at http:\/\/127\.0\.0\.1:1 \(ECONNREFUSED\): start one with npm start, or set PASSERELLE_URL.*\n$/,
  );
});

test.each([
  [['send', '--to', 'a:b'], /--text/],
  [['send', '--to', 'a:b', '--text', 'x', '--odd', 'y'], /no option --odd/],
  [['send', '--to', 'a:b', '--text', 'x', 'more'], /What is more for/],
  [['listen', '--forward-to', 'localhost:3000'], /--forward-to needs an http/],
  [['nonsense'], /Unknown command nonsense/],
  [['trace'], /ID/],
])('%j is refused with the usage', async (args, reason) => {
  const { code, errors, output } = await run(args);
  expect(code).toBe(2);
  expect(errors).toMatch(reason);
  expect(errors).toContain('USAGE');
  expect(output).toBe('');
});

test('--help shows the usage without doing anything', async () => {
  const { code, output } = await run(['send', '--help']);
  expect(code).toBe(0);
  expect(output).toContain('--to');
  expect(gateway.requests).toEqual([]);
});

test('trace shows each step with its time, and nothing that steers a terminal', async () => {
  gateway.trace = [
    { at: '2026-11-01T10:00:00.000Z', step: 'accepted', detail: { parts: 2, reason: 'asked\u001b[2J for' } },
    { at: '2026-11-01T10:00:01.500Z', step: 'attempt', detail: { outcome: 'sent' }, duration_ms: 28.4 },
  ];
  const { code, output } = await run(['trace', messageId]);
  expect(code).toBe(0);
  const lines = output.split('\n');
  expect(lines[0]).toBe(`${messageId}  outbound · sandbox · queued`);
  expect(output).toMatch(
    /\+0 ms {2}● accepted {2}parts 2\n.*│ {9} {2}reason asked·\[2J for\n.*\+1\.5 s {2}● attempt {3}took 28 ms\n.*outcome sent/,
  );
  const json = await run(['trace', messageId, '--json']);
  expect(JSON.parse(json.output)).toMatchObject({ message_id: messageId });
});

test('trace of what is not there says so', async () => {
  expect(await run(['trace', 'msg_none'])).toMatchObject({
    code: 1,
    errors: expect.stringMatching(/^404: because of not_found \(not_found, req_1\)\n$/),
  });
});

test('accounts are added, listed over all pages, probed and removed', async () => {
  const file = join(folder, 'credentials.json');
  await writeFile(file, '{"token":"hidden"}');
  const added = await run([
    'accounts',
    'add',
    'telegram',
    '--name',
    'Shop',
    '--config',
    '{"bot":"b"}',
    '--credentials',
    file,
  ]);
  expect(added).toMatchObject({ code: 0, output: expect.stringContaining('acc_1  telegram') });
  expect(gateway.accounts[0]).toMatchObject({
    connector: 'telegram',
    name: 'Shop',
    config: { bot: 'b' },
    credentials: { token: 'hidden' },
  });
  await run(['accounts', 'add', 'sandbox']);
  const listed = await run(['accounts']);
  expect(listed.output).toMatch(
    /acc_1 +telegram +test +active +Shop[^]*acc_2 +sandbox +test +active +sandbox/,
  );
  expect((await run(['accounts', 'list', '--key', gateway.key])).output).toBe(listed.output);
  expect(await run(['accounts', 'probe', 'acc_1'])).toMatchObject({ code: 0, output: 'the bot answers\n' });
  expect((await run(['accounts', 'remove', 'acc_1'])).code).toBe(0);
  expect(gateway.accounts).toHaveLength(1);
  expect(await run(['accounts', 'add', 'x', '--config', '[1]'])).toMatchObject({
    code: 1,
    errors: '--config is no JSON object\n',
  });
});

interface Received {
  headers: IncomingHttpHeaders;
  body: string;
}

async function receiver(status: () => number) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      received.push({ headers: request.headers, body });
      response.writeHead(status()).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    stop: () => void server.close(),
  };
}

const event = (id: string, said: string) => ({
  id,
  type: 'message.received',
  time: '2026-11-01T10:00:00.000Z',
  data: { id: messageId, text: said },
});

test('listen forwards each event once, in order, signed with a secret that stays', async () => {
  const merchant = await receiver(() => 200);
  const first = begin(['listen', '--forward-to', merchant.url]);
  const secret = await first.shows(/Signing secret {2}(whsec_\S+)/);
  await vi.waitFor(() => expect(first.errors()).toContain('Listening'), { timeout: 10_000 });
  gateway.say(event('evt_1', 'é'));
  await first.shows(/10:00:00 {2}message\.received +→ 200 {2}\d+ ms +http\S+\/v1\/messages\/msg_\S+\/trace/);
  gateway.cut();
  gateway.say(event('evt_2', 'said while nobody listened'));
  gateway.say(event('evt_3', 'x'));
  await vi.waitFor(() => expect(merchant.received).toHaveLength(3), { timeout: 10_000 });
  expect(merchant.received.map(({ headers }) => headers['webhook-id'])).toEqual(['evt_1', 'evt_2', 'evt_3']);
  expect(gateway.resumes).toEqual([undefined, '1']);
  for (const { body, headers } of merchant.received)
    new Webhook(secret).verify(body, headers as Record<string, string>);
  first.child.kill('SIGINT');
  expect(await first.exited).toBe(0);

  expect((await stat(join(folder, 'config', 'passerelle', 'listen.json'))).mode & 0o777).toBe(0o600);
  const second = begin(['listen', '--forward-to', merchant.url, '--after', '2']);
  expect(await second.shows(/Signing secret {2}(whsec_\S+)/)).toBe(secret);
  await vi.waitFor(() => expect(merchant.received).toHaveLength(4), { timeout: 10_000 });
  expect(merchant.received[3]?.headers['webhook-id']).toBe('evt_3');
  merchant.stop();
});

test('listen shows what the receiver answers, also where there is none', async () => {
  const merchant = await receiver(() => 500);
  const failing = begin(['listen', '--forward-to', merchant.url]);
  await vi.waitFor(() => expect(failing.errors()).toContain('Listening'), { timeout: 10_000 });
  gateway.say(event('evt_1', 'x'));
  await failing.shows(/message\.received +→ 500 {2}/);
  merchant.stop();
  const nobody = begin(['listen', '--forward-to', 'http://127.0.0.1:1/hook', '--after', '0']);
  await nobody.shows(/message\.received +→ ECONNREFUSED {2}/);
});

test('listen with a wrong key says so and ends', async () => {
  expect(await run(['listen'], { PASSERELLE_KEY: 'wrong' })).toMatchObject({
    code: 1,
    errors: expect.stringMatching(/^401: /),
  });
});

test('doctor finds nothing wrong where nothing is', async () => {
  gateway.accounts.push({ id: 'acc_1', connector: 'telegram' });
  const port = Number(new URL(gateway.url).port);
  gateway.ready = { checks: { bus: 'up', store: 'up' }, listening: [{ name: 'smtp', port }] };
  const { code, output } = await run(['doctor'], { PORT: '0' });
  expect(output).toMatch(
    /✓ node[^]*✓ settings[^]*– data folder[^]*– database[^]*✓ nats-server[^]*✓ gateway[^]*✓ bus[^]*✓ store[^]*✓ smtp port[^]*✓ telegram +acc_1: the bot answers[^]*Nothing wrong/,
  );
  expect(code).toBe(0);
});

test('doctor names each thing that is wrong and its mend', async () => {
  gateway.accounts.push({ id: 'acc_1', connector: 'telegram', works: false });
  gateway.ready = { checks: { bus: 'down', store: 'up' }, listening: [{ name: 'smtp', port: 1 }] };
  await mkdir(join(folder, 'data'));
  await writeFile(
    join(folder, 'data', 'passerelle.sqlite'),
    'no database at all, but long enough to be looked at by SQLite'.repeat(20),
  );
  const { code, output } = await run(['doctor'], { NATS_SERVER_BIN: '/nowhere/nats-server', PORT: '0' });
  expect(code).toBe(1);
  for (const component of ['database', 'nats-server', 'bus', 'smtp port', 'telegram'])
    expect(output).toMatch(new RegExp(`^✗ ${component} .+\\n +→ \\S.+$`, 'm'));
  expect(output).toMatch(/the token is refused/);
  expect(output).toMatch(/5 wrong\n$/);
  expect(await run(['doctor'], { PORT: 'x', PASSERELLE_URL: 'http://127.0.0.1:1' })).toMatchObject({
    code: 1,
    output: expect.stringMatching(/✗ settings[^]*✗ gateway/),
  });
});
