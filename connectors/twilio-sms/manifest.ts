import { z } from 'zod';
import { codesMeaning, documentsAt, secrets, smsConfig, smsConnector } from '../kit/sms/index.ts';
import { verifyTwilio } from '../kit/signatures/index.ts';

const sid = (prefix: string) => z.string().regex(new RegExp(`^${prefix}[0-9a-fA-F]{32}$`));

export const connector = smsConnector({
  name: 'twilio-sms',
  title: 'SMS and MMS (Twilio)',
  config: smsConfig('https://api.twilio.com', {
    account_sid: sid('AC').describe('Account SID'),
    messaging_service_sid: sid('MG').optional().describe('Messaging Service that chooses the sender'),
  }).refine((of) => of.sender !== undefined || of.messaging_service_sid !== undefined, {
    message: 'needs a sender or a messaging_service_sid',
    path: ['sender'],
  }),
  credentials: secrets({ auth_token: "The account's auth token: allows to send, and signs every call-back" }),
  rate: { perSecond: 100, concurrency: 20 },
  verify: (request, { credentials: { auth_token: token } }) => verifyTwilio(request, token),
  media: { image: { maxBytes: 5_000_000, types: ['image/jpeg', 'image/png', 'image/gif'] } },
  receivesMedia: true,
  dialect: {
    send: {
      path: '/2010-04-01/Accounts/{config.account_sid}/Messages.json',
      auth: { type: 'basic', user: '{config.account_sid}', password: '{secret.auth_token}' },
      body: {
        type: 'form',
        fields: {
          To: '{to}',
          From: '{from}',
          MessagingServiceSid: '{config.messaging_service_sid}',
          Body: '{text}',
          MediaUrl: '{media_url}',
          StatusCallback: '{hook}',
          ValidityPeriod: '{valid_for_seconds}',
        },
      },
      max_valid_for_seconds: 36_000,
      answer: { ids: ['sid'], codes: ['code', 'error_code'] },
    },
    receive: {
      format: 'form',
      events: [
        {
          type: 'receipt',
          when: ['MessageStatus'],
          ids: ['MessageSid', 'SmsSid'],
          state: 'MessageStatus',
          states: codesMeaning(
            `sent: sent | delivered: delivered | undelivered: undelivered failed | cancelled: canceled`,
          ),
          codes: ['ErrorCode'],
        },
        {
          type: 'message',
          when: ['MessageSid', 'From'],
          id: ['MessageSid'],
          from: 'From',
          text: 'Body',
          media: { url: 'MediaUrl{n}', type: 'MediaContentType{n}' },
        },
      ],
      // an empty TwiML answer: nothing is to be said back
      answer: { type: 'text/xml', body: '<Response/>' },
    },
    probe: { path: '/2010-04-01/Accounts/{config.account_sid}.json', detail: 'friendly_name' },
    codes: codesMeaning({
      account_unauthorized: '20003',
      account_suspended: '20005 30002',
      throttled: '20429 21611 30001 63038',
      platform_unavailable: '21730',
      address_invalid: '21211 30005',
      unreachable: '21612 21614 30003 30006',
      undelivered: '30008',
      blocked: '30004',
      opted_out: '21610',
      spam_suspected: '30007',
      content_refused: '21602',
      content_too_large: '21617',
      media_unavailable: '21620 21623',
    }),
  },
  documents: documentsAt('https://www.twilio.com/docs', [
    ['Messages resource', 'messaging/api/message-resource', '2010-04-01, read 2026-11-22'],
    ['Request to your incoming message webhook', 'messaging/guides/webhook-request', '2026-03-09'],
    ['Webhooks security', 'usage/webhooks/webhooks-security', 'read 2026-11-22'],
    ['Error and warning dictionary', 'api/errors', 'read 2026-11-22'],
  ]),
});
