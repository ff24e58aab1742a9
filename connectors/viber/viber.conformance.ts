import { fixtureRequest } from '../../test/conformance/fixtures.ts';
import type { ConformanceSpec } from '../../test/conformance/spec.ts';
import type { HookRequest } from '../contract/index.ts';
import { hmac } from '../kit/signature.ts';
import { sample } from '../kit/samples.testing.ts';
import { connector } from './index.ts';

const authToken = 'conformance-auth-token';
const signed = (request: HookRequest, secret = authToken): HookRequest => ({
  ...request,
  headers: {
    ...request.headers,
    'x-viber-content-signature': hmac('sha256', secret, request.body).toString('hex'),
  },
});
/** Viber refuses with HTTP 200. */
const refusal = (status: number, status_message: string) => ({
  status: 200,
  body: { status, status_message, chat_hostname: 'SN-CHAT-01_' },
});
const sender = { id: 'AbCdEf0123456789+/==', name: 'Noa' };

export const spec: ConformanceSpec = {
  connector,
  account: {
    id: 'acc_01KAP0000000000000000V1BER',
    merchantId: 'mer_01KAP0000000000000000V1BER',
    test: true,
    config: { base_url: 'http://platform.test', sender_name: 'Example Shop' },
    credentials: { auth_token: authToken },
    hookUrl: 'https://gateway.test/hooks/viber/acc_01KAP0000000000000000V1BER',
  },
  fixtures: new URL('./fixtures/', import.meta.url),
  request: (fixture) => signed(fixtureRequest(fixture, spec.account)),
  spoil: {
    'a tampered body': (request) => ({ ...request, body: Buffer.concat([request.body, Buffer.from(' ')]) }),
    'another token': (request) => signed(request, 'another-token'),
    'a base64 signature': (request) => ({
      ...request,
      headers: {
        ...request.headers,
        'x-viber-content-signature': hmac('sha256', authToken, request.body).toString('base64'),
      },
    }),
  },
  ignored: {
    'a check of the address': { event: 'webhook', timestamp: 1790000000000, message_token: 1 },
    'an unknown event': { event: 'something_of_next_year', timestamp: 1790000000000, message_token: 2 },
    'an event that was not asked for': { event: 'client_status', user: sender, message_token: 3 },
    'a message of an unknown kind': {
      event: 'message',
      message_token: 4,
      sender,
      message: { type: 'hologram' },
    },
    'a message of nobody': { event: 'message', message_token: 5, message: { type: 'text', text: 'x' } },
    'a receipt of nothing': { event: 'delivered', user_id: sender.id },
  },
  answers: {
    ok: {
      status: 200,
      body: '{"status":0,"status_message":"ok","message_token":5741311803571721087,"chat_hostname":"SN-CHAT-01_"}',
    },
    providerIds: ['5741311803571721087'],
    unauthorized: refusal(2, 'invalidAuthToken'),
    throttled: { ...refusal(12, 'tooManyRequests'), headers: { 'retry-after': '5' }, retryAfterMs: 5000 },
    rejected: [
      { ...refusal(3, 'badData'), code: 'content_refused', name: 'bad data' },
      { ...refusal(5, 'receiverNotRegistered'), code: 'address_invalid', name: 'nobody' },
      { ...refusal(6, 'receiverNotSubscribed'), code: 'opted_out', name: 'no subscriber' },
      { ...refusal(7, 'publicAccountBlocked'), code: 'account_suspended', name: 'the bot is blocked' },
      { ...refusal(11, 'receiverNoSuitableDevice'), code: 'unreachable', name: 'an old device' },
      { ...refusal(13, 'apiVersionNotSupported'), code: 'content_unsupported', name: 'an old client' },
      { ...refusal(24, 'noBalance'), code: 'balance_exhausted', name: 'no balance' },
      { ...refusal(1000, 'general error'), code: 'platform_refused', name: 'a code that nobody knows' },
    ],
  },
  addresses: {
    same: ['viber:AbCdEf0123456789+/=='],
    refused: ['viber:a b', 'viber:+33 6', 'viber:===', 'viber:é', 'tel:+33639980001'],
    sample: 'viber:AbCdEf0123456789+/==',
  },
  samples: [
    sample.text,
    sample.picture,
    sample.video,
    sample.file,
    sample.place,
    sample.contact,
    sample.buttons,
    sample.picturedCard,
    sample.carousel,
    { kind: 'native', connector: 'viber', payload: { type: 'sticker', sticker_id: 46105 }, text: 'Hello' },
  ],
  skips: {
    'refuses a stale request': 'Viber signs no time: de-duplication is what stops a replay',
    'ignores its own echo': 'Viber sends none',
  },
};
