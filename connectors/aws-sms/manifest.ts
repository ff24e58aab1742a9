import { z } from 'zod';
import { codesMeaning, documentsAt, secrets, smsConfig, smsConnector } from '../kit/sms/index.ts';
import { signV4, snsCertificate, snsSubscription, verifySns } from '../kit/signatures/index.ts';

/** SNS repeats for a quarter of an hour unless its owner says otherwise, and signs once. */
const toleranceMs = 86_400_000;
const target = (operation: string) => ({ 'X-Amz-Target': `PinpointSMSVoiceV2.${operation}` });
const name = z.string().min(1).max(256);

export const connector = smsConnector({
  name: 'aws-sms',
  title: 'SMS (AWS End User Messaging)',
  config: smsConfig(undefined, {
    region: z
      .string()
      .regex(/^[a-z]{2}(?:-[a-z]+)+-\d$/)
      .describe('Region: eu-west-1'),
    origination_identity: name.describe('What is sent from: a number, sender ID, pool, or the ARN of one'),
    topic_arn: z
      .string()
      .regex(/^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/)
      .describe('SNS topic'),
    configuration_set: name.optional().describe('Configuration set whose events go to the topic'),
    message_type: z.enum(['TRANSACTIONAL', 'PROMOTIONAL']).default('TRANSACTIONAL').describe('What is sent'),
  }),
  credentials: secrets({ access_key_id: 'Access key', secret_access_key: 'Secret access key' }),
  rate: { perSecond: 1, concurrency: 2 },
  keySet: (_, request) => snsCertificate(request),
  verify: (request, { config: { topic_arn: topicArn } }, nowMs, keys) =>
    verifySns(request, { topicArn, keys }, { nowMs, toleranceMs }),
  confirm: async (request, _, { http, signal }) => {
    const url = snsSubscription(request);
    const result = url && (await http.call({ method: 'GET', url, signal }));
    return !result || (result.type === 'answer' && result.status === 200);
  },
  sign: (request, { config: { region }, credentials }, nowMs) => {
    const service = new URL(request.url).hostname.startsWith('sns.') ? 'sns' : 'sms-voice';
    const { access_key_id: id, secret_access_key: secret } = credentials;
    return signV4(request, { id, secret, region, service }, nowMs);
  },
  dialect: {
    send: {
      path: '/',
      headers: { ...target('SendTextMessage'), 'content-type': 'application/x-amz-json-1.0' },
      body: {
        type: 'json',
        value: {
          DestinationPhoneNumber: '{to}',
          OriginationIdentity: '{config.origination_identity}',
          MessageBody: '{text}',
          MessageType: '{config.message_type}',
          ConfigurationSetName: '{config.configuration_set}',
          TimeToLive: '{valid_for_seconds}',
        },
      },
      max_valid_for_seconds: 259_200,
      answer: { ids: ['MessageId'], codes: ['Reason', { path: '__type', after: '#' }, '__type'] },
    },
    receive: {
      format: 'json',
      embedded: 'Message',
      events: [
        {
          type: 'receipt',
          when: ['Message.messageId', { path: 'Message.eventType', starts: 'TEXT_' }],
          ids: ['Message.messageId'],
          state: 'Message.eventType',
          states: codesMeaning(`ignored: TEXT_QUEUED TEXT_PENDING | sent: TEXT_SUCCESSFUL TEXT_UNKNOWN |
            delivered: TEXT_DELIVERED | blocked: TEXT_BLOCKED TEXT_CARRIER_BLOCKED | expired: TEXT_TTL_EXPIRED |
            undelivered: TEXT_CARRIER_UNREACHABLE | address_invalid: TEXT_INVALID | unreachable: TEXT_UNREACHABLE |
            content_refused: TEXT_INVALID_MESSAGE | spam_suspected: TEXT_SPAM | no_route: TEXT_PROTECT_BLOCKED`),
          codes: ['Message.messageStatus'],
          at: { path: 'Message.eventTimestamp', format: 'milliseconds' },
        },
        {
          type: 'message',
          when: ['Message.originationNumber', 'Message.messageBody'],
          id: ['Message.inboundMessageId'],
          from: 'Message.originationNumber',
          text: 'Message.messageBody',
          at: { path: 'Timestamp', format: 'iso' },
        },
        {
          type: 'ignored',
          when: [{ path: 'Type', starts: 'Subscription' }],
          reason: 'a subscription to confirm',
        },
      ],
    },
    probe: {
      method: 'POST',
      path: '/',
      headers: target('DescribeAccountAttributes'),
      body: { type: 'json', value: {} },
      detail: 'AccountAttributes.0.Value',
    },
    setup: [
      {
        method: 'POST',
        base: 'https://sns.{config.region}.amazonaws.com',
        path: '/',
        body: {
          type: 'form',
          fields: {
            Action: 'Subscribe',
            Version: '2010-03-31',
            TopicArn: '{config.topic_arn}',
            Protocol: 'https',
            Endpoint: '{hook}',
          },
        },
      },
    ],
    codes: codesMeaning({
      account_unauthorized:
        'AccessDeniedException UnrecognizedClientException InvalidSignatureException IncompleteSignatureException MissingAuthenticationTokenException ExpiredTokenException',
      throttled: 'ThrottlingException',
      balance_exhausted: 'MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT',
      platform_unavailable: 'InternalServerException',
      opted_out: 'DESTINATION_PHONE_NUMBER_OPTED_OUT',
      blocked: 'DESTINATION_PHONE_NUMBER_BLOCKED_BY_PROTECT_NUMBER_OVERRIDE',
      no_route: 'DESTINATION_COUNTRY_BLOCKED DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION',
    }),
  },
  documents: documentsAt('https://docs.aws.amazon.com', [
    ['End User Messaging SMS: API reference', 'pinpoint/latest/apireference_smsvoicev2', 'v2, 2022-03-31'],
    ['SMS user guide: events, two-way', 'sms-voice/latest/userguide', 'read 2026-11-22'],
    ['SNS: message signatures, confirmation', 'sns/latest/dg', 'read 2026-11-22'],
    ['Signature Version 4', 'IAM/latest/UserGuide/reference_sigv.html', 'read 2026-11-22'],
  ]),
});
