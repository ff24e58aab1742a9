import { z } from 'zod';
import { codesMeaning, documentsAt, hookToken, secrets, smsConfig, smsConnector } from '../kit/sms/index.ts';

const recipients = 'SMSMessageData.Recipients.*';

export const connector = smsConnector({
  name: 'africastalking-sms',
  title: "SMS (Africa's Talking)",
  config: smsConfig('https://api.africastalking.com', {
    username: z.string().min(1).max(64).describe('Username of the application'),
  }),
  credentials: secrets({ api_key: 'API key of the application', hook_token: hookToken.field }),
  rate: { perSecond: 10, concurrency: 5 },
  verify: hookToken.verify,
  dialect: {
    send: {
      path: '/version1/messaging',
      auth: { type: 'header', name: 'apiKey', value: '{secret.api_key}' },
      headers: { Accept: 'application/json' },
      body: {
        type: 'form',
        fields: { username: '{config.username}', to: '{to}', message: '{text}', from: '{from}' },
      },
      answer: {
        ids: [`${recipients}.messageId`],
        // a 201 may hold a refusal
        ok: { path: `${recipients}.statusCode`, in: [100, 101, 102] },
        codes: [`${recipients}.statusCode`],
      },
    },
    receive: {
      format: 'form',
      international: true,
      events: [
        {
          type: 'receipt',
          when: ['status', 'phoneNumber'],
          ids: ['id'],
          state: 'status',
          states:
            codesMeaning(`sent: Sent Submitted | delivered: Success | platform_refused: Rejected | undelivered: Failed |
            unreachable: AbsentSubscriber | expired: Expired`),
          codes: ['failureReason'],
        },
        { type: 'message', when: ['from', 'text'], id: ['id'], from: 'from', text: 'text' },
      ],
    },
    probe: { path: '/version1/user', query: { username: '{config.username}' }, detail: 'UserData.balance' },
    codes: codesMeaning({
      address_invalid: '403',
      unreachable: '404 407 UserIsInactive UserAccountSuspended UserDoesNotExist NotNetworkSubcriber',
      opted_out: '406 409 UserInBlackList DoNotDisturbRejection',
      balance_exhausted: '405 InsufficientCredit',
      platform_unavailable: '500 501',
    }),
  },
  documents: documentsAt('https://developers.africastalking.com/docs', [
    ['Bulk SMS: sending', 'sms/sending/bulk', 'read 2026-11-22'],
    ['SMS notifications and delivery reports', 'sms/notifications', 'read 2026-11-22'],
  ]),
});
