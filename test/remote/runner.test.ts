import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestGateway } from '../gateway/gateway.ts';
import type { TestMerchant } from '../gateway/gateway.ts';
import { until } from '../gateway/ports.ts';
import { openSms } from '../e2e/consumers/sms.ts';
import { openTelegram } from '../e2e/consumers/telegram.ts';
import type { TelegramLine } from '../e2e/consumers/telegram.ts';
import { passerelle } from './command.ts';
import type { Ran } from './command.ts';

/** Connectors of ours, unchanged, as processes of their own: `passerelle connector run connectors/NAME`. */

const folderOf = (name: string) => fileURLToPath(new URL(`../../connectors/${name}`, import.meta.url));
const picture = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

let gateway: TestGateway;
let merchant: TestMerchant;
let bot: TelegramLine;
const running: Ran[] = [];

async function run(name: string): Promise<Ran> {
  const ran = passerelle(gateway, ['connector', 'run', folderOf(name)], {
    PASSERELLE_SMPP_ALLOWED_NETWORKS: '127.0.0.0/8',
  });
  running.push(ran);
  return ran.says(`${name} is serving`);
}

const states = async () => {
  const { body } = await gateway.admin('GET', '/connectors');
  return Object.fromEntries(
    (body['data'] as unknown as { name: string; state: string }[]).map(({ name, state }) => [name, state]),
  );
};

beforeAll(async () => {
  gateway = await TestGateway.start({ PASSERELLE_REMOTE_CONNECTORS: 'telegram smpp' });
  merchant = await gateway.merchant('Aster');
}, 60_000);

afterAll(async () => {
  await Promise.all(running.map((one) => one.end('SIGKILL')));
  await bot?.close();
  await merchant?.receiver.close();
  await gateway?.stop();
});

test('what is listed is not run by the gateway', async () => {
  expect(await states()).toEqual({ telegram: 'never_seen', smpp: 'never_seen' });
  const { body } = await merchant.call('GET', '/v1/connectors');
  const names = (body['data'] as unknown as { name: string }[]).map(({ name }) => name);
  expect(names).toContain('webchat');
  expect(names).not.toContain('telegram');
});

test('an HTTP connector does outside what it does inside: both ways, answers, pictures, signatures', async () => {
  const first = await run('telegram');
  bot = await openTelegram(merchant);
  const one = await bot.consumer(1);
  await one.writes('Bonjour');
  const received = await merchant.receiver.event('message.received');
  expect(received.data).toMatchObject({ address: one.address, channel: 'telegram' });
  const id = await merchant.send(received.data.conversation_id, {
    kind: 'choice',
    text: 'Which day?',
    options: [
      { id: 'mon', title: 'Monday' },
      { id: 'tue', title: 'Tuesday' },
    ],
  });
  await merchant.state(id, 'sent');
  await one.answers({ place: 2, title: 'Tuesday' });
  const answered = await merchant.receiver.event('choice.answered');
  expect(answered.data).toMatchObject({ message_id: id, options: [{ id: 'tue' }], via: 'payload' });

  const upload = await fetch(`${gateway.url}/v1/media`, {
    method: 'POST',
    headers: { authorization: `Bearer ${merchant.key}`, 'content-type': 'image/png' },
    body: picture,
  });
  const { id: mediaId } = (await upload.json()) as { id: string };
  const shown = await merchant.send(received.data.conversation_id, {
    kind: 'media',
    media: { type: 'image', id: mediaId },
  });
  await merchant.state(shown, 'sent');
  expect((await bot.photo(1))?.equals(picture)).toBe(true);
  await bot.person(1).sendsPhoto(picture);
  const ready = await merchant.receiver.event('media.ready');
  expect(ready.data.bytes).toBe(picture.length);

  const forged = await fetch(bot.hookUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-telegram-bot-api-secret-token': 'guessed' },
    body: '{"update_id":1}',
  });
  expect(forged.status).toBe(401);
  const probed = await merchant.call('POST', `/v1/accounts/${bot.accountId}/probe`);
  expect(probed.body).toMatchObject({ ok: true });

  // another takes over, and nobody notices
  await run('telegram');
  expect(await first.end('SIGTERM')).toBe(0);
  await one.writes('Still there?');
  await merchant.receiver.event(
    'message.received',
    ({ data }) => (data.content as { text?: string }).text === 'Still there?',
  );
});

test('a held connection is kept by one instance at a time, and the next one takes it up', async () => {
  const first = await run('smpp');
  const line = await openSms(merchant, {}, false);
  const person = await line.consumer(1);
  await person.writes('Hello');
  await merchant.receiver.event('message.received', ({ data }) => data.address === person.address);
  const id = await merchant.send(person.address, { kind: 'text', text: 'one' });
  await merchant.state(id, 'delivered');
  await run('smpp');
  await until('both to be there', async () => {
    const { body } = await gateway.admin('GET', '/connectors');
    const found = (body['data'] as unknown as { name: string; instances: number }[]).find(
      ({ name }) => name === 'smpp',
    );
    return found?.instances === 2;
  });
  const meanwhile = await merchant.send(person.address, { kind: 'text', text: 'two' });
  await first.end('SIGTERM');
  const after = await merchant.send(person.address, { kind: 'text', text: 'three' });
  await merchant.state(meanwhile, 'delivered');
  await merchant.state(after, 'delivered');
  expect(await person.texts()).toEqual(['one', 'two', 'three']);
  await line.close();
});

test.each([
  ['sandbox', 'cannot run in a process of its own'],
  ['email', 'cannot run in a process of its own'],
  ['kit', 'There is no index.ts'],
  ['contract', 'exports no connector'],
])('%s is refused at the start, with the reason', async (name, says) => {
  const ran = passerelle(gateway, ['connector', 'run', folderOf(name)]);
  expect(await ran.exit()).toBe(1);
  expect(ran.errors).toContain(says);
});

test('the gateway refuses to start without one that has to stay inside', async () => {
  const ran = passerelle(gateway, ['start'], {
    PORT: '0',
    PASSERELLE_DATA: join(gateway.dataFolder, 'another'),
    PASSERELLE_REMOTE_CONNECTORS: 'sandbox',
  });
  expect(await ran.exit()).toBe(1);
  expect(ran.errors).toMatch(
    /^PASSERELLE_REMOTE_CONNECTORS names sandbox, which cannot run in a process of its own/m,
  );
});

test('a connector that is not listed waits, and says what to do', async () => {
  const ran = passerelle(gateway, ['connector', 'run', folderOf('messenger')]);
  running.push(ran);
  await ran.says('PASSERELLE_REMOTE_CONNECTORS');
  expect(await ran.end('SIGTERM')).toBe(0);
  const token = passerelle(gateway, ['connector', 'token', 'messenger']);
  expect(await token.exit()).toBe(1);
  expect(token.errors).toContain('PASSERELLE_REMOTE_CONNECTORS');
});

test('doctor and readiness tell of those that are away', async () => {
  await Promise.all(running.map((one) => one.end('SIGTERM')));
  await until('all to be away', async () => Object.values(await states()).every((one) => one === 'away'));
  const ran = passerelle(gateway, ['doctor', '--url', gateway.url]);
  await ran.exit();
  expect(ran.output).toMatch(/✗ connector telegram +was there and is away/);
});
