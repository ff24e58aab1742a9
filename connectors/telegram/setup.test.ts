import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTelegramEmulator } from '../../test/providers/telegram.ts';
import type { TelegramEmulator } from '../../test/providers/telegram.ts';
import type { Context, HttpClient } from '../contract/index.ts';
import { createHttpClient } from '../kit/http.ts';
import type { TelegramAccount } from './bot.ts';
import { connector } from './index.ts';
import { spec } from './telegram.conformance.ts';

const token = '900800:set-up-token-of-our-own';
const secret = 'a-hook-secret-of-our-own';
const quiet = () => undefined;
const http = createHttpClient({ allowed: ['127.0.0.0/8'] });
const contextWith = (client: HttpClient): Context => ({
  http: client,
  log: { info: quiet, warn: quiet, error: quiet },
  now: () => 0,
  random: (size) => new Uint8Array(size),
  signal: new AbortController().signal,
});
const context = contextWith(http);
const silent: HttpClient = { call: () => Promise.reject(new Error('nothing may be sent')) };

let telegram: TelegramEmulator;
let account: TelegramAccount;
beforeEach(async () => {
  telegram = await startTelegramEmulator({ token });
  account = {
    ...(spec.account as TelegramAccount),
    config: { base_url: telegram.url, receive: 'webhook', media_by_url: false },
    credentials: { token, webhook_secret: secret },
  };
});
afterEach(() => telegram.close());

describe('set-up', () => {
  it('tells Telegram where to call, with the secret and everything that is read', async () => {
    expect(await connector.setup!(account, context)).toMatchObject({ ok: true });
    expect(telegram.webhook()).toEqual({
      url: account.hookUrl,
      secret,
      allowed: [
        'message',
        'edited_message',
        'callback_query',
        'message_reaction',
        'my_chat_member',
        'pre_checkout_query',
      ],
    });
    expect(Buffer.from(telegram.calls.at(-1)!.body).toString()).toContain('"drop_pending_updates":false');
    expect(await connector.probe!(account, context)).toMatchObject({
      ok: true,
      detail: expect.stringMatching(/^@emulated_bot, 0 updates waiting$/) as unknown,
    });
  });

  it('twice is as once, and a new secret takes the place of the old one', async () => {
    await connector.setup!(account, context);
    const rotated = { ...account, credentials: { token, webhook_secret: 'another-secret-of-our-own' } };
    expect(await connector.setup!(rotated, context)).toMatchObject({ ok: true });
    expect(telegram.webhook()?.secret).toBe('another-secret-of-our-own');
  });

  it.each([
    ['http://gateway.example/hooks/telegram/acc', /HTTPS.*PASSERELLE_PUBLIC_URL/],
    ['https://gateway.example:8080/hooks/telegram/acc', /ports.*PASSERELLE_PUBLIC_URL/],
  ])('%s is refused for Telegram itself before anything is sent', async (hookUrl, says) => {
    const config = { base_url: 'https://api.telegram.org', media_by_url: false };
    const outcome = await connector.setup!({ ...account, config, hookUrl }, contextWith(silent));
    expect(outcome).toEqual({ ok: false, detail: expect.stringMatching(says) as unknown });
  });

  it('what the Bot API refuses is said with its code and never with the token', async () => {
    const wrong = {
      ...account,
      credentials: { token: '900800:another-token-of-our-own', webhook_secret: secret },
    };
    const insecure = { ...account, hookUrl: 'http://gateway.example/hook' };
    for (const [one, code] of [
      [wrong, '401'],
      [insecure, '400'],
    ] as const) {
      const outcome = await connector.setup!(one, context);
      expect(outcome).toMatchObject({ ok: false, detail: expect.stringContaining(code) as unknown });
      expect(JSON.stringify(outcome)).not.toMatch(/token-of-our-own|secret-of-our-own/);
    }
    await telegram.close();
    expect(await connector.setup!(account, context)).toMatchObject({ ok: false });
  });
});

describe('removal', () => {
  it('takes the webhook away', async () => {
    await connector.setup!(account, context);
    expect(await connector.teardown!(account, context)).toEqual({ ok: true });
    expect(telegram.webhook()).toBeUndefined();
  });

  it('leaves alone a webhook that leads elsewhere by now', async () => {
    await connector.setup!(account, context);
    const moved = { ...account, hookUrl: 'https://elsewhere.example/hook' };
    await connector.setup!(moved, context);
    expect(await connector.teardown!(account, context)).toEqual({ ok: true });
    expect(telegram.webhook()?.url).toBe(moved.hookUrl);
  });

  it('says so if Telegram is away', async () => {
    await telegram.close();
    expect(await connector.teardown!(account, context)).toMatchObject({ ok: false });
  });
});
