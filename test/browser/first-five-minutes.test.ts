import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { TestGateway } from '../gateway/gateway.ts';
import { until } from '../gateway/ports.ts';
import { startReceiver } from '../gateway/receiver.ts';
import type { Receiver } from '../gateway/receiver.ts';
import { launchChromium } from './chromium.ts';
import { openTab } from './tab.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

let browser: Browser;
let gateway: TestGateway;
let receiver: Receiver;
const commands: Command[] = [];

beforeAll(async () => {
  // a newcomer has set nothing: empty variables are unset ones
  const unset = { PASSERELLE_ADMIN_KEY: '', PASSERELLE_ALLOWED_NETWORKS: '' };
  [browser, gateway, receiver] = await Promise.all([
    launchChromium(),
    TestGateway.start(unset),
    startReceiver(),
  ]);
  await mkdir(home());
  // so that a literal curl line tells its status too
  await writeFile(join(home(), '.curlrc'), 'silent\nwrite-out = "\\n%{http_code}"\n');
});
afterAll(async () => {
  await Promise.all([browser?.close(), receiver?.close()]);
  await gateway?.stop();
});
afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
  await Promise.all(commands.splice(0).map((command) => command.end()));
});

const home = () => join(gateway.dataFolder, 'home-of-a-newcomer');

interface Command {
  /** What it printed so far, on both streams. */
  text(): string;
  /** Its exit code, once it ended. */
  ended: Promise<number | null>;
  end(): Promise<number | null>;
}

function run(program: string, words: string[]): Command {
  const child = spawn(program, words, {
    cwd: root,
    env: { PATH: process.env['PATH'] ?? '', HOME: home(), PASSERELLE_DATA: gateway.dataFolder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const command: Command = {
    text: () => text,
    ended,
    end: () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
  commands.push(command);
  return command;
}

const passerelle = (...words: string[]): Command =>
  run(process.execPath, ['gateway/cli/passerelle.js', ...words]);

/** What stands behind a label of the last banner. */
function printed(label: string): string {
  const lines = gateway.output.split('\n').filter((line) => line.trim().startsWith(label));
  return lines.at(-1)?.trim().slice(label.length).trim() ?? '';
}
const curlLine = (): string => gateway.output.split('\n').findLast((line) => line.startsWith('curl ')) ?? '';

async function pasted(line: string): Promise<{ status: string | undefined; body: { id: string } }> {
  const command = run('bash', ['-c', line]);
  await command.ended;
  const lines = command.text().split('\n');
  const status = lines.pop();
  return { status, body: JSON.parse(lines.join('\n')) as { id: string } };
}

async function listening(): Promise<{ command: Command; secret: string }> {
  const command = passerelle('listen', '--forward-to', receiver.url);
  await until('listen to be ready', () => command.text().includes('Listening'));
  return { command, secret: /whsec_\S+/.exec(command.text())?.[0] ?? '' };
}

let firstKey = '';
let firstSecret = '';
let firstPhone = '';

it('from an empty folder to an answered message, with nothing but what was printed', async () => {
  expect(await until('the banner', () => gateway.output.includes('Data is kept in'))).toBe(true);
  for (const label of ['Web chat', 'Phone', 'Reference'])
    expect(printed(label)).toMatch(new RegExp(`^${gateway.url}/\\S+$`));
  firstKey = printed('Test key');
  firstPhone = printed('Phone');
  expect(firstKey).toMatch(/^test_\S{20,}$/);
  expect(printed('Admin key')).not.toBe('');
  expect((await fetch(printed('Reference'))).status).toBe(200);

  const { status, body } = await pasted(curlLine());
  expect({ status, body }).toMatchObject({
    status: '202',
    body: { id: expect.stringMatching(/^msg_/) as string },
  });

  const page = await browser.newPage();
  await page.goto(firstPhone);
  await page.getByRole('log').getByText('Hello, Alice!').waitFor();

  const { command: listen, secret } = await listening();
  firstSecret = receiver.secret = secret;
  await page.getByRole('textbox', { name: 'Message' }).fill('Hello, merchant!');
  await page.keyboard.press('Enter');
  const { data } = await receiver.event('message.received');
  expect(data).toMatchObject({ address: 'sandbox:alice', content: { text: 'Hello, merchant!' }, test: true });
  await until('listen to show the event', () => /message\.received +→ 200 .*\/trace/.test(listen.text()));
  expect(listen.text()).toContain(`${gateway.url}/v1/messages/${data.id}/trace`);

  for (const [id, steps] of [
    [body.id, ['accepted', 'routed', 'attempt', 'delivery.updated']],
    [data.id, ['message.received']],
  ] as const) {
    const trace = passerelle('trace', id);
    expect({ id, code: await trace.ended }).toEqual({ id, code: 0 });
    for (const step of steps) expect(trace.text()).toContain(step);
  }

  const doctor = passerelle('doctor');
  expect({ code: await doctor.ended, text: doctor.text() }).toMatchObject({ code: 0 });
  expect(doctor.text()).toContain('Nothing wrong was found');
  expect(doctor.text()).not.toMatch(/^[✗–]/m);
});

it('the web chat of the banner works as well, and send says when it arrived', async () => {
  const tab = await openTab(await browser.newContext(), printed('Web chat'));
  await listening();
  await tab.open();
  await tab.hello('Is anybody there?');
  const { data } = await receiver.event('message.received', (event) => event.data.channel === 'webchat');
  const send = passerelle('send', '--to', data.conversation_id, '--text', 'Yes, me.', '--wait');
  await tab.bubble('Yes, me.').waitFor();
  expect({ code: await send.ended, text: send.text() }).toMatchObject({ code: 0 });
  expect(send.text()).toMatch(/msg_\S+[^]*(delivered|read)\n$/);
});

it('a second start finds it all again: the key, the pages, the thread, the signing secret', async () => {
  expect(await gateway.end('SIGTERM')).toBe(0);
  await gateway.start();
  await until('the second banner', () => gateway.output.includes('Data found in'));
  const second = gateway.output.slice(gateway.output.indexOf('Data is kept in'));
  expect(second).not.toContain('Admin key');
  expect(printed('Test key')).toBe(firstKey);
  expect(printed('Phone')).toBe(firstPhone);
  const { command: listen, secret } = await listening();
  expect(secret).toBe(firstSecret);
  expect((await pasted(curlLine())).status).toBe('202');
  const page = await browser.newPage();
  await page.goto(firstPhone);
  await page.getByRole('log').getByText('Hello, merchant!').waitFor();
  expect(await page.getByRole('log').getByText('Hello, Alice!').count()).toBe(2);
  await until('listen to show the delivery', () => /delivery\.updated delivered +→ 200/.test(listen.text()));
});
