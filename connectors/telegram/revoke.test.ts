import { afterEach, beforeEach, expect, it } from 'vitest';
import { startTelegramEmulator } from '../../test/providers/telegram.ts';
import type { TelegramEmulator } from '../../test/providers/telegram.ts';
import type { Context } from '../contract/index.ts';
import { createHttpClient } from '../kit/http.ts';
import type { TelegramAccount } from './bot.ts';
import { connector } from './index.ts';
import { spec } from './telegram.conformance.ts';

const token = '900801:a-token-of-our-own-to-revoke';
const quiet = () => undefined;
const context: Context = {
  http: createHttpClient({ allowed: ['127.0.0.0/8'] }),
  log: { info: quiet, warn: quiet, error: quiet },
  now: () => 0,
  random: (size) => new Uint8Array(size),
  signal: new AbortController().signal,
};
let telegram: TelegramEmulator;
let seconds: number;
let account: TelegramAccount;

beforeEach(async () => {
  seconds = 1_790_000_000;
  telegram = await startTelegramEmulator({ token, nowSeconds: () => seconds });
  telegram.callbacks = 'none';
  await telegram.user(42).starts();
  account = {
    ...(spec.account as TelegramAccount),
    config: { base_url: telegram.url, receive: 'webhook', media_by_url: false },
    credentials: { token, webhook_secret: 'a-hook-secret-of-our-own' },
  };
});
afterEach(() => telegram.close());

const address = 'telegram:42';
async function sent(text: string): Promise<string> {
  const part = { content: { kind: 'text' as const, text } };
  const request = { messageId: 'msg', idempotencyKey: 'msg.0', address, part, media: new Map(), thread: [] };
  const outcome = await connector.sender!.send(request, account, context);
  if (outcome.type !== 'sent') throw new Error(`ended ${outcome.type}`);
  return outcome.providerIds[0]!;
}
const revoke = (providerIds: string[], of = account) =>
  connector.revoke!({ messageId: 'msg', address, providerIds }, of, context);
const texts = () =>
  telegram
    .user(42)
    .received()
    .map(({ text }) => text);

it('takes back every part, and nothing else', async () => {
  const [first, second, third] = [await sent('a'), await sent('b'), await sent('c')];
  expect(await revoke([first, third])).toBe('revoked');
  expect(texts()).toEqual(['b']);
  expect(await revoke([second, first])).toBe('too_late');
  expect(texts()).toEqual([]);
});

it('is too late after 48 hours', async () => {
  const id = await sent('a');
  seconds += 48 * 3600 + 1;
  expect(await revoke([id])).toBe('too_late');
  expect(texts()).toEqual(['a']);
});

it('what has no message of its own cannot be taken back; another chat’s is not touched', async () => {
  const id = await sent('a');
  expect(await revoke(['msg.0'])).toBe('unsupported');
  expect(await revoke([id.replace('42:', '43:')])).toBe('unsupported');
  expect(texts()).toEqual(['a']);
});

it('where nobody answers it is too late, and nothing is thrown', async () => {
  const id = await sent('a');
  const unreachable = { ...account, config: { ...account.config, base_url: 'http://127.0.0.1:1' } };
  expect(await revoke([id], unreachable)).toBe('too_late');
});
