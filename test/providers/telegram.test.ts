import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTelegramEmulator } from './telegram.ts';
import type { TelegramEmulator } from './telegram.ts';

const token = '900800:emulator-token-of-our-own';
const jpeg = Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 1, 2, 3);
let telegram: TelegramEmulator;
beforeEach(async () => {
  telegram = await startTelegramEmulator({ token, retryDelayMs: 1 });
});
afterEach(() => telegram.close());

interface Said {
  ok: boolean;
  result?: Record<string, unknown>;
  error_code?: number;
  description?: string;
  parameters?: { retry_after?: number };
}

async function call(
  method: string,
  body: object | FormData = {},
  as = token,
): Promise<{ status: number; body: Said }> {
  const form = body instanceof FormData;
  const answer = await fetch(`${telegram.url}/bot${as}/${method}`, {
    method: 'POST',
    ...(form ? { body } : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as Said };
}

/** A form with one file, and other parameters beside it. */
function upload(
  field: string,
  bytes: Uint8Array,
  values: Record<string, string> = { chat_id: '42' },
): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(values)) form.append(name, value);
  form.append(field, new Blob([new Uint8Array(bytes)]), 'name.bin');
  return form;
}

interface Bot {
  url: string;
  got: { headers: IncomingMessage['headers']; update: Record<string, unknown> & { update_id: number } }[];
  close(): Promise<void>;
}

