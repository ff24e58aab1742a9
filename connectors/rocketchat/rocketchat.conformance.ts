import { fixtureRequest } from '../../test/conformance/fixtures.ts';
import type { ConformanceSpec } from '../../test/conformance/spec.ts';
import type { HookRequest } from '../contract/index.ts';
import { bike, sample, see } from '../kit/samples.testing.ts';
import { connector } from './index.ts';

const account = {
  id: 'acc_01KAP00000000000000ROCKETC',
  merchantId: 'mer_01KAP00000000000000ROCKETC',
  test: true,
  config: { base_url: 'http://platform.test', user_id: 'shopBotId00000001' },
  credentials: { auth_token: 'auth-token-of-our-own-0001', webhook_token: 'webhook-token-of-our-own' },
  hookUrl: 'https://gateway.test/hooks/rocketchat/acc_01KAP00000000000000ROCKETC',
};
const { webhook_token: token } = account.credentials;

const retoken = (request: HookRequest, to: string): HookRequest => ({
  ...request,
  body: Buffer.from(Buffer.from(request.body).toString().replace(token, to)),
});
const refused = (errorType: string) => ({
  status: 400,
  body: { success: false, error: 'of our own', errorType },
});
const event = (over: object) => ({
  token,
  bot: false,
  channel_id: 'room1',
  message_id: 'message9',
  timestamp: '2026-11-22T12:00:00.000Z',
  user_id: 'noaUserId00000001',
  user_name: 'noa',
  text: 'Hello',
  ...over,
});

export const spec: ConformanceSpec = {
  connector,
  account,
  fixtures: new URL('fixtures/', import.meta.url),
  request: (fixture) => fixtureRequest(fixture, account),
  spoil: {
    'another token': (request) => retoken(request, 'webhook-token-of-our-owm'),
    'an empty token': (request) => retoken(request, ''),
    'the bot’s token': (request) => retoken(request, account.credentials.auth_token),
  },
  ignored: {
    'its own echo': event({ user_id: account.config.user_id }),
    'an unknown event': { token, bot: false, user_id: 'noaUserId00000001', user_name: 'noa', user: {} },
    'a file that another event brings': event({ text: '' }),
  },
  answers: {
    ok: {
      status: 200,
      body: {
        success: true,
        user: { _id: 'noaUserId00000001', username: 'noa' },
        room: { _id: 'room1' },
        file: { _id: 'file1' },
        message: { _id: 'sent1', rid: 'room1' },
        username: 'shop',
        _id: 'shopBotId00000001',
      },
    },
    providerIds: ['sent1'],
    unauthorized: { status: 401, body: { status: 'error', message: 'of our own' } },
    throttled: {
      status: 429,
      headers: { 'x-ratelimit-reset': String(Date.UTC(2026, 10, 22, 12) + 7000) },
      body: { success: false, error: 'of our own', errorType: 'error-too-many-requests' },
      retryAfterMs: 7000,
    },
    rejected: [
      { name: 'nobody of that id', ...refused('error-invalid-user'), code: 'address_invalid' },
      { name: 'not allowed to write there', ...refused('error-not-allowed'), code: 'blocked' },
      { name: 'too long', ...refused('error-message-size-exceeded'), code: 'content_too_large' },
      { name: 'a code that nobody knows', ...refused('error-whatever'), code: 'platform_refused' },
    ],
  },
  addresses: {
    same: ['rocketchat:noaUserId00000001', 'RocketChat:noaUserId00000001'],
    refused: ['tel:+15550100', 'rocketchat:@noa', 'rocketchat:no a', 'rocketchat:abc'],
    sample: 'rocketchat:noaUserId00000001',
  },
  samples: [
    sample.text,
    sample.picture,
    { kind: 'card', card: bike(see) },
    sample.reaction,
    sample.edit,
    sample.removal,
    sample.read,
    { kind: 'native', connector: 'rocketchat', payload: { msg: ':tada:' }, text: 'Bravo' },
  ],
  skips: {
    'refuses a request without a signature': 'the token is in the body: see the ways to spoil it',
    'refuses a stale request':
      'a static token has no time: de-duplication on message ids is what stops a replay',
    'refuses a tampered body': 'a static token says nothing of the rest of the body: TLS has to',
  },
};
