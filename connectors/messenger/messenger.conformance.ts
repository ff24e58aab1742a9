import { createHmac } from 'node:crypto';
import { fixtureRequest } from '../../test/conformance/fixtures.ts';
import type { ConformanceSpec } from '../../test/conformance/spec.ts';
import type { HookRequest } from '../contract/index.ts';
import { connector } from './index.ts';

const appSecret = 'conformance-app-secret';
const signed = (request: HookRequest, secret = appSecret): HookRequest => ({
  ...request,
  headers: {
    ...request.headers,
    'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(request.body).digest('hex')}`,
  },
});
const refusal = (status: number, code: number, subcode?: number) => ({
  status,
  body: {
    error: {
      message: `(#${code}) refused`,
      type: 'OAuthException',
      code,
      ...(subcode ? { error_subcode: subcode } : {}),
      fbtrace_id: 'A1',
    },
  },
});
const event = (of: object) => ({
  object: 'page',
  entry: [
    {
      id: '900800700600',
      time: 1790000000000,
      messaging: [
        {
          sender: { id: '7100000000000001' },
          recipient: { id: '900800700600' },
          timestamp: 1790000000000,
          ...of,
        },
      ],
    },
  ],
});

export const spec: ConformanceSpec = {
  connector,
  account: {
    id: 'acc_01KAP00000000000000000MESS',
    merchantId: 'mer_01KAP00000000000000000MESS',
    test: true,
    config: {
      base_url: 'http://platform.test',
      api_version: 'v25.0',
      page_id: '900800700600',
      media: 'upload',
    },
    credentials: {
      page_access_token: 'conformance-page-token',
      app_secret: appSecret,
      verify_token: 'conformance-verify-token',
    },
    hookUrl: 'https://gateway.test/hooks/messenger/acc_01KAP00000000000000000MESS',
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
    'another product': { object: 'instagram', entry: [] },
    'an empty batch': { object: 'page', entry: [] },
    'an own echo': event({ message: { mid: 'm_1', is_echo: true, text: 'x' } }),
    'an unknown event': event({ pass_thread_control: { new_owner_app_id: '1' } }),
    'a change of the page': {
      object: 'page',
      entry: [{ id: '900800700600', changes: [{ field: 'feed', value: {} }] }],
    },
    'someone without an id': {
      object: 'page',
      entry: [
        {
          id: '900800700600',
          messaging: [{ recipient: { id: '900800700600' }, optin: { ref: 'x', user_ref: 'u' } }],
        },
      ],
    },
  },
  answers: {
    // `attachment_id` is what an upload answers
    ok: {
      status: 200,
      body: { recipient_id: '7100000000000001', message_id: 'm_OK1', attachment_id: '7000000001' },
    },
    providerIds: ['m_OK1'],
    unauthorized: refusal(401, 190, 463),
    throttled: { ...refusal(400, 613), headers: { 'retry-after': '3' }, retryAfterMs: 3000 },
    rejected: [
      { ...refusal(400, 10, 2018278), code: 'window_closed', name: 'the window is closed' },
      { ...refusal(400, 551, 1545041), code: 'unreachable', name: 'the person is not available' },
      { ...refusal(400, 10, 2018108), code: 'unreachable', name: 'the person takes no messages' },
      { ...refusal(400, 100, 2018001), code: 'address_invalid', name: 'no such person' },
      { ...refusal(403, 200, 99), code: 'account_unauthorized', name: 'no permission' },
      { ...refusal(403, 10), code: 'account_unauthorized', name: 'a permission taken back' },
      { ...refusal(400, 100), code: 'content_refused', name: 'a wrong parameter' },
      { ...refusal(400, 100, 2018047), code: 'media_unavailable', name: 'an upload that failed' },
      { ...refusal(400, 368), code: 'spam_suspected', name: 'taken for abuse' },
      { ...refusal(400, 1200), code: 'platform_unavailable', name: 'a passing failure' },
      { ...refusal(500, 9999), code: 'platform_unavailable', name: 'an unknown code of a failing platform' },
      { ...refusal(400, 9999), code: 'platform_refused', name: 'an unknown code' },
    ],
  },
  addresses: {
    same: ['messenger:7100000000000001'],
    refused: [
      'messenger:ada',
      'messenger:+33639980001',
      'tel:+33639980001',
      'messenger:7100 0001',
      `messenger:${'7'.repeat(33)}`,
    ],
    sample: 'messenger:7100000000000001',
  },
  samples: [
    { kind: 'text', text: 'Your parcel is on its way' },
    { kind: 'media', media: { type: 'image', id: 'med_1' } },
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
      style: 'buttons',
      text: 'When?',
      options: [
        { id: 'a', title: 'Today' },
        { id: 'b', title: 'Tomorrow' },
      ],
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
        {
          title: 'B',
          subtitle: 'b',
          actions: [
            { type: 'reply', id: 'b', title: 'Take B' },
            { type: 'call', title: 'Call', phone: '+33639980003' },
          ],
        },
      ],
    },
    { kind: 'reaction', message_id: 'msg_1', emoji: '👍' },
    { kind: 'typing', on: true },
    { kind: 'read', message_id: 'msg_1' },
    {
      kind: 'native',
      connector: 'messenger',
      payload: { message: { attachment: { type: 'template', payload: { template_type: 'receipt' } } } },
      text: 'Receipt',
    },
  ],
  skips: {
    'refuses a stale request': 'Meta signs no time: de-duplication is what stops a replay',
  },
};
