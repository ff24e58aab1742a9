import { fixtureRequest } from '../../test/conformance/fixtures.ts';
import type { ConformanceSpec } from '../../test/conformance/spec.ts';
import type { HookRequest } from '../contract/index.ts';
import { hmac } from '../kit/signature.ts';
import { call, pictured, sample, see, take } from '../kit/samples.testing.ts';
import { connector } from './index.ts';

const channelSecret = 'conformance-channel-secret';
const signed = (request: HookRequest, secret = channelSecret): HookRequest => ({
  ...request,
  headers: {
    ...request.headers,
    'x-line-signature': hmac('sha256', secret, request.body).toString('base64'),
  },
});
const refusal = (status: number, property?: string) => ({
  status,
  body: {
    message: 'refused',
    ...(property ? { details: [{ message: 'May not be empty', property }] } : {}),
  },
});
const source = { type: 'user', userId: `U${'0'.repeat(29)}abc` };
const event = (of: object) => ({
  destination: `U${'0'.repeat(29)}b07`,
  events: [
    {
      mode: 'active',
      timestamp: 1790000000000,
      source,
      webhookEventId: '01KAPEXAMPLE00000000000900',
      deliveryContext: { isRedelivery: false },
      ...of,
    },
  ],
});
const text = { type: 'message', message: { id: '1', type: 'text', text: 'x' } };

export const spec: ConformanceSpec = {
  connector,
  account: {
    id: 'acc_01KAP00000000000000000LINE',
    merchantId: 'mer_01KAP00000000000000000LINE',
    test: true,
    config: { base_url: 'http://platform.test', data_url: 'http://platform.test' },
    credentials: { channel_access_token: 'conformance-access-token', channel_secret: channelSecret },
    hookUrl: 'https://gateway.test/hooks/line/acc_01KAP00000000000000000LINE',
  },
  fixtures: new URL('./fixtures/', import.meta.url),
  request: (fixture) => signed(fixtureRequest(fixture, spec.account)),
  spoil: {
    'a tampered body': (request) => ({ ...request, body: Buffer.concat([request.body, Buffer.from(' ')]) }),
    'another secret': (request) => signed(request, 'another-secret'),
    'a hexadecimal signature': (request) => ({
      ...request,
      headers: {
        ...request.headers,
        'x-line-signature': hmac('sha256', channelSecret, request.body).toString('hex'),
      },
    }),
  },
  ignored: {
    'a check of the address': { destination: `U${'0'.repeat(29)}b07`, events: [] },
    'an unknown event': event({ type: 'somethingOfNextYear' }),
    'a message of an unknown kind': event({ type: 'message', message: { id: '1', type: 'hologram' } }),
    'a group': event({ ...text, source: { type: 'group', groupId: 'C1', userId: source.userId } }),
    'a chat that another module has': event({ ...text, mode: 'standby' }),
    'a consumer who did not agree to be known': event({ ...text, source: { type: 'user' } }),
    'a beacon': event({ type: 'beacon', beacon: { hwid: 'd41d8cd98f', type: 'enter' } }),
    'an edit in a group': event({
      type: 'messageEdited',
      source: { type: 'group', groupId: 'C1' },
      message: { id: '1', type: 'text', text: 'y' },
    }),
  },
  answers: {
    ok: { status: 200, body: { sentMessages: [{ id: '590000000000000001', quoteToken: 'q' }] } },
    providerIds: ['590000000000000001'],
    unauthorized: refusal(401),
    throttled: { ...refusal(429), headers: { 'retry-after': '2' }, retryAfterMs: 2000 },
    rejected: [
      { ...refusal(400), code: 'content_refused', name: 'a bad request' },
      { ...refusal(400, 'messages[0].text'), code: 'content_refused', name: 'a bad message' },
      { ...refusal(400, 'to'), code: 'address_invalid', name: 'a bad user id' },
      { ...refusal(403), code: 'account_unauthorized', name: 'no permission' },
      { ...refusal(413), code: 'content_too_large', name: 'too large' },
      { ...refusal(500), code: 'platform_unavailable', name: 'a failing platform' },
      { ...refusal(418), code: 'platform_refused', name: 'a status that nobody knows' },
    ],
  },
  addresses: {
    same: [`line:U${'0'.repeat(29)}abc`],
    refused: [
      `line:U${'0'.repeat(29)}ABC`,
      `line:C${'0'.repeat(29)}abc`,
      'line:Uabc',
      `line:U${'0'.repeat(33)}`,
      'tel:+33639980001',
    ],
    sample: `line:U${'0'.repeat(29)}abc`,
  },
  samples: [
    sample.text,
    sample.picture,
    sample.video,
    sample.place,
    sample.buttons,
    {
      kind: 'choice',
      text: 'Which day?',
      options: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'].map((title) => ({ id: title, title })),
    },
    { kind: 'card', card: pictured(see, take, call) },
    sample.carousel,
    sample.typing,
    {
      kind: 'native',
      connector: 'line',
      payload: { messages: [{ type: 'sticker', packageId: '446', stickerId: '1988' }] },
      text: 'Hello',
    },
  ],
  skips: {
    'refuses a stale request': 'LINE signs no time: de-duplication is what stops a replay',
    'ignores its own echo': 'LINE sends none',
  },
};
