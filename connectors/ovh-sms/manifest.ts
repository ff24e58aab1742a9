import { createHash } from 'node:crypto';
import { z } from 'zod';
import { codesMeaning, hookToken, secrets, smsConfig, smsConnector } from '../kit/sms/index.ts';

export const connector = smsConnector({
  name: 'ovh-sms',
  title: 'SMS (OVHcloud)',
  config: smsConfig('https://eu.api.ovh.com/1.0', {
    service_name: z
      .string()
      .regex(/^sms-[a-z0-9-]{1,60}$/i)
      .describe('SMS account: sms-xx11111-1'),
    two_way: z
      .boolean()
      .default(false)
      .describe('Send from a short number that consumers can answer to, for 48 h'),
    no_stop_clause: z
      .boolean()
      .default(true)
      .describe('Nothing promotional is sent: OVH adds no STOP clause'),
  }).refine((of) => of.two_way === (of.sender === undefined), {
    message: 'needs a sender, or two_way, and not both',
    path: ['sender'],
  }),
  credentials: secrets({
    application_key: 'Application key (AK)',
    application_secret: 'Application secret (AS): signs every request',
    consumer_key: 'Consumer key (CK) with the rights GET, PUT /sms/{service} and POST /sms/{service}/jobs',
    hook_token: hookToken.field,
  }),
  rate: { perSecond: 5, concurrency: 5 },
  verify: hookToken.verify,
  sign: ({ method, url, body }, { credentials }, nowMs) => {
    const { application_key: application, application_secret: secret, consumer_key: consumer } = credentials;
    const timestamp = String(Math.floor(nowMs / 1000));
    const data = [secret, consumer, method, url, body, timestamp].join('+');
    return {
      'X-Ovh-Application': application,
      'X-Ovh-Consumer': consumer,
      'X-Ovh-Timestamp': timestamp,
      'X-Ovh-Signature': `$1$${createHash('sha1').update(data).digest('hex')}`,
    };
  },
  dialect: {
    send: {
      path: '/sms/{config.service_name}/jobs',
      body: {
        type: 'json',
        value: {
          charset: 'UTF-8',
          message: '{text}',
          receivers: ['{to}'],
          sender: '{from}',
          senderForResponse: '{config.two_way}',
          noStopClause: '{config.no_stop_clause}',
          tag: '{id}',
          validityPeriod: '{valid_for_minutes}',
        },
      },
      max_valid_for_seconds: 172_800,
      answer: { ids: ['ids.*'], ok: { path: 'invalidReceivers.*', absent: true }, codes: ['errorCode'] },
    },
    receive: {
      format: 'parameters',
      international: true,
      events: [
        {
          type: 'receipt',
          when: ['id', 'ptt'],
          ids: ['id'],
          state: 'ptt',
          states:
            codesMeaning(`ignored: 1 2 | sent: 3 6 | delivered: 4 | undelivered: 5 21 24 25 26 39 * | expired: 8 |
            content_refused: 20 29 33 | address_invalid: 23 | spam_suspected: 28 | unreachable: 27 73 74 |
            platform_refused: 76 202`),
          codes: ['ptt'],
        },
        { type: 'message', when: ['senderid', 'message'], id: ['id'], from: 'senderid', text: 'message' },
      ],
    },
    probe: { path: '/sms/{config.service_name}', detail: 'description' },
    expiry: { path: '/auth/currentCredential', ends: 'expiration' },
    setup: [
      {
        method: 'PUT',
        path: '/sms/{config.service_name}',
        body: {
          type: 'json',
          value: { callBack: hookToken.url, smsResponse: { responseType: 'cgi', cgiUrl: hookToken.url } },
        },
      },
    ],
    // a 200 in which the only receiver is an invalid one
    statuses: { '200': 'address_invalid', '403': 'account_unauthorized' },
    codes: codesMeaning({
      account_unauthorized:
        'NOT_GRANTED_CALL NOT_CREDENTIAL INVALID_KEY INVALID_CREDENTIAL INVALID_SIGNATURE',
      platform_unavailable: 'QUERY_TIME_OUT',
    }),
  },
  documents: [
    {
      title: 'OVHcloud API: /sms',
      url: 'https://eu.api.ovh.com/1.0/sms.json',
      version: '1.0, read 2026-11-22',
    },
    {
      title: 'OVHcloud API: /auth (GET /auth/currentCredential)',
      url: 'https://eu.api.ovh.com/1.0/auth.json',
      version: '1.0, read 2026-11-22',
    },
    {
      title: 'API SMS Cookbook',
      url: 'https://docs.ovhcloud.com/en/guides/web-cloud/messaging/sms/api-sms-cookbook',
      version: '2026-06-15',
    },
    {
      title: 'Call-backs of receipts and answers',
      url: 'https://github.com/ovh/docs/issues/1496',
      version: '2023-01-31',
    },
    {
      title: 'python-ovh: signature, errors',
      url: 'https://github.com/ovh/python-ovh',
      version: 'read 2026-11-22',
    },
  ],
});