/** A bot's webhook that answers with what `answer` says. */
async function startBot(
  answer: (index: number) => { status: number; body?: string } = () => ({ status: 200 }),
): Promise<Bot> {
  const got: Bot['got'] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { status, body } = answer(got.length);
      got.push({
        headers: request.headers,
        update: JSON.parse(Buffer.concat(chunks).toString()) as Bot['got'][number]['update'],
      });
      response.writeHead(status).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    got,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

const refusedWith = (code: number) => ({
  status: code,
  body: expect.objectContaining({ ok: false, error_code: code, description: expect.any(String) }) as Said,
});

describe('refusals, in the shape of the Bot API', () => {
  beforeEach(async () => {
    telegram.callbacks = 'none';
    await telegram.user(42).starts();
  });
  const to = { chat_id: 42 };
  const keyboard = (button: object) => ({ ...to, text: 'x', reply_markup: { inline_keyboard: [[button]] } });

  it.each([
    ['no chat', 'sendMessage', { text: 'x' }],
    ['a chat that never started the bot', 'sendMessage', { chat_id: 43, text: 'x' }],
    ['no text', 'sendMessage', to],
    ['a text of spaces', 'sendMessage', { ...to, text: '  \n' }],
    ['a text of 4097', 'sendMessage', { ...to, text: 'é'.repeat(4097) }],
    [
      'an entity beyond the text',
      'sendMessage',
      { ...to, text: 'x', entities: [{ type: 'bold', offset: 0, length: 2 }] },
    ],
    [
      'an unknown entity',
      'sendMessage',
      { ...to, text: 'x', entities: [{ type: 'loud', offset: 0, length: 1 }] },
    ],
    ['a button without a label', 'sendMessage', keyboard({ text: '', callback_data: 'x' })],
    ['a button that does nothing', 'sendMessage', keyboard({ text: 'x' })],
    [
      'a button that does two things',
      'sendMessage',
      keyboard({ text: 'x', url: 'https://example.com', callback_data: 'x' }),
    ],
    [
      '65 bytes of callback data in 33 letters',
      'sendMessage',
      keyboard({ text: 'x', callback_data: `${'é'.repeat(32)}x` }),
    ],
    ['no callback data', 'sendMessage', keyboard({ text: 'x', callback_data: '' })],
    ['a javascript button', 'sendMessage', keyboard({ text: 'x', url: 'javascript:alert(1)' })],
    [
      'an answer to a message that is not there',
      'sendMessage',
      { ...to, text: 'x', reply_parameters: { message_id: 9999 } },
    ],
    ['no photo', 'sendPhoto', to],
    ['a photo that is neither a file nor an address', 'sendPhoto', { ...to, photo: 'nothing' }],
    ['an address that answers nothing', 'sendPhoto', { ...to, photo: 'http://127.0.0.1:1/x.jpg' }],
    ['half a venue', 'sendVenue', { ...to, latitude: 1, longitude: 2, title: 'x' }],
    ['no longitude', 'sendLocation', { ...to, latitude: 1 }],
    ['a point off the earth', 'sendLocation', { ...to, latitude: 91, longitude: 1 }],
    ['a contact without a number', 'sendContact', { ...to, first_name: 'x' }],
    [
      'a vCard of 2049 bytes',
      'sendContact',
      { ...to, phone_number: '1', first_name: 'x', vcard: 'x'.repeat(2049) },
    ],
    ['an unknown chat action', 'sendChatAction', { ...to, action: 'dancing' }],
    [
      'a reaction that is not on the list',
      'setMessageReaction',
      { ...to, message_id: 101, reaction: [{ type: 'emoji', emoji: '🚲' }] },
    ],
    ['a reaction to nothing', 'setMessageReaction', { ...to, message_id: 9999, reaction: [] }],
    ['an edit of nothing', 'editMessageText', { ...to, message_id: 9999, text: 'x' }],
    ["an edit of somebody else's message", 'editMessageText', { ...to, message_id: 101, text: 'x' }],
    ['a removal of nothing', 'deleteMessage', { ...to, message_id: 9999 }],
    ['an answer to no press', 'answerCallbackQuery', { callback_query_id: '1' }],
    ['an unknown file', 'getFile', { file_id: 'x' }],
    ['an http webhook', 'setWebhook', { url: 'http://bot.example.com/' }],
    ['a webhook on another port', 'setWebhook', { url: 'https://bot.example.com:9000/' }],
    [
      'a secret with other characters',
      'setWebhook',
      { url: 'https://bot.example.com/', secret_token: 'sécret' },
    ],
    ['a secret of 257', 'setWebhook', { url: 'https://bot.example.com/', secret_token: 'x'.repeat(257) }],
  ])('%s is a 400', async (_, method, body) => {
    expect(await call(method, body)).toEqual(refusedWith(400));
  });

  it.each([
    ['a picture that is none', 'photo', Uint8Array.of(1, 2, 3), 400],
    ['an empty file', 'document', new Uint8Array(), 400],
    ['a photo beyond 10 MB', 'photo', new Uint8Array(10 * 1024 * 1024 + 1).fill(0xff), 400],
    ['a sticker beyond 512 KB', 'sticker', new Uint8Array(512 * 1024 + 1), 400],
    ['a file beyond 50 MB', 'document', new Uint8Array(50 * 1024 * 1024 + 1), 413],
  ])('%s is refused', async (_, field, bytes, code) => {
    const method = `send${field[0]!.toUpperCase()}${field.slice(1)}`;
    expect(await call(method, upload(field, bytes))).toEqual(refusedWith(code));
  });

  it('a caption of 1025 is a 400', async () => {
    expect(
      await call('sendPhoto', upload('photo', jpeg, { chat_id: '42', caption: 'x'.repeat(1025) })),
    ).toEqual(refusedWith(400));
    expect(
      (await call('sendPhoto', upload('photo', jpeg, { chat_id: '42', caption: 'x'.repeat(1024) }))).status,
    ).toBe(200);
  });

  it('a person who blocked the bot, or is gone, is a 403', async () => {
    await telegram.user(42).blocks();
    expect(await call('sendMessage', { ...to, text: 'x' })).toEqual(refusedWith(403));
    await telegram.user(42).unblocks();
    expect((await call('sendMessage', { ...to, text: 'x' })).status).toBe(200);
    telegram.user(42).deletesAccount();
    expect(await call('sendMessage', { ...to, text: 'x' })).toEqual(refusedWith(403));
  });

  it('another token is a 401, what is no token a 404, an unknown method a 404', async () => {
    expect(await call('getMe', {}, '900800:another-token-of-another-bot')).toEqual(refusedWith(401));
    expect(await call('getMe', {}, 'nonsense')).toEqual(refusedWith(404));
    expect(await call('sendSmoke', to)).toEqual(refusedWith(404));
  });

  it('a body that is no JSON is a 400', async () => {
    const answer = await fetch(`${telegram.url}/bot${token}/getMe`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{',
    });
    expect(answer.status).toBe(400);
  });

  it('can be told to throttle and to fail', async () => {
    telegram.fault('throttle');
    telegram.fault('fail');
    telegram.fault('unauthorized');
    expect(await call('getMe')).toMatchObject({
      status: 429,
      body: { ok: false, error_code: 429, parameters: { retry_after: 1 } },
    });
    expect(await call('getMe')).toEqual(refusedWith(500));
    expect(await call('getMe')).toEqual(refusedWith(401));
    expect((await call('getMe')).body.ok).toBe(true);
  });
});

describe('what it keeps', () => {
  beforeEach(async () => {
    telegram.callbacks = 'none';
    await telegram.user(42).starts();
  });

  it('hands out uploaded bytes again', async () => {
    const sent = await call('sendDocument', upload('document', jpeg));
    const { file_id } = sent.body.result!['document'] as { file_id: string };
    const { file_path } = (await call('getFile', { file_id })).body.result as { file_path: string };
    const answer = await fetch(`${telegram.url}/file/bot${token}/${file_path}`);
    expect(new Uint8Array(await answer.arrayBuffer())).toEqual(jpeg);
    expect(
      (await fetch(`${telegram.url}/file/bot900800:another-token-of-another-bot/${file_path}`)).status,
    ).toBe(401);
  });

  it('does not hand out more than 20 MB', async () => {
    const sent = await call('sendDocument', upload('document', new Uint8Array(20 * 1024 * 1024 + 1)));
    expect(await call('getFile', sent.body.result!['document'] as object)).toEqual(refusedWith(400));
  });

  it('edits, reactions and removals change the chat', async () => {
    const { message_id } = (await call('sendMessage', { chat_id: 42, text: 'x' })).body.result as {
      message_id: number;
    };
    expect((await call('editMessageText', { chat_id: 42, message_id, text: 'y' })).body.result).toMatchObject(
      { message_id, text: 'y' },
    );
    expect(await call('editMessageText', { chat_id: 42, message_id, text: 'y' })).toEqual(refusedWith(400));
    await call('setMessageReaction', { chat_id: 42, message_id, reaction: [{ type: 'emoji', emoji: '🔥' }] });
    expect(telegram.user(42).chat.reactions.get(message_id)).toEqual(['🔥']);
    await call('deleteMessage', { chat_id: 42, message_id });
    expect(telegram.user(42).received()).toEqual([]);
  });
});

describe('updates', () => {
  let bot: Bot;
  afterEach(() => bot.close());
  const hook = () =>
    call('setWebhook', {
      url: bot.url,
      secret_token: 'the-secret-of-the-hook',
      allowed_updates: ['message', 'callback_query'],
    });
  const texts = () => bot.got.map(({ update }) => (update['message'] as { text: string }).text);

  it('carry the secret, and wait until there is a webhook', async () => {
    bot = await startBot();
    const written = telegram.user(42).writes('x');
    expect((await call('getWebhookInfo')).body.result).toMatchObject({ url: '', pending_update_count: 1 });
    await hook();
    expect(await written).toMatchObject({ statuses: [200], taken: true });
    expect(bot.got[0]!.headers['x-telegram-bot-api-secret-token']).toBe('the-secret-of-the-hook');
    expect((await call('getWebhookInfo')).body.result).toMatchObject({
      url: bot.url,
      pending_update_count: 0,
    });
  });

  it('come again until taken, and hold up their chat meanwhile', async () => {
    bot = await startBot((index) => ({ status: index < 2 ? 500 : 200 }));
    await hook();
    const person = telegram.user(42);
    const [first] = await Promise.all([person.writes('a'), person.writes('b')]);
    expect(first.statuses).toEqual([500, 500, 200]);
    expect(texts()).toEqual(['a', 'a', 'a', 'b']);
  });

  it('come twice with the same number when told so', async () => {
    bot = await startBot();
    await hook();
    telegram.callbacks = 'twice';
    await telegram.user(42).writes('a');
    expect(texts()).toEqual(['a', 'a']);
    expect(bot.got[0]!.update.update_id).toBe(bot.got[1]!.update.update_id);
  });

  it('come in the wrong order when told so', async () => {
    bot = await startBot();
    await hook();
    telegram.callbacks = 'reordered';
    void telegram.user(42).writes('a');
    void telegram.user(42).writes('b');
    void telegram.user(42).writes('c');
    await telegram.settled();
    expect(texts()).toEqual(['b', 'a', 'c']);
  });

  it('are only of the kinds that were asked for', async () => {
    bot = await startBot();
    await hook();
    await telegram.user(42).starts();
    await telegram.user(42).reacts(101, '🔥');
    expect(bot.got).toHaveLength(1);
  });

  it('a press spins until the answer to its update carries answerCallbackQuery', async () => {
    const answers = ['{}', 'no JSON'];
    bot = await startBot((index) => ({
      status: 200,
      body:
        answers[index] ??
        JSON.stringify({ method: 'answerCallbackQuery', callback_query_id: [...telegram.spinning][0] }),
    }));
    await hook();
    const person = telegram.user(42);
    await person.starts();
    await call('sendMessage', {
      chat_id: 42,
      text: 'x',
      reply_markup: { inline_keyboard: [[{ text: 'Oui', callback_data: 'y' }]] },
    });
    await person.presses('Oui');
    expect(telegram.spinning.size).toBe(1);
    await person.presses('Oui');
    expect(telegram.replies).toHaveLength(1);
    expect(telegram.answered).toHaveLength(1);
  });

  it.each([
    ['early', 2],
    ['normal', 1],
  ] as const)('a press made at once comes %s', async (mode, beforeAnswer) => {
    bot = await startBot();
    await hook();
    const person = telegram.user(42);
    await person.starts();
    telegram.callbacks = mode;
    const answered = Promise.withResolvers<void>();
    // With callbacks `normal` the person sees the message only after the answer; the test lets them see it after its own look.
    person.whenSent = async () => {
      if (mode === 'normal') await answered.promise;
      await person.presses('Oui');
    };
    const reply_markup = { inline_keyboard: [[{ text: 'Oui', callback_data: 'y' }]] };
    await call('sendMessage', { chat_id: 42, text: 'x', reply_markup });
    expect(bot.got).toHaveLength(beforeAnswer);
    answered.resolve();
    await telegram.settled();
    expect(bot.got.at(-1)!.update['callback_query']).toMatchObject({ data: 'y' });
  });
});
