import { fixtureRequest } from '../../test/conformance/fixtures.ts';
import type { ConformanceSpec } from '../../test/conformance/spec.ts';
import type { HookRequest } from '../contract/index.ts';
import { hmac } from '../kit/signature.ts';
import { connector } from './index.ts';

const appSecret = 'conformance-app-secret';
const signed = (request: HookRequest, secret = appSecret): HookRequest => ({
  ...request,
  headers: {
    ...request.headers,
    'x-hub-signature-256': `sha256=${hmac('sha256', secret, request.body).toString('hex')}`,
  },
});
const refusal = (status: number, code: number, error_subcode?: number) => ({
  status,
  body: {
    error: { message: 'refused', type: 'OAuthException', code, ...(error_subcode ? { error_subcode } : {}) },
  },
});
const own = '17841400000000001';
const who = '7200000000000001';
const entry = (of: object) => ({ object: 'instagram', entry: [{ id: own, time: 1790000000000, ...of }] });
const event = (of: object) =>
  entry({ messaging: [{ sender: { id: who }, recipient: { id: own }, timestamp: 1790000000000, ...of }] });

export const spec: ConformanceSpec = {
  connector,
  account: {
    id: 'acc_01KAP00000000000000000GRAM',
    merchantId: 'mer_01KAP00000000000000000GRAM',
    test: true,
    config: { base_url: 'http://platform.test', api_version: 'v25.0', account_id: own, media: 'link' },
    credentials: {
      access_token: 'conformance-access-token',
      app_secret: appSecret,
      verify_token: 'conformance-verify-token',
    },
    hookUrl: 'https://gateway.test/hooks/instagram/acc_01KAP00000000000000000GRAM',
  },
  fixtures: new URL('./fixtures/', import.meta.url),
  request: (fixture) => signed(fixtureRequest(fixture, spec.account)),
  spoil: {
    'a tampered body': (request) => ({ ...request, body: Buffer.concat([request.body, Buffer.from(' ')]) }),
    'another secret': (request) => signed(request, 'another-secret'),
    'a signature of another kind': (request) => ({
      ...request,
      headers: { ...request.headers, 'x-hub-signature-256': 'sha1=00' },
    }),
  },
  ignored: {
    'another product': { object: 'page', entry: [] },
    'another account': { object: 'instagram', entry: [{ id: '17841400000000009', messaging: [] }] },
    'an empty batch': { object: 'instagram', entry: [] },
    'an own echo': event({ sender: { id: own }, message: { mid: 'm_1', is_echo: true, text: 'x' } }),
    'an own echo that does not say so': event({ sender: { id: own }, message: { mid: 'm_1', text: 'x' } }),
    'an unknown event': event({ something_of_next_year: { id: '1' } }),
    'a comment': entry({ changes: [{ field: 'comments', value: { id: '1', text: 'x' } }] }),
    'what another app takes care of': entry({
      standby: [{ sender: { id: who }, message: { mid: 'm_1', text: 'x' } }],
    }),
    'an unreadable event': event({ message: { mid: 7 } }),
  },
  answers: {
    ok: { status: 200, body: { recipient_id: who, message_id: 'm_OK1' } },
    providerIds: ['m_OK1'],
    unauthorized: refusal(401, 190, 463),
    throttled: { ...refusal(400, 613), headers: { 'retry-after': '3' }, retryAfterMs: 3000 },
    rejected: [
      { ...refusal(400, 10, 2534022), code: 'window_closed', name: 'the window is closed' },
      {
        ...refusal(400, 10, 2018278),
        code: 'window_closed',
        name: 'the window is closed, as Messenger says it',
      },
      { ...refusal(400, 551, 1545041), code: 'unreachable', name: 'the person is not available' },
      { ...refusal(400, 100, 2534014), code: 'address_invalid', name: 'no such person' },
      { ...refusal(403, 200, 99), code: 'account_unauthorized', name: 'no permission' },
      { ...refusal(400, 100), code: 'content_refused', name: 'a wrong parameter' },
      { ...refusal(400, 100, 2018007), code: 'media_unavailable', name: 'a file that could not be fetched' },
      { ...refusal(400, 368), code: 'spam_suspected', name: 'taken for abuse' },
      { ...refusal(400, 1200), code: 'platform_unavailable', name: 'a passing failure' },
      { ...refusal(500, 9999), code: 'platform_unavailable', name: 'an unknown code of a failing platform' },
      { ...refusal(400, 9999), code: 'platform_refused', name: 'an unknown code' },
    ],
  },
  addresses: {
    same: [`instagram:${who}`],
    refused: ['instagram:ada', 'instagram:+33639980001', 'tel:+33639980001', `instagram:${'7'.repeat(33)}`],
    sample: `instagram:${who}`,
  },
  samples: [
    { kind: 'text', text: 'Your parcel is on its way' },
    { kind: 'media', media: { type: 'image', id: 'med_1' }, caption: 'Here it is' },
    { kind: 'media', media: { type: 'file', id: 'med_2', name: 'invoice.pdf' } },
    {
      kind: 'choice',
      text: 'When?',
      options: [
        { id: 'a', title: 'Today' },
        { id: 'b', title: 'Tomorrow' },
      ],
    },
    {
      kind: 'choice',
      text: 'Which day?',
      options: ['Mon', 'Tue', 'Wed', 'Thu'].map((title) => ({ id: title, title })),
    },
    {
      kind: 'card',
      card: {
        title: 'Cargo bike',
        subtitle: '999 EUR',
        image: { type: 'image', id: 'med_4' },
        actions: [
          { type: 'reply', id: 'buy', title: 'Buy' },
          { type: 'url', title: 'See', url: 'https://shop.example.com/bike' },
        ],
      },
    },
    {
      kind: 'carousel',
      text: 'Ours',
      cards: [
        { title: 'A', subtitle: 'a', actions: [{ type: 'reply', id: 'a', title: 'Take A' }] },
        { title: 'B', subtitle: 'b', actions: [{ type: 'reply', id: 'b', title: 'Take B' }] },
      ],
    },
    { kind: 'reaction', message_id: 'msg_1', emoji: '👍' },
    { kind: 'typing', on: true },
    { kind: 'read', message_id: 'msg_1' },
    {
      kind: 'native',
      connector: 'instagram',
      payload: { message: { attachment: { type: 'MEDIA_SHARE', payload: { id: '18000000000000001' } } } },
      text: 'Our post',
    },
  ],
  skips: {
    'refuses a stale request': 'Meta signs no time: de-duplication is what stops a replay',
  },
};
