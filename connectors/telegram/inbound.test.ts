import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTelegramEmulator } from '../../test/providers/telegram.ts';
import type { Person, TelegramEmulator } from '../../test/providers/telegram.ts';
import type { Context, HookRequest, InboundItem, InboundMessage } from '../contract/index.ts';
import { createHttpClient } from '../kit/http.ts';
import type { TelegramAccount } from './bot.ts';
import { connector } from './index.ts';
import { spec } from './telegram.conformance.ts';

const token = '900800:inbound-token-of-our-own';
const secret = 'a-hook-secret-of-our-own';
const jpeg = Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 1, 2, 3);

const quiet = () => undefined;

let telegram: TelegramEmulator;
let noa: Person;
let items: InboundItem[];
let hook: { url: string; close(): Promise<void> };
let account: TelegramAccount;

/** The hook as the gateway serves it, without the ledger behind it. */
async function startHook(): Promise<typeof hook> {
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const headers = incoming.headers as Record<string, string>;
      const request: HookRequest = {
        method: 'POST',
        path: '',
        url: hook.url,
        query: new URLSearchParams(),
        headers,
        body: Buffer.concat(chunks),
      };
      if (!connector.hook!.verify(request, account, 0).ok) return void response.writeHead(401).end();
      const parsed = connector.hook!.parse(request, account);
      if (!parsed.ok) return void response.writeHead(parsed.status).end();
      items.push(...parsed.items);
      response.writeHead(parsed.response?.status ?? 200, parsed.response?.headers).end(parsed.response?.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

const bot = async (method: string, body: object): Promise<Record<string, unknown>> => {
  const answer = await fetch(`${telegram.url}/bot${token}/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return ((await answer.json()) as { result: Record<string, unknown> }).result;
};

beforeEach(async () => {
  telegram = await startTelegramEmulator({ token, retryDelayMs: 1, tries: 3 });
  hook = await startHook();
  items = [];
  account = {
    ...(spec.account as TelegramAccount),
    config: { base_url: telegram.url, receive: 'webhook', media_by_url: false },
    credentials: { token, webhook_secret: secret },
  };
  const allowed_updates = [
    'message',
    'edited_message',
    'callback_query',
    'message_reaction',
    'my_chat_member',
  ];
  await bot('setWebhook', { url: hook.url, secret_token: secret, allowed_updates });
  noa = telegram.user(42, { first_name: 'Noa', last_name: 'Exemple', language_code: 'pt-br' });
});
afterEach(async () => {
  await telegram.close();
  await hook.close();
});

const messages = () => items.filter((item): item is InboundMessage => item.type === 'message');

describe('a person', () => {
  it('writes, and is known by id, name and language', async () => {
    await noa.writes('Bonjour é 🚲');
    expect(messages()).toEqual([
      expect.objectContaining({
        sender: { address: 'telegram:42', name: 'Noa Exemple', language: 'pt-br' },
        content: { kind: 'text', text: 'Bonjour é 🚲' },
      }),
    ]);
  });

  it('starts the bot, alone or from a link', async () => {
    await noa.starts();
    await noa.starts('vitrine');
    expect(messages().map(({ referral }) => referral)).toEqual([
      undefined,
      { source: 'deep_link', ref: 'vitrine' },
    ]);
  });

  it('presses a button: the payload comes back and the spinner stops', async () => {
    await noa.starts();
    const question = await bot('sendMessage', {
      chat_id: 42,
      text: '?',
      reply_markup: {
        inline_keyboard: [[{ text: 'Oui', callback_data: 'msg_01KAP00000000000000000TEST.0' }]],
      },
    });
    await noa.presses('Oui');
    expect(messages().at(-1)).toMatchObject({
      content: { kind: 'text', text: 'Oui' },
      payload: 'msg_01KAP00000000000000000TEST.0',
      replyTo: `42:${String(question['message_id'])}`,
    });
    expect(telegram.spinning.size).toBe(0);
    expect(telegram.answered).toHaveLength(1);
  });

  it('edits twice within one second, and both edits are told apart', async () => {
    const { update } = await noa.writes('a');
    const { message_id } = update['message'] as { message_id: number };
    await noa.edits(message_id, 'b');
    await noa.edits(message_id, 'c');
    const [, first, second] = messages();
    expect([first, second].map((one) => one?.content)).toEqual([
      { kind: 'edit', message_id: '', text: 'b' },
      { kind: 'edit', message_id: '', text: 'c' },
    ]);
    expect(first?.replyTo).toBe(`42:${message_id}`);
    expect(new Set(messages().map(({ providerId }) => providerId)).size).toBe(3);
  });

  it('reacts, blocks and comes back', async () => {
    await noa.starts();
    const { message_id } = await bot('sendMessage', { chat_id: 42, text: 'x' });
    await noa.reacts(message_id as number, '👍');
    await noa.blocks();
    await noa.unblocks();
    expect(messages().at(-3)).toMatchObject({
      content: { kind: 'reaction', emoji: '👍' },
      replyTo: `42:${String(message_id)}`,
    });
    expect(
      messages()
        .slice(-2)
        .map(({ consent, automatic }) => [consent, automatic]),
    ).toEqual([
      [{ state: 'opted_out', statement: 'my_chat_member:kicked' }, true],
      [{ state: 'opted_in', statement: 'my_chat_member:member' }, true],
    ]);
  });

  it('sends a photo, and the largest size of it is what is fetched', async () => {
    await noa.sendsPhoto(jpeg, 'voilà');
    const [photo] = messages();
    const reference = Object.values(photo!.media!).map((of) => ('reference' in of ? of.reference : ''))[0]!;
    const context: Context = {
      http: createHttpClient({ allowed: ['127.0.0.0/8'] }),
      log: { info: quiet, warn: quiet, error: quiet },
      now: () => 0,
      random: (size) => new Uint8Array(size),
      signal: new AbortController().signal,
    };
    expect(await connector.media!.fetch(reference, account, { ...context, maxBytes: 7 })).toEqual({
      ok: true,
      bytes: Buffer.from(jpeg),
    });
    expect(await connector.media!.fetch(reference, account, { ...context, maxBytes: 6 })).toMatchObject({
      ok: false,
      permanent: true,
    });
    expect(await connector.media!.fetch('gone', account, { ...context, maxBytes: 7 })).toMatchObject({
      ok: false,
      permanent: true,
    });
    telegram.fault('fail');
    expect(await connector.media!.fetch(reference, account, { ...context, maxBytes: 7 })).toMatchObject({
      ok: false,
      permanent: false,
    });
  });
});

describe('the hook', () => {
  it('an update told twice has the same ids, so that one is left', async () => {
    telegram.callbacks = 'twice';
    await noa.writes('a');
    await noa.reacts(101, '👍');
    await telegram.settled();
    expect(messages()).toHaveLength(4);
    expect(new Set(messages().map(({ providerId }) => providerId)).size).toBe(2);
  });

  it('refuses what has another secret, and takes nothing of it', async () => {
    await bot('setWebhook', { url: hook.url, secret_token: 'another-secret' });
    expect(await noa.writes('a')).toMatchObject({ statuses: [401, 401, 401], taken: false });
    expect(items).toEqual([]);
  });
});

/** A download whose path the Bot API is made to name. */
const fetchAt = async (path: string) => {
  const asked: string[] = [];
  const context = {
    http: {
      call: ({ url }: { url: string }) => {
        asked.push(url);
        return Promise.resolve({
          type: 'answer' as const,
          status: 200,
          headers: {},
          body: Buffer.from(JSON.stringify({ ok: true, result: { file_path: path } })),
        });
      },
    },
  } as unknown as Context;
  return { result: await connector.media!.fetch('x', account, { ...context, maxBytes: 1000 }), asked };
};

describe('files', () => {
  it.each(['../../etc/passwd', '/var/lib/telegram-bot-api/file', 'a//b', './a'])(
    'the path %s is not followed',
    async (path) => {
      const { result, asked } = await fetchAt(path);
      expect(result).toMatchObject({ ok: false, permanent: true });
      expect(asked).toHaveLength(1);
    },
  );

  it('a path stays a path', async () => {
    expect((await fetchAt('photos/a?b#c.jpg')).asked[1]).toMatch(/\/photos\/a%3Fb%23c\.jpg$/);
  });
});
