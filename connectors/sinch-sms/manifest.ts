import {
  codesMeaning,
  documentsAt,
  hookToken,
  secretField,
  secrets,
  smsConfig,
  smsConnector,
} from '../kit/sms/index.ts';
import { verifySinch } from '../kit/signatures/index.ts';

/** Sinch repeats a call-back for almost 23 h; nothing says that it signs each repetition anew. */
const toleranceMs = 25 * 3_600_000;
const received = { path: 'received_at', format: 'iso' } as const;
const message = { type: 'message' as const, id: ['id'], from: 'from', at: received };

export const connector = smsConnector({
  name: 'sinch-sms',
  title: 'SMS (Sinch)',
  config: smsConfig('https://eu.sms.api.sinch.com', {
    service_plan_id: secretField('Service plan (not secret)').regex(/^[A-Za-z0-9_-]+$/),
  }).required({ sender: true }),
  credentials: secrets({
    api_token: 'API token of the service plan',
    hook_token: hookToken.field,
    webhook_secret: secretField('Secret that signs call-backs, once Sinch has set one up').optional(),
  }),
  rate: { perSecond: 20, concurrency: 10 },
  verify: (request, account, nowMs) =>
    account.credentials.webhook_secret === undefined
      ? hookToken.verify(request, account)
      : verifySinch(request, account.credentials.webhook_secret, { nowMs, toleranceMs }),
  receivesMedia: true,
  dialect: {
    send: {
      path: '/xms/v1/{config.service_plan_id}/batches',
      auth: { type: 'bearer', token: '{secret.api_token}' },
      body: {
        type: 'json',
        value: {
          type: 'mt_text',
          from: '{from}',
          to: ['{to}'],
          body: '{text}',
          delivery_report: 'per_recipient',
          callback_url: hookToken.url,
          client_reference: '{id}',
          expire_at: '{valid_until}',
        },
      },
      max_valid_for_seconds: 259_200,
      answer: { ids: ['id'], codes: ['code'] },
    },
    receive: {
      format: 'json',
      international: true,
      events: [
        {
          type: 'receipt',
          when: [{ path: 'type', starts: 'recipient_delivery_report_' }],
          ids: ['batch_id'],
          state: 'status',
          states:
            codesMeaning(`sent: Dispatched Unknown | delivered: Delivered | platform_refused: Aborted Rejected |
            undelivered: Deleted Failed | expired: Expired | cancelled: Cancelled`),
          codes: ['code'],
          at: { path: 'at', format: 'iso' },
        },
        { ...message, when: [{ path: 'type', in: ['mo_text'] }], text: 'body' },
        {
          ...message,
          when: [{ path: 'type', in: ['mo_media'] }],
          text: 'body.message',
          media: { url: 'body.media.{n}.url', type: 'body.media.{n}.content_type' },
        },
      ],
    },
    probe: { path: '/xms/v1/{config.service_plan_id}/groups' },
    codes: codesMeaning({
      unreachable: '402',
      platform_unavailable: '403 404',
      expired: '406',
      cancelled: '407',
      content_too_large: '411',
    }),
  },
  documents: documentsAt('https://developers.sinch.com', [
    ['SMS API reference', 'docs/sms/api-reference', '1.0, read 2026-11-22'],
    [
      'SMS API: Webhooks and delivery reports',
      'docs/sms/api-reference/sms/tag/Webhooks',
      '1.0, read 2026-11-22',
    ],
    ['SDK for Node.js: sms models', 'sdk/sinch-sdk-node', '1.5.0, read 2026-11-22'],
  ]),
});
