import { suiteNowMs } from '../../test/conformance/scripted.ts';
import { smsSpec } from '../../test/conformance/sms.ts';
import { snsSigner, snsTopic } from '../../test/conformance/sns.ts';
import { connector } from './index.ts';

const id = '0b1c2d3e-4f50-4a61-8b72-9c8d0e1f2a3b';
export const { keys, notified } = snsSigner();
const elsewhere = 'https://sns.eu-west-1.amazonaws.com.example.test/SimpleNotificationService-0a1b.pem';

const refused = (status: number, type: string, reason?: string) => ({
  status,
  body: { __type: `com.amazonaws.example#${type}`, Message: 'x', ...(reason ? { Reason: reason } : {}) },
});

export const spec = smsSpec(connector, {
  folder: import.meta.url,
  config: {
    region: 'eu-west-1',
    origination_identity: 'pool-1',
    topic_arn: snsTopic,
    message_type: 'PROMOTIONAL',
  },
  credentials: { access_key_id: 'example-key-id', secret_access_key: 'example-secret-access-key' },
  keys,
  calls: {
    make: (request) => notified(request),
    spoil: {
      'another topic': (request) => notified(request, { TopicArn: `${snsTopic}2` }),
      'another key': snsSigner().notified,
      'a certificate of somebody else': (request) => notified(request, { SigningCertURL: elsewhere }),
      'another message': (request) => ({
        ...request,
        body: Buffer.from(Buffer.from(request.body).toString('utf8').replace('"Message":"', '"Message":" ')),
      }),
      'a stale message': (request) =>
        notified(request, { Timestamp: new Date(suiteNowMs - 86_401_000).toISOString() }),
    },
  },
  ignored: {
    'its own echo': { originationNumber: '+33639980100', messageBody: 'x', inboundMessageId: 'in-1' },
    'an event on the way': { eventType: 'TEXT_PENDING', messageId: id, messageStatus: 'PENDING' },
    'an unknown event': { eventType: 'VOICE_ANSWERED', messageId: id },
    'nothing at all': {},
  },
  answers: {
    ok: { status: 200, body: { MessageId: id } },
    providerIds: [id],
    unauthorized: refused(400, 'UnrecognizedClientException'),
    throttled: refused(400, 'ThrottlingException'),
    rejected: [
      [
        'no right',
        refused(400, 'AccessDeniedException', 'INSUFFICIENT_ACCOUNT_REPUTATION'),
        'account_unauthorized',
      ],
      ['STOP', refused(400, 'ConflictException', 'DESTINATION_PHONE_NUMBER_OPTED_OUT'), 'opted_out'],
      ['a wrong request', refused(400, 'ValidationException', 'INVALID_PARAMETER'), 'platform_refused'],
    ],
  },
  skips: {
    'refuses a tampered body': 'what is signed are members, not bytes: `spoil` shows another message',
    'refuses a request made with another secret':
      'it is checked with a certificate of Amazon; `spoil` shows another',
    'refuses a request without a signature': 'the signature stands in the body; `spoil` shows others',
  },
});
