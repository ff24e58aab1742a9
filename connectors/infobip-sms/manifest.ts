import { codesMeaning, documentsAt, hookToken, secrets, smsConfig, smsConnector } from '../kit/sms/index.ts';

const message = {
  sender: '{from.digits}',
  destinations: [{ to: '{to.digits}' }],
  content: { text: '{text}' },
  options: { validityPeriod: { amount: '{valid_for_seconds}', timeUnit: 'SECONDS' } },
  webhooks: { delivery: { url: hookToken.url, intermediateReport: true }, callbackData: '{id}' },
};
const at = { path: 'doneAt', format: 'iso' } as const;

export const connector = smsConnector({
  name: 'infobip-sms',
  title: 'SMS (Infobip)',
  config: smsConfig(undefined, {}).required({ sender: true }),
  credentials: secrets({ api_key: 'API key with the scope sms:message:send', hook_token: hookToken.field }),
  rate: { perSecond: 20, concurrency: 10 },
  verify: hookToken.verify,
  dialect: {
    send: {
      path: '/sms/3/messages',
      auth: { type: 'header', name: 'Authorization', value: 'App {secret.api_key}' },
      body: { type: 'json', value: { messages: [message] } },
      max_valid_for_seconds: 172_800,
      answer: {
        ids: ['messages.*.messageId'],
        // a 200 may hold a refusal: group 5, and 2 and 4
        ok: { path: 'messages.*.status.groupId', in: [0, 1, 3] },
        codes: ['messages.0.status.name', 'errorCode'],
      },
    },
    receive: {
      format: 'json',
      each: 'results.*',
      international: true,
      events: [
        {
          type: 'receipt',
          // of the group DELIVERED, but not the end of it
          when: [{ path: 'status.name', in: ['DELIVERED_TO_OPERATOR'] }],
          ids: ['messageId'],
          state: 'status.name',
          states: codesMeaning('sent: DELIVERED_TO_OPERATOR'),
          at,
        },
        {
          type: 'receipt',
          when: ['status.groupName'],
          ids: ['messageId'],
          state: 'status.groupName',
          states:
            codesMeaning(`sent: PENDING | delivered: DELIVERED | undelivered: UNDELIVERABLE | expired: EXPIRED |
            platform_refused: REJECTED`),
          codes: ['status.name', 'error.name'],
          at,
        },
        {
          type: 'message',
          when: ['text', 'receivedAt'],
          id: ['messageId'],
          from: 'from',
          text: 'text',
          at: { path: 'receivedAt', format: 'iso' },
        },
      ],
    },
    probe: { path: '/account/1/balance', detail: 'currency' },
    statuses: { '403': 'account_unauthorized' },
    codes: codesMeaning({
      account_unauthorized: 'EC_ACCOUNT_ACCESS_DENIED',
      balance_exhausted: 'REJECTED_NOT_ENOUGH_CREDITS REJECTED_PREPAID_PACKAGE_EXPIRED',
      throttled_pair: 'REJECTED_FLOODING_FILTER EC_DESTINATION_FLOODING EC_DESTINATION_TXT_FLOODING',
      platform_unavailable: 'REJECTED_SYSTEM_ERROR',
      address_invalid: 'REJECTED_PREFIX_MISSING MISSING_TO REJECTED_DESTINATION',
      unreachable: 'EC_UNKNOWN_SUBSCRIBER EC_INVALID_DESTINATION_ADDRESS EC_DEACTIVATED_LIST',
      opted_out: 'REJECTED_DND EC_CONTENT_BLOCKED EC_SC_BLOCKED_BY_END_USER EC_DEST_ADDRESS_BLACKLISTED',
      blocked: 'REJECTED_DESTINATION_BLOCKLISTED EC_BLACKLISTED_DESTINATIONADDRESS',
      spam_suspected: 'SIGNALS_BLOCKED EC_SIGNALS_BLOCKED EC_REJECTED_SPAM_BY_OPERATOR',
      content_refused: 'EC_CONTENT_BLOCKED_BY_OPERATOR',
      content_too_large: 'REJECTED_MESSAGE_TOO_LONG EC_MSG_TEXT_TOO_LONG',
    }),
  },
  documents: documentsAt('https://www.infobip.com/docs', [
    ['SMS API (OpenAPI)', 'api/channels/sms', '3.210.0, 2026-07-23'],
    ['Message status codes', 'developer-resources/api-fundamentals/message-status-codes', '2026-07'],
    ['Error code reference', 'developer-resources/api-fundamentals/error-code-reference', '2026-07'],
  ]),
});
