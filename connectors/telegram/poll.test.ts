import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTelegramEmulator } from '../../test/providers/telegram.ts';
import type { Person, TelegramEmulator } from '../../test/providers/telegram.ts';
import type { Host, InboundItem, Session } from '../contract/index.ts';
import { createHttpClient } from '../kit/http.ts';
import type { TelegramAccount } from './bot.ts';
import { connector } from './index.ts';
import type { TelegramConfig, TelegramCredentials } from './manifest.ts';
import { open } from './poll.ts';
import { spec } from './telegram.conformance.ts';

const token = '900800:poll-token-of-our-own';
const http = createHttpClient({ allowed: ['127.0.0.0/8'] });

let telegram: TelegramEmulator;
let noa: Person;
let account: TelegramAccount;
let taken: InboundItem[];
let logs: string[];
/** What becomes of items that are handed in. */
let accept: Host<unknown, unknown, unknown>['accept'];
let host: Host<TelegramConfig, TelegramCredentials, undefined>;
const sessions: Session[] = [];
const opened = async (): Promise<Session> => {
  const session = await open(account, host);
  sessions.push(session);
  return session;
};
const take = async (_: unknown, items: InboundItem[]) => {
  taken.push(...items);
  return items.map(() => ({ duplicate: false }));
};
const texts = () =>
  taken.map((item) => item.type === 'message' && item.content.kind === 'text' && item.content.text);
const waiting = async () => {
  const answer = await fetch(`${telegram.url}/bot${token}/getWebhookInfo`);
  return ((await answer.json()) as { result: { pending_update_count: number } }).result.pending_update_count;
};

beforeEach(async () => {
  telegram = await startTelegramEmulator({ token });
  noa = telegram.user(42);
  taken = [];
  logs = [];
  accept = take;
  account = {
    ...(spec.account as TelegramAccount),
    config: { base_url: telegram.url, receive: 'poll', media_by_url: false },
    credentials: { token },
  };
  const keep = (event: string) => void logs.push(event);
  host = {
    http,
    log: { info: keep, warn: keep, error: keep },
    now: () => 0,
    random: (size) => new Uint8Array(size),
    signal: new AbortController().signal,
    settings: undefined,
    accounts: () => [account],
    account: () => account,
    accept: (of, items) => accept(of, items),
    thread: () => Promise.resolve([]),
  };
});
afterEach(async () => {
  await Promise.all(sessions.splice(0).map((session) => session.close()));
  await telegram.close();
});

