import { fixtureRequest } from '../../test/conformance/fixtures.ts';
import type { ConformanceSpec } from '../../test/conformance/spec.ts';
import type { HookRequest } from '../contract/index.ts';
import { hmac } from '../kit/signature.ts';
import { noAddresses, numberSpellings, samples } from '../kit/whatsapp/testing.ts';
import { connector } from './index.ts';

const platformSecret = 'conformance-platform-secret';
const signed = (request: HookRequest, secret = platformSecret): HookRequest => ({
  ...request,
  headers: {
    ...request.headers,
    'x-360dialog-signature': hmac('sha256', secret, request.body).toString('hex'),
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
    id: 'acc_01KAP0000000000000000D360D',
    merchantId: 'mer_01KAP0000000000000000D360D',
    test: true,
    config: {
      base_url: 'http://platform.test',
      phone_number_id: '100200300400',
      verification: 'signature',
      country: 'FR',
      media: 'upload',
    },
    credentials: { api_key: 'conformance-api-key', webhook_secret: platformSecret },
    hookUrl: 'https://gateway.test/hooks/whatsapp/acc_01KAP0000000000000000D360D',
  },
  fixtures: new URL('./fixtures/', import.meta.url),
  request: (fixture) => signed(fixtureRequest(fixture, spec.account)),
  spoil: {
    'a tampered body': (request) => ({ ...request, body: Buffer.concat([request.body, Buffer.from(' ')]) }),
    'another secret': (request) => signed(request, 'another-secret'),
    'the signature of Meta alone': ({ headers, ...request }) => ({
      ...request,
      headers: { 'x-hub-signature-256': `sha256=${headers['x-360dialog-signature']}` },
    }),
    'half a signature': (request) => ({
      ...request,
      headers: {
        ...request.headers,
        'x-360dialog-signature': request.headers['x-360dialog-signature']?.slice(0, 32),
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
    unauthorized: { status: 401, body: { error: 'Invalid API key' } },
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
      { status: 403, body: { error: 'blocked' }, code: 'platform_refused', name: 'a blocked endpoint' },
      {
        status: 400,
        body: { meta: { success: false, httpCode: 400 } },
        code: 'platform_refused',
        name: '360dialog’s own refusal, which has no code',
      },
      {
        ...refusal(500, 131016, 'Unavailable'),
        code: 'platform_unavailable',
        name: 'a service that is down',
      },
    ],
  },
  addresses: {
    same: numberSpellings,
    refused: noAddresses,
    sample: 'whatsapp:FR.840200000000001',
  },
  samples: [
    samples.text,
    ...samples.media,
    samples.location,
    samples.contact,
    ...samples.choices,
    ...samples.cards,
    samples.reaction,
    {
      kind: 'template',
      name: 'order_ready',
      language: 'fr-FR',
      text: 'Ada, order 7 is ready',
      parameters: ['Ada', '7'],
      header: [{ type: 'image', id: 'med_5' }],
      buttons: [{ index: 0, type: 'quick_reply', value: 'COMING' }],
    },
    { kind: 'typing', on: true },
    { kind: 'read', message_id: 'msg_1' },
    {
      kind: 'native',
      connector: 'whatsapp-360dialog',
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
    'refuses a stale request': '360dialog signs no time: de-duplication is what stops a replay',
  },
};
