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
const refusal = (status: number, code: number, details: string) => ({
  status,
  body: {
    error: {
      message: `(#${code}) refused`,
      type: 'OAuthException',
      code,
      error_data: { messaging_product: 'whatsapp', details },
      fbtrace_id: 'A1',
    },
  },
});
const about = (change: object) => ({
  object: 'whatsapp_business_account',
  entry: [
    {
      id: '1',
      changes: [{ field: 'messages', value: { metadata: { phone_number_id: '100200300400' }, ...change } }],
    },
  ],
});

export const spec: ConformanceSpec = {
  connector,
  account: {
    id: 'acc_01KAP0000000000000000WHATS',
    merchantId: 'mer_01KAP0000000000000000WHATS',
    test: true,
    config: {
      base_url: 'http://platform.test',
      api_version: 'v25.0',
      phone_number_id: '100200300400',
      country: 'FR',
      media: 'upload',
    },
    credentials: {
      access_token: 'conformance-access-token',
      app_secret: appSecret,
      verify_token: 'conformance-verify-token',
    },
    hookUrl: 'https://gateway.test/hooks/whatsapp/acc_01KAP0000000000000000WHATS',
  },
  fixtures: new URL('./fixtures/', import.meta.url),
  request: (fixture) => signed(fixtureRequest(fixture, spec.account)),
  spoil: {
    'a tampered body': (request) => ({ ...request, body: Buffer.concat([request.body, Buffer.from(' ')]) }),
    'another secret': (request) => signed(request, 'another-secret'),
    'a signature without its prefix': (request) => ({
      ...request,
      headers: {
        ...request.headers,
        'x-hub-signature-256': request.headers['x-hub-signature-256']?.slice('sha256='.length),
      },
    }),
    'half a signature': (request) => ({
      ...request,
      headers: {
        ...request.headers,
        'x-hub-signature-256': request.headers['x-hub-signature-256']?.slice(0, 39),
      },
    }),
  },
  ignored: {
    'another product': { object: 'page', entry: [] },
    'an empty batch': { object: 'whatsapp_business_account', entry: [] },
    'a field of no concern': {
      object: 'whatsapp_business_account',
      entry: [
        { id: '1', changes: [{ field: 'message_template_status_update', value: { event: 'APPROVED' } }] },
      ],
    },
    'an echo of the business app': {
      object: 'whatsapp_business_account',
      entry: [{ id: '1', changes: [{ field: 'smb_message_echoes', value: { message_echoes: [{}] } }] }],
    },
    'a group': about({
      messages: [{ id: 'wamid.G', type: 'text', from: '33639980001', group_id: 'g1', text: { body: 'x' } }],
    }),
    'an opened chat': about({ messages: [{ id: 'wamid.W', type: 'request_welcome', from: '33639980001' }] }),
    'an error of the account': about({ errors: [{ code: 130429, title: 'Rate limit hit' }] }),
    'an unknown status': about({ statuses: [{ id: 'wamid.S', status: 'warning' }] }),
    'a message without a sender': about({ messages: [{ id: 'wamid.N', type: 'text', text: { body: 'x' } }] }),
  },
  answers: {
    // `id` is what an upload answers
    ok: {
      status: 200,
      body: {
        messaging_product: 'whatsapp',
        contacts: [{ input: '+33639980001', wa_id: '33639980001' }],
        messages: [{ id: 'wamid.OK1' }],
        id: '9000000001',
      },
    },
    providerIds: ['wamid.OK1'],
    unauthorized: refusal(401, 190, 'The access token has expired'),
    throttled: {
      ...refusal(429, 130429, 'Throughput has been reached'),
      headers: { 'retry-after': '3' },
      retryAfterMs: 3000,
    },
    rejected: [
      { ...refusal(400, 131026, 'Undeliverable'), code: 'unreachable', name: 'not on WhatsApp' },
      { ...refusal(400, 131047, 'More than 24 hours'), code: 'window_closed', name: 'the window is closed' },
      { ...refusal(400, 131009, 'Parameter value'), code: 'content_refused', name: 'a wrong parameter' },
      { ...refusal(404, 132001, 'No such template'), code: 'template_refused', name: 'an unknown template' },
      { ...refusal(403, 131031, 'Locked'), code: 'account_suspended', name: 'a locked account' },
      { ...refusal(400, 131042, 'Payment'), code: 'balance_exhausted', name: 'no payment method' },
      { ...refusal(400, 131048, 'Spam'), code: 'spam_suspected', name: 'too many complaints' },
      { ...refusal(400, 131050, 'Stopped'), code: 'opted_out', name: 'marketing stopped by the consumer' },
      {
        ...refusal(400, 131049, 'Ecosystem'),
        code: 'undelivered',
        name: "held back for the ecosystem's health",
      },
      { ...refusal(400, 131062, 'User id'), code: 'content_unsupported', name: 'not to a user id' },
      {
        ...refusal(403, 219, 'Permission'),
        code: 'account_unauthorized',
        name: 'a permission of the range 200–299',
      },
      { ...refusal(400, 777, 'New'), code: 'platform_refused', name: 'an unknown code' },
      {
        ...refusal(500, 131016, 'Unavailable'),
        code: 'platform_unavailable',
        name: 'a service that is down',
      },
    ],
  },
  addresses: {
    same: [
      'whatsapp:+33639980001',
      'whatsapp:33639980001',
      'whatsapp:+33 6 39 98 00 01',
      'whatsapp:0639980001',
      'whatsapp:0033639980001',
      'whatsapp:+33 (0)6 39 98 00 01',
    ],
    refused: [
      'tel:+33639980001',
      'whatsapp:+0639980001',
      'whatsapp:FR.',
      'whatsapp:fr.840200000000001',
      'whatsapp:FR.84 02',
      'whatsapp:FRA.8402',
      'whatsapp:ada',
      'whatsapp:+33',
      'whatsapp:+1234567890123456',
    ],
    sample: 'whatsapp:FR.840200000000001',
  },
  samples: [
    { kind: 'text', text: 'Your parcel is on its way: https://shop.example.com/track' },
    { kind: 'media', media: { type: 'image', id: 'med_1' }, caption: 'Your bike' },
    { kind: 'media', media: { type: 'file', id: 'med_2', name: 'invoice.pdf' } },
    { kind: 'media', media: { type: 'audio', id: 'med_3' } },
    { kind: 'location', latitude: 48.8566, longitude: 2.3522, name: 'Depot', address: '1 Example Street' },
    {
      kind: 'contact',
      contacts: [
        {
          name: 'Alan Example',
          phones: ['+33639980002'],
          emails: ['alan@example.com'],
          organization: 'Example Ltd',
        },
      ],
    },
    {
      kind: 'choice',
      text: 'When?',
      header: 'Delivery',
      footer: 'Example Shop',
      options: [
        { id: 'a', title: 'Today' },
        { id: 'b', title: 'Tomorrow' },
      ],
    },
    {
      kind: 'choice',
      text: 'Which day?',
      button: 'Days',
      options: ['Mon', 'Tue', 'Wed', 'Thu'].map((title) => ({
        id: title,
        title,
        description: 'after 18:00',
      })),
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
      kind: 'template',
      name: 'order_ready',
      language: 'fr-FR',
      text: 'Ada, order 7 is ready',
      parameters: ['Ada', '7'],
      header: [{ type: 'image', id: 'med_5' }],
      buttons: [{ index: 0, type: 'quick_reply', value: 'COMING' }],
    },
    { kind: 'reaction', message_id: 'msg_1', emoji: '👍' },
    { kind: 'typing', on: true },
    { kind: 'read', message_id: 'msg_1' },
    {
      kind: 'native',
      connector: 'whatsapp',
      payload: {
        type: 'interactive',
        interactive: {
          type: 'location_request_message',
          body: { text: 'Where?' },
          action: { name: 'send_location' },
        },
      },
      text: 'Where are you?',
    },
  ],
  skips: {
    'refuses a stale request': 'Meta signs no time: de-duplication is what stops a replay',
  },
};
