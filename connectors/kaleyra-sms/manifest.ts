import { z } from 'zod';
import { codesMeaning, documentsAt, secrets, smsConfig, smsConnector } from '../kit/sms/index.ts';
import { verifyHeaderSecret } from '../kit/signatures/index.ts';

export const connector = smsConnector({
  name: 'kaleyra-sms',
  title: 'SMS (Kaleyra)',
  config: smsConfig('https://api.eu.kaleyra.io', {
    sid: z
      .string()
      .regex(/^[A-Za-z0-9]{1,64}$/)
      .describe('Security identifier (SID) of the account, not secret'),
    type: z
      .enum(['MKT', 'TXN', 'OTP'])
      .default('TXN')
      .describe('Marketing, transactional or one-time passwords'),
    callback_profile_id: z
      .string()
      .min(1)
      .max(128)
      .describe('Callback profile for the status of what is sent'),
  }).required({ sender: true }),
  credentials: secrets({
    api_key: 'API key',
    hook_secret: z
      .string()
      .min(16)
      .max(1024)
      .describe('Value of the header X-Hook-Secret of the callback profiles'),
  }),
  rate: { perSecond: 20, concurrency: 10 },
  verify: (request, { credentials }) => verifyHeaderSecret(request, 'x-hook-secret', credentials.hook_secret),
  dialect: {
    send: {
      path: '/v1/{config.sid}/sms',
      auth: { type: 'header', name: 'api-key', value: '{secret.api_key}' },
      body: {
        type: 'json',
        value: {
          to: '{to}',
          sender: '{from.digits}',
          type: '{config.type}',
          unicode: 'Auto',
          body: '{text}',
          callback_profile_id: '{config.callback_profile_id}',
        },
      },
      answer: { ids: ['data.*.message_id', 'id'], codes: ['code', 'error.code'] },
    },
    receive: {
      format: 'json',
      international: true,
      events: [
        { type: 'message', when: ['message', 'source'], id: ['id'], from: 'source', text: 'message' },
        {
          type: 'receipt',
          when: ['id', 'status'],
          ids: ['id'],
          state: 'status',
          states: {
            ...codesMeaning(`sent: SUBMITTED SENT Sent ENROUTE | delivered: DELIVRD DELIVERED Delivered |
              undelivered: Undelivered UnDelivered UNDELIVERED UNDELIV | platform_refused: NOT-SENT NotSent |
              expired: EXPIRED Expired`),
            // with the operator, of whom no more will be heard
            'SENT - NO DLR': 'sent',
          },
          codes: ['status_trace'],
        },
      ],
    },
    codes: codesMeaning({
      balance_exhausted: 'NO-CREDITS',
      account_suspended: 'KYC-NOT-APPROVED',
      no_route: 'NOTALLOWED BLOCKED-COUNTRY',
      opted_out: 'OPT-OUT CON-DND',
      blocked: 'BLACKLIST',
      template_refused: 'TEMPLATE-NOT-FOUND',
      unreachable: 'INVALID-SUB',
      undelivered: 'MOB-OFF',
    }),
  },
  documents: documentsAt('https://developers.kaleyra.io/docs', [
    ['Send the first SMS', 'sms-api-send-the-first-sms', 'v1, read 2026-11-22'],
    ['SMS callback profiles using dynamic variables', 'create-callback-profile-for-sms', 'read 2026-11-22'],
    [
      'Callback profile for incoming SMS messages',
      'create-sms-callback-profile-to-receive-incoming-sms-messages',
      'read 2026-11-22',
    ],
    ['SMS status and status trace codes', 'sms-status-and-status-trace-codes', 'read 2026-11-22'],
  ]),
});
