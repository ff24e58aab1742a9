import { z } from 'zod';
import { codesMeaning, secrets, smsConfig, smsConnector } from '../kit/sms/index.ts';
import { fiveMinutesMs, verifyStandardWebhook } from '../kit/signatures/index.ts';

const categories = ['transactional', 'marketing', 'authentication', 'service'] as const;
const at = { path: 'timestamp', format: 'iso' } as const;

export const connector = smsConnector({
  name: 'bird-sms',
  title: 'SMS (Bird, formerly MessageBird)',
  config: smsConfig('https://eu1.platform.bird.com', {
    category: z
      .enum(categories)
      .default('transactional')
      .describe('What the account sends, as Bird registers it'),
  }).required({ sender: true }),
  credentials: secrets({
    api_key: 'API key (bk_…); its second part names the region of the address',
    webhook_secret: 'Signing secret (whsec_…) that Bird showed when the webhook was made',
  }),
  rate: { perSecond: 20, concurrency: 10 },
  verify: (request, { credentials: { webhook_secret: secret } }, nowMs) =>
    verifyStandardWebhook(request, secret, { nowMs, toleranceMs: fiveMinutesMs }),
  idempotentSends: true,
  dialect: {
    send: {
      path: '/v1/sms/messages',
      auth: { type: 'bearer', token: '{secret.api_key}' },
      headers: { 'Idempotency-Key': '{id}' },
      body: {
        type: 'json',
        value: { to: '{to}', from: '{from}', text: '{text}', category: '{config.category}' },
      },
      answer: { ids: ['id'], codes: ['error.code', 'error.type'] },
    },
    receive: {
      format: 'json',
      events: [
        {
          type: 'message',
          when: [{ path: 'type', in: ['sms.received'] }],
          id: ['data.sms_id', 'data.id', 'id'],
          from: 'data.from',
          text: 'data.text',
          at,
        },
        {
          type: 'receipt',
          when: [{ path: 'type', starts: 'sms.' }, 'data.sms_id'],
          ids: ['data.sms_id'],
          state: 'type',
          states:
            codesMeaning(`sent: sms.sent | delivered: sms.delivered | undelivered: sms.undelivered sms.failed |
            platform_refused: sms.rejected | expired: sms.expired`),
          codes: ['data.error.code'],
          at,
        },
      ],
    },
    probe: { path: '/v1/sms/messages', query: { limit: '1' } },
    codes: codesMeaning({
      account_unauthorized: 'auth_error permission_error misdirected_error',
      balance_exhausted: 'billing_error insufficient_balance',
      // E01004: the same key is still being worked on
      throttled: 'rate_limit_error E01004',
      platform_unavailable: 'internal_error service_unavailable_error provider_unavailable',
      content_too_large: 'payload_too_large_error',
      address_invalid: 'invalid_destination',
      unreachable: 'unreachable landline_unreachable',
      spam_suspected: 'blocked_by_carrier',
      blocked: 'blocked_by_recipient',
      content_refused: 'content_rejected',
      opted_out: 'recipient_opted_out',
    }),
  },
  documents: [
    {
      title: 'Bird API (platform.bird.com), as the official SDK for Go has it',
      url: 'https://github.com/messagebird/bird-sdk-go',
      version: 'v1, read 2026-11-22',
    },
    { title: 'Two-way SMS', url: 'https://bird.com/products/sms/two-way', version: 'read 2026-11-22' },
    { title: 'Standard Webhooks', url: 'https://www.standardwebhooks.com', version: '1.0.0' },
  ],
});
