import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTelegramEmulator } from '../../test/providers/telegram.ts';
import type { TelegramEmulator } from '../../test/providers/telegram.ts';
import type { Context, SendOutcome } from '../contract/index.ts';
import type { Content } from '../../protocol/content.ts';
import { createHttpClient } from '../kit/http.ts';
import type { TelegramAccount } from './bot.ts';
import { connector } from './index.ts';
import { spec } from './telegram.conformance.ts';

const token = '900800:outcomes-token-of-our-own';
const http = createHttpClient({ allowed: ['127.0.0.0/8'] });
const quiet = () => undefined;
let telegram: TelegramEmulator;

beforeEach(async () => {
  telegram = await startTelegramEmulator({ token });
  telegram.callbacks = 'none';
  await telegram.user(42).starts();
});
afterEach(() => telegram.close());

const account = (config: object = {}): TelegramAccount => ({
  ...(spec.account as TelegramAccount),
  config: { base_url: telegram.url, receive: 'webhook', media_by_url: false, ...config },
  credentials: { token, webhook_secret: 'a-hook-secret-of-our-own' },
});

const context = (signal = new AbortController().signal): Context => ({
  http,
  log: { info: quiet, warn: quiet, error: quiet },
  now: () => 0,
  random: (size) => new Uint8Array(size),
  signal,
});

interface Sending {
  content?: Content;
  address?: string;
  config?: object;
  signal?: AbortSignal;
}

function send({
  content = { kind: 'text', text: 'x' },
  address = 'telegram:42',
  config,
  signal,
}: Sending = {}): Promise<SendOutcome> {
  const request = {
    messageId: 'msg',
    idempotencyKey: 'msg.0',
    address,
    part: { content },
    media: new Map(),
    thread: [],
  };
  return connector.sender!.send(request, account(config), context(signal));
}

const rejected = (code: string, permanent: boolean) => ({
  type: 'rejected',
  failure: expect.objectContaining({ code, permanent }) as unknown,
});

describe('how a send ends', () => {
  it('a chat that Telegram does not know is address_invalid, a refused content is content_refused', async () => {
    expect(await send({ address: 'telegram:77' })).toEqual(rejected('address_invalid', true));
    expect(await send({ content: { kind: 'text', text: 'x'.repeat(4097) } })).toEqual(
      rejected('content_refused', true),
    );
    expect(telegram.user(42).received()).toEqual([]);
  });

  it('a consumer who blocked the bot is blocked', async () => {
    await telegram.user(42).blocks();
    expect(await send()).toEqual(rejected('blocked', true));
  });

  it('throttling says when to come back, trouble is temporary, a revoked token is the merchant’s', async () => {
    telegram.fault('throttle');
    expect(await send()).toEqual({ type: 'throttled', platformCode: '429', retryAfterMs: 1000 });
    telegram.fault('fail');
    expect(await send()).toEqual(rejected('platform_unavailable', false));
    telegram.fault('unauthorized');
    expect(await send()).toEqual(rejected('account_unauthorized', true));
  });

  it.each(['reset', 'unreadable'] as const)('%s is uncertain', async (fault) => {
    telegram.fault(fault);
    expect(await send()).toMatchObject({ type: 'uncertain' });
  });

  it('an answer that never comes is uncertain, also when the gateway gives up', async () => {
    telegram.fault('hang');
    const stop = new AbortController();
    const before = telegram.calls.length;
    const outcome = send({ signal: stop.signal });
    await expect.poll(() => telegram.calls.length).toBe(before + 1);
    stop.abort();
    expect(await outcome).toEqual({ type: 'uncertain', reason: 'aborted' });
  });

  it('what cannot be reached was not sent', async () => {
    expect(await send({ config: { base_url: 'http://127.0.0.1:1' } })).toEqual(
      rejected('platform_unavailable', false),
    );
    expect(await send({ config: { base_url: 'http://10.0.0.1' } })).toEqual(
      rejected('platform_refused', true),
    );
  });
});

describe('probe', () => {
  it('names the bot, and says whether updates come to the hook', async () => {
    expect(await connector.probe!(account(), context())).toMatchObject({
      ok: true,
      detail: expect.stringContaining('webhook is not') as unknown,
    });
    await fetch(`${telegram.url}/bot${token}/setWebhook?url=${encodeURIComponent(account().hookUrl)}`);
    expect(await connector.probe!(account(), context())).toEqual({
      ok: true,
      detail: '@emulated_bot, 0 updates waiting',
    });
  });

  it('says that the token is not valid, and never says the token', async () => {
    telegram.fault('unauthorized');
    const result = await connector.probe!(account(), context());
    expect(result).toMatchObject({
      ok: false,
      detail: expect.stringContaining('token is not valid') as unknown,
    });
    expect(JSON.stringify(result)).not.toContain(token);
  });
});
