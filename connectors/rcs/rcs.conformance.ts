import { asFixture, fixtureRequest } from '../../test/conformance/fixtures.ts';
import { signingKey } from '../../test/conformance/signing-key.ts';
import type { ConformanceSpec } from '../../test/conformance/spec.ts';
import { answeringSteps } from '../../test/conformance/steps.ts';
import type { HookRequest } from '../contract/index.ts';
import { hmac } from '../kit/signature.ts';
import { call, pictured, sample, see, take } from '../kit/samples.testing.ts';
import { connector } from './index.ts';

const { pem } = signingKey('key-of-google');
const person = { agentId: 'bike-shop_agent@rbm.goog', senderPhoneNumber: '+33639980001' };

/** A push around what a fixture holds, which alone is signed. */
function pushed(request: HookRequest, token: string): HookRequest {
  const message = {
    attributes: { product: 'RBM', type: 'message' },
    data: Buffer.from(request.body).toString('base64'),
    messageId: '14150000000000001',
    publishTime: '2026-11-22T11:59:01Z',
  };
  const body = Buffer.from(JSON.stringify({ message, subscription: 'projects/example/subscriptions/rbm' }));
  const signature = hmac('sha512', token, request.body).toString('base64');
  return { ...request, body, headers: { ...request.headers, 'x-goog-signature': signature } };
}

const refusal = (code: number, status: string) => ({
  status: code,
  body: { error: { code, status, message: 'refused' } },
});
const id = '4f1d6d1e-5d0a-5b7e-9a44-0c5b8a1f2e30';
const clientToken = 'example-client-token';

export const spec: ConformanceSpec = {
  connector: answeringSteps(connector, ({ url }) => {
    if (url.endsWith('/token'))
      return { status: 200, body: { access_token: 'example-access', expires_in: 3599 } };
    return url.includes('/upload/v1/files') ? { status: 200, body: { name: 'files/example' } } : undefined;
  }),
  account: {
    id: 'acc_01KAP000000000000000000RCS',
    merchantId: 'mer_01KAP000000000000000000RCS',
    test: true,
    config: {
      agent_id: 'bike-shop_agent',
      service_account: 'rbm@example.iam.gserviceaccount.com',
      traffic_type: 'TRANSACTION',
      country: 'FR',
      base_url: 'http://platform.test',
      token_url: 'http://platform.test/token',
    },
    credentials: { private_key: pem, client_token: clientToken },
    hookUrl: 'https://gateway.test/hooks/rcs/acc_01KAP000000000000000000RCS',
  },
  fixtures: new URL('./fixtures/', import.meta.url),
  request: (fixture) => pushed(fixtureRequest(fixture, spec.account), clientToken),
  spoil: {
    'data of another message': (request) => ({
      ...request,
      body: pushed(
        fixtureRequest(asFixture('x', { ...person, messageId: 'M', text: 'y' }), spec.account),
        'x',
      ).body,
    }),
    'another token': (request) => ({
      ...request,
      headers: { ...request.headers, 'x-goog-signature': hmac('sha512', 'other', 'x').toString('base64') },
    }),
    'a signature in hexadecimal': (request) => ({
      ...request,
      headers: {
        ...request.headers,
        'x-goog-signature': Buffer.from(request.headers['x-goog-signature'] ?? '', 'base64').toString('hex'),
      },
    }),
  },
  ignored: {
    'a message to another agent of the partner': {
      ...person,
      agentId: 'other_agent@rbm.goog',
      messageId: 'M',
      text: 'x',
    },
    'an agent that was launched': { agentId: person.agentId, launchState: 'LAUNCHED' },
    'a message without content': { ...person, messageId: 'M' },
    'a message of nobody': { agentId: person.agentId, messageId: 'M', text: 'x' },
    'a receipt of nothing': { ...person, eventType: 'DELIVERED', eventId: 'E' },
    'an unknown event': { ...person, eventType: 'EVENT_OF_NEXT_YEAR', eventId: 'E', messageId: 'M' },
  },
  answers: {
    ok: {
      status: 200,
      body: { name: `phones/+33639980001/agentMessages/${id}`, sendTime: '2026-11-22T12:00:00Z' },
    },
    providerIds: [id],
    unauthorized: refusal(401, 'UNAUTHENTICATED'),
    throttled: { ...refusal(429, 'RESOURCE_EXHAUSTED'), headers: { 'retry-after': '7' }, retryAfterMs: 7000 },
    rejected: [
      { name: 'more than the device can', ...refusal(400, 'INVALID_ARGUMENT'), code: 'content_refused' },
      { name: 'a number without RCS', ...refusal(404, 'NOT_FOUND'), code: 'unreachable' },
      {
        name: 'a network without the agent, as it was',
        ...refusal(403, 'PERMISSION_DENIED'),
        code: 'unreachable',
      },
      { name: 'trouble inside', ...refusal(503, 'UNAVAILABLE'), code: 'platform_unavailable' },
      { name: 'a status of next year', ...refusal(418, 'TEAPOT'), code: 'platform_refused' },
    ],
  },
  addresses: {
    same: ['tel:+33639980001', 'tel:+33 6 39 98 00 01', 'tel:06 39 98 00 01'],
    refused: ['tel:38064', 'tel:alpha:ACME', 'mailto:noa@example.com', 'rcs:+33639980001'],
    sample: 'tel:+33639980001',
  },
  samples: [
    sample.text,
    { kind: 'media', media: sample.picture.media },
    sample.place,
    sample.buttons,
    { kind: 'card', card: pictured(see, call, take) },
    { kind: 'carousel', cards: sample.carousel.cards },
    {
      kind: 'appointment',
      title: 'Révision',
      start: '2026-12-01T09:00:00+01:00',
      end: '2026-12-01T09:30:00+01:00',
      place: 'Atelier',
    },
    sample.typing,
    sample.read,
    { kind: 'native', connector: 'rcs', payload: { text: 'x' }, text: 'x' },
  ],
  skips: {
    'refuses a tampered body':
      'of the body only the data are signed, and nothing else of it is read: `spoil` shows data that were tampered with',
    'refuses a stale request': 'the signature covers no time: de-duplication is what stops a replay',
    'ignores its own echo': 'the platform sends back nothing of the agent itself',
  },
};
