import { z } from 'zod';
import { codesMeaning, documentsAt, hookToken, secrets, smsConfig, smsConnector } from '../kit/sms/index.ts';

export const connector = smsConnector({
  name: 'routee-sms',
  title: 'SMS (Routee)',
  config: smsConfig('https://connect.routee.net', {
    application_id: z.string().min(1).max(128).describe('Id of the application (not secret)'),
    token_url: z
      .url({ protocol: /^https?$/ })
      .max(512)
      .default('https://auth.routee.net/oauth/token')
      .describe('Where access tokens come from'),
  }).required({ sender: true }),
  credentials: secrets({
    application_secret: 'Secret of the application',
    hook_token: hookToken.field,
  }),
  rate: { perSecond: 10, concurrency: 5 },
  verify: hookToken.verify,
  dialect: {
    send: {
      path: '/sms',
      auth: {
        type: 'client_credentials',
        url: '{config.token_url}',
        user: '{config.application_id}',
        password: '{secret.application_secret}',
      },
      body: {
        type: 'json',
        value: {
          from: '{from}',
          to: '{to}',
          body: '{text}',
          ttl: '{valid_for_minutes}',
          label: '{id}',
          callback: { url: hookToken.url, strategy: 'OnChange' },
        },
      },
      answer: { ids: ['trackingId'], codes: ['code'] },
    },
    receive: {
      format: 'json',
      events: [
        {
          type: 'message',
          when: ['from', 'message', { path: 'direction', in: ['Inbound'] }],
          id: ['messageId'],
          from: 'from',
          text: 'message',
          at: { path: 'receivedDate', format: 'iso' },
        },
        {
          type: 'receipt',
          when: ['messageId', 'status.name'],
          ids: ['messageId'],
          state: 'status.name',
          states: codesMeaning(
            `ignored: Queued | sent: Sent | delivered: Delivered | undelivered: Undelivered | platform_refused: Failed | balance_exhausted: Unsent`,
          ),
          codes: ['status.reason.detailedStatus'],
          at: { path: 'status.updatedDate', format: 'iso' },
        },
      ],
    },
    // what a receipt gives as its reason
    codes: {
      'Unknown Number': 'address_invalid',
      'Call Barred': 'unreachable',
      'Carrier Violation': 'spam_suspected',
      Expired: 'expired',
    },
    statuses: { '403': 'account_unauthorized' },
  },
  documents: documentsAt('https://docs.routee.net', [
    ['Send an SMS', 'reference/send-single-sms', 'read 2026-11-22'],
    ['Authentication', 'reference', 'read 2026-11-22'],
    ['Callback – SMS Delivery reports', 'reference/sms-delivery-reports', 'read 2026-11-22'],
    ['Inbound Messages (MO)', 'docs/inbound-messages-mo', 'read 2026-11-22'],
    ['Messaging Statuses', 'docs/statuses-callbacks', 'read 2026-11-22'],
    ['Error Codes', 'docs/error-codes', 'read 2026-11-22'],
  ]),
});