describe('polling', () => {
  it('takes in what waited and then what comes, each once and in order, as a webhook would', async () => {
    const first = noa.starts('spring');
    const second = noa.writes('b');
    const session = await opened();
    await Promise.all([first, second]);
    const delivered = await noa.writes('c');
    await noa.blocks();
    expect(texts()).toEqual(['/start spring', 'b', 'c', false]);
    const asWebhook = telegram.updates.flatMap(({ update }) => {
      const body = new TextEncoder().encode(JSON.stringify(update));
      const query = new URLSearchParams();
      const request = { method: 'POST', path: '', url: '', query, headers: {}, body };
      const parsed = connector.hook!.parse(request, account);
      return parsed.ok ? parsed.items : [];
    });
    expect(taken).toEqual(asWebhook);
    expect(delivered.taken).toBe(true);
    await session.close();
    expect(await session.closed).toBe('closed');
  });

  it('presses are answered by a call of their own, after they were taken in', async () => {
    await Promise.all([noa.starts(), opened()]);
    await fetch(`${telegram.url}/bot${token}/sendMessage`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        chat_id: 42,
        text: 'Oui ?',
        reply_markup: { inline_keyboard: [[{ text: 'Oui', callback_data: 'm.0' }]] },
      }),
    });
    await noa.presses('Oui');
    expect(taken.at(-1)).toMatchObject({ payload: 'm.0' });
    expect(telegram.answered).toHaveLength(1);
    expect(telegram.spinning.size).toBe(0);
  });

  it('asks for reactions by name', async () => {
    await Promise.all([noa.starts(), opened()]);
    await noa.reacts(noa.chat.messages[0]!.message_id, '👍');
    expect(taken.at(-1)).toMatchObject({ content: { kind: 'reaction', emoji: '👍' } });
  });

  it('what was not committed is not confirmed, and comes again', async () => {
    const said = ['a', 'b', 'c'].map((text) => noa.writes(text));
    accept = async (_, items) => (texts().includes('a') ? Promise.reject(new Error('full')) : take(_, items));
    expect(await (await opened()).closed).toBe('an update could not be taken in');
    expect(logs).toContain('telegram.update_not_accepted');
    expect([texts(), await waiting()]).toEqual([['a'], 3]);
    accept = take;
    await opened();
    await Promise.all(said);
    // the ledger knows the first by its id
    expect(texts()).toEqual(['a', 'a', 'b', 'c']);
    expect(new Set(taken.map((item) => item.type === 'message' && item.providerId)).size).toBe(3);
  });

  it('a crash between the fetch and the commit loses nothing', async () => {
    const said = noa.writes('in hand');
    const stop = new AbortController();
    const fetched = Promise.withResolvers<void>();
    // the process is gone before the ledger answers
    accept = () => (fetched.resolve(), new Promise(() => {}));
    void open(account, { ...host, signal: stop.signal });
    await fetched.promise;
    stop.abort();
    accept = take;
    await opened();
    await said;
    expect(texts()).toEqual(['in hand']);
  });

  it('one that cannot be read holds up nobody', async () => {
    const strange = noa.sends({ text: 'x', date: 'yesterday' });
    const said = noa.writes('after it');
    await opened();
    await Promise.all([strange, said]);
    expect(texts()).toEqual(['after it']);
    expect(logs).toContain('telegram.update_unreadable');
  });

  it('closing ends a held poll at once', async () => {
    const session = await opened();
    await session.close();
    expect(await session.closed).toBe('closed');
  });
});

describe('what ends it, for the gateway to begin again', () => {
  it('a webhook: set-up takes it away, and tells the bot’s state before', async () => {
    const hooked = {
      ...account,
      config: { ...account.config, receive: 'webhook' as const },
      credentials: { token, webhook_secret: 'a-hook-secret-of-our-own' },
    };
    expect(await connector.setup!(hooked, host)).toMatchObject({ ok: true });
    expect(await (await opened()).closed).toMatch(/409.*webhook/);
    expect(await connector.probe!(account, host)).toMatchObject({
      ok: true,
      detail: expect.stringContaining('set the account up again') as unknown,
    });
    expect(await connector.setup!(account, host)).toMatchObject({ ok: true });
    expect(telegram.webhook()).toBeUndefined();
    await Promise.all([opened(), noa.writes('a')]);
    expect(texts()).toEqual(['a']);
    expect(await connector.probe!(account, host)).toMatchObject({
      detail: '@emulated_bot, 0 updates waiting',
    });
  });

  it('another poller: the newer one stays', async () => {
    const older = await opened();
    const newer = await opened();
    expect(await older.closed).toMatch(/409/);
    await noa.writes('a');
    expect(texts()).toEqual(['a']);
    await newer.close();
  });

  it.each([
    ['unauthorized', /answers 401/],
    ['throttle', /answers 429/],
    ['fail', /answers 500/],
    ['unreadable', /not the Bot API/],
    ['reset', /did not answer: reset/],
  ] as const)('%s', async (fault, says) => {
    telegram.fault(fault);
    expect(await (await opened()).closed).toMatch(says);
  });
});

it('only an account that polls has a session; one with a webhook needs a secret', async () => {
  const hooked = { ...account, config: { ...account.config, receive: 'webhook' as const } };
  expect([account, hooked].map((one) => connector.session!.needed!(one))).toEqual([true, false]);
  expect(await connector.probe!(hooked, host)).toMatchObject({
    ok: false,
    fields: ['credentials.webhook_secret', 'config.receive'],
  });
  expect(await connector.setup!(hooked, host)).toMatchObject({ ok: false });
  const query = new URLSearchParams();
  const request = { method: 'POST', path: '', url: '', query, headers: {}, body: new Uint8Array() };
  expect(connector.hook!.verify(request, account, 0).ok).toBe(false);
});
