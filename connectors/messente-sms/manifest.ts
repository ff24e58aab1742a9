import { z } from 'zod';
import { verifyBodySignature } from '../kit/signatures/index.ts';
import type { BodySignature } from '../kit/signatures/header.ts';
import { codesMeaning, documentsAt, secrets, smsConfig, smsConnector } from '../kit/sms/index.ts';

const signature: BodySignature = { header: 'x-messente-signature', algorithm: 'sha256', encoding: 'hex' };
const sms = { path: 'channel', in: ['sms'] };

export const connector = smsConnector({
  name: 'messente-sms',
  title: 'SMS (Messente)',
  config: smsConfig('https://api.messente.com', {
    username: z.string().min(1).max(128).describe('API username (not secret)'),
  }),
  credentials: secrets({
    api_password: 'API password: sends, and signs receipts',
    inbound_secret: 'Shared secret of the inbound numbers: signs what comes in',
  }),
  rate: { perSecond: 10, concurrency: 5 },
  verify: (request, { credentials: { api_password: password, inbound_secret: secret } }) => {
    const byPassword = verifyBodySignature(request, password, signature);
    return byPassword.ok ? byPassword : verifyBodySignature(request, secret, signature);
  },
  dialect: {
    send: {
      path: '/v1/omnimessage',
      auth: { type: 'basic', user: '{config.username}', password: '{secret.api_password}' },
      headers: { Accept: 'application/json' },
      body: {
        type: 'json',
        value: {
          to: '{to}',
          messages: [
            {
              channel: 'sms',
              sender: '{from}',
              text: '{text}',
              validity: '{valid_for_minutes}',
              autoconvert: 'off',
            },
          ],
          dlr_url: '{hook}',
        },
      },
      answer: { ids: ['messages.*.message_id'], codes: ['errors.0.code'] },
    },
    receive: {
      format: 'json',
      events: [
        {
          type: 'message',
          when: ['msg_id', 'sender', 'text', sms],
          // each part of a long text has one of its own
          id: ['sub_msg_id', 'msg_id'],
          from: 'sender',
          text: 'text',
          at: { path: 'time', format: 'iso' },
        },
        {
          type: 'receipt',
          when: ['message_id', 'status', sms],
          ids: ['message_id'],
          state: 'status',
          states: codesMeaning(
            `sent: ACK ACCEPTD | delivered: DELIVRD | undelivered: UNDELIV FAILED DELETED | expired: EXPIRED | platform_refused: REJECTD NACK`,
          ),
          codes: ['err'],
          at: { path: 'timestamp', format: 'iso' },
        },
      ],
    },
    probe: { path: '/v1/phonebook/groups' },
    codes: codesMeaning({
      expired: '2',
      address_invalid: '3 5',
      balance_exhausted: '4',
      spam_suspected: '6',
      no_route: '8 9',
      platform_unavailable: '999 104',
      account_unauthorized: '102 103',
    }),
  },
  documents: documentsAt('https://messente.com/documentation', [
    ['Requests & Authentication', 'omnichannel-api/requests-and-authentication', 'v1, read 2026-11-22'],
    ['Delivery Report', 'omnichannel-api/delivery-report', 'v1, read 2026-11-22'],
    ['Inbound Messages', 'omnichannel-api/inbound-messages', 'read 2026-11-22'],
    ['Security', 'api-setup/security', 'read 2026-11-22'],
    ['Phonebook API', 'phonebook-api/reference', 'v1, read 2026-11-22'],
  ]),
});
