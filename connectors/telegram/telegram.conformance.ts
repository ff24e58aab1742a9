import type { Account, HookRequest } from '../contract/index.ts';
import type { ConformanceSpec } from '../../test/conformance/spec.ts';
import { fixtureRequest } from '../../test/conformance/fixtures.ts';
import { sample } from '../kit/samples.testing.ts';
import { connector } from './index.ts';

const account: Account = {
  id: 'acc_01KAP0000000000000000TGRAM',
  merchantId: 'mer_01KAP0000000000000000TGRAM',
  test: true,
  config: { base_url: 'http://platform.test', receive: 'webhook', media_by_url: false },
  credentials: { token: '900800:conformance-token-of-our-own', webhook_secret: 'a-hook-secret-of-our-own' },
  hookUrl: 'https://gateway.test/hooks/telegram/acc_01KAP0000000000000000TGRAM',
};
const secretHeader = 'x-telegram-bot-api-secret-token';
const withSecret = (request: HookRequest, secret: string | undefined): HookRequest => ({
  ...request,
  headers: { ...request.headers, [secretHeader]: secret },
});

const consumer = { id: 700100200, is_bot: false, first_name: 'Noa' };
const privateChat = { id: 700100200, type: 'private' };
const text = { message_id: 1, date: 1795000000, text: 'x' };
const member = (status: string) => ({
  chat: privateChat,
  from: consumer,
  date: 1,
  new_chat_member: { status },
});
const refusal = (error_code: number, description: string) => ({
  status: error_code,
  body: { ok: false, error_code, description },
});

export const spec: ConformanceSpec = {
  connector,
  account,
  fixtures: new URL('fixtures/', import.meta.url),
  // Telegram signs nothing but sends the secret: a body is as authentic as its header.
  request: (fixture) => withSecret(fixtureRequest(fixture, account), 'a-hook-secret-of-our-own'),
  spoil: {
    'no secret': (request) => withSecret(request, undefined),
    'an empty secret': (request) => withSecret(request, ''),
    'another secret': (request) => withSecret(request, 'a-hook-secret-of-our-owm'),
    'the token for a secret': (request) => withSecret(request, '900800:conformance-token-of-our-own'),
  },
  ignored: {
    'a group': { update_id: 1, message: { ...text, chat: { id: -100, type: 'supergroup' }, from: consumer } },
    'another bot': {
      update_id: 2,
      message: { ...text, chat: privateChat, from: { ...consumer, is_bot: true } },
    },
    'no sender': { update_id: 3, message: { ...text, chat: privateChat } },
    'a service message': {
      update_id: 4,
      message: { message_id: 1, date: 1, chat: privateChat, from: consumer, pinned_message: {} },
    },
    'the bot is made a guest': { update_id: 5, my_chat_member: member('restricted') },
    'the bot leaves a group': {
      update_id: 6,
      my_chat_member: { ...member('kicked'), chat: { id: -100, type: 'supergroup' } },
    },
    'an update of a business account': { update_id: 7, business_message: { ...text, chat: privateChat } },
    'an unknown update': { update_id: 8, something_of_next_year: {} },
    'an update with nothing': { update_id: 9 },
    'a press on an inline message': {
      update_id: 10,
      callback_query: { id: '1', from: consumer, inline_message_id: 'a', data: 'x' },
    },
    'a live location': {
      update_id: 11,
      edited_message: {
        message_id: 1,
        date: 1,
        chat: privateChat,
        from: consumer,
        location: { latitude: 1, longitude: 1 },
      },
    },
    'a reaction with a custom emoji': {
      update_id: 12,
      message_reaction: {
        chat: privateChat,
        message_id: 1,
        user: consumer,
        date: 1,
        old_reaction: [],
        new_reaction: [{ type: 'custom_emoji', custom_emoji_id: '5' }],
      },
    },
  },
  answers: {
    ok: {
      status: 200,
      body: { ok: true, result: { message_id: 41, date: 1795000000, chat: privateChat, text: 'x' } },
    },
    providerIds: ['700100200:41'],
    unauthorized: refusal(401, 'Unauthorized'),
    throttled: {
      status: 429,
      body: {
        ok: false,
        error_code: 429,
        description: 'Too Many Requests: retry after 7',
        parameters: { retry_after: 7 },
      },
      retryAfterMs: 7000,
    },
    rejected: [
      {
        name: 'blocked by the consumer',
        code: 'blocked',
        ...refusal(403, 'Forbidden: bot was blocked by the user'),
      },
      {
        name: 'a chat that getChat does not know either',
        code: 'address_invalid',
        ...refusal(400, 'Bad Request: chat not found'),
      },
      { name: 'a token that was never one', code: 'account_unauthorized', ...refusal(404, 'Not Found') },
      {
        name: 'an upload beyond the limit',
        code: 'content_too_large',
        ...refusal(413, 'Request Entity Too Large'),
      },
      { name: 'trouble inside', code: 'platform_unavailable', ...refusal(500, 'Internal Server Error') },
    ],
  },
  addresses: {
    same: ['telegram:700100200', 'Telegram:700100200', 'telegram:000700100200'],
    refused: [
      'telegram:@noa',
      'telegram:-100200300',
      'telegram:0',
      'telegram:9007199254740993',
      'tel:+33639980011',
      'telegram:7 00',
    ],
    sample: 'telegram:700100200',
  },
  samples: [
    sample.text,
    sample.picture,
    sample.place,
    sample.contact,
    sample.buttons,
    sample.card,
    sample.reaction,
    sample.edit,
    sample.removal,
    sample.typing,
    { kind: 'native', connector: 'telegram', payload: { method: 'sendDice' }, text: 'Un dé' },
  ],
  skips: {
    'refuses a stale request':
      'a static secret has no time: de-duplication on update_id is what stops a replay',
    'refuses a tampered body': 'a static secret says nothing of the body: TLS has to',
    'ignores its own echo': 'Telegram sends a bot nothing of its own in a private chat',
  },
};
