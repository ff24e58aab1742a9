import { fixtureRequest } from '../../test/conformance/fixtures.ts';
import { suiteNowMs } from '../../test/conformance/scripted.ts';
import { signingKey } from '../../test/conformance/signing-key.ts';
import type { ConformanceSpec } from '../../test/conformance/spec.ts';
import { answeringSteps } from '../../test/conformance/steps.ts';
import type { HookRequest } from '../contract/index.ts';
import { sample } from '../kit/samples.testing.ts';
import { connector } from './index.ts';

export const google = signingKey('key-of-google');
const another = signingKey('key-of-google');
const hookUrl = 'https://gateway.test/hooks/google-chat/acc_01KAP00000000000000000GCHT';
const nowS = suiteNowMs / 1000;
export const claims = {
  iss: 'https://accounts.google.com',
  aud: hookUrl,
  email: 'chat@system.gserviceaccount.com',
  email_verified: true,
  iat: nowS,
  exp: nowS + 3600,
};
const bearing = (request: HookRequest, token: string): HookRequest => ({
  ...request,
  headers: { ...request.headers, authorization: `Bearer ${token}` },
});
const spoilt = (of: object) => (request: HookRequest) => bearing(request, google.token({ ...claims, ...of }));

const user = { name: 'users/100200300400500', displayName: 'Noa Exemple', type: 'HUMAN' };
const space = { name: 'spaces/EXAMPLE', type: 'DM', singleUserBotDm: true };
const message = { name: 'spaces/EXAMPLE/messages/1.1', sender: user, text: 'x' };
const refusal = (code: number, status: string) => ({
  status: code,
  body: { error: { code, status, message: 'refused' } },
});

const hook = connector.hook!;
/** The suite knows no keys of platforms: here they are those of the test. */
const keyed = {
  ...connector,
  hook: { ...hook, verify: (request, account, nowMs) => hook.verify(request, account, nowMs, google.keys) },
} satisfies typeof connector;

export const spec: ConformanceSpec = {
  connector: answeringSteps(keyed, ({ url }) => {
    if (url.endsWith('/token'))
      return { status: 200, body: { access_token: 'example-access', expires_in: 3599 } };
    return url.includes(':findDirectMessage') ? { status: 200, body: { name: 'spaces/EXAMPLE' } } : undefined;
  }),
  account: {
    id: 'acc_01KAP00000000000000000GCHT',
    merchantId: 'mer_01KAP00000000000000000GCHT',
    test: true,
    config: {
      service_account: 'bot@example.iam.gserviceaccount.com',
      base_url: 'http://platform.test',
      token_url: 'http://platform.test/token',
    },
    credentials: { private_key: google.pem },
    hookUrl,
  },
  fixtures: new URL('./fixtures/', import.meta.url),
  request: (fixture) => bearing(fixtureRequest(fixture, spec.account), google.token(claims)),
  spoil: {
    'another key of the same name': (request) => bearing(request, another.token(claims)),
    'another audience': spoilt({
      aud: 'https://gateway.test/hooks/google-chat/acc_01KAP0000000000000000OTHER',
    }),
    'another issuer': spoilt({ iss: 'https://issuer.example.com' }),
    'somebody else whom Google signs for': spoilt({ email: 'noa@example.com' }),
    'an address that was not verified': spoilt({ email_verified: false }),
    'a token that has ended': spoilt({ exp: nowS - 301 }),
    'no algorithm': (request) => bearing(request, google.token(claims, { alg: 'none' })),
    'the public key as a secret': (request) => bearing(request, google.token(claims, { alg: 'HS256' })),
    'no token': (request) => ({ ...request, headers: { ...request.headers, authorization: undefined } }),
  },
  ignored: {
    'its own echo': { type: 'MESSAGE', space, user: { ...user, type: 'BOT' }, message },
    'a message in a space': { type: 'MESSAGE', user, message, space: { name: 'spaces/ROOM', type: 'ROOM' } },
    'the app was added': { type: 'ADDED_TO_SPACE', space, user },
    'the app was removed': { type: 'REMOVED_FROM_SPACE', space, user },
    'a press without a payload': { type: 'CARD_CLICKED', space, user, message },
    'a message without a person': { type: 'MESSAGE', space, message },
    'an unknown event': { type: 'SOMETHING_OF_NEXT_YEAR', space, user },
  },
  answers: {
    ok: { status: 200, body: { name: 'spaces/EXAMPLE/messages/2.2', createTime: '2026-11-22T12:00:00Z' } },
    providerIds: ['spaces/EXAMPLE/messages/2.2'],
    unauthorized: refusal(401, 'UNAUTHENTICATED'),
    throttled: { ...refusal(429, 'RESOURCE_EXHAUSTED'), headers: { 'retry-after': '7' }, retryAfterMs: 7000 },
    rejected: [
      { name: 'a message that is none', ...refusal(400, 'INVALID_ARGUMENT'), code: 'content_refused' },
      { name: 'an app that was removed', ...refusal(403, 'PERMISSION_DENIED'), code: 'unreachable' },
      { name: 'a space that is gone', ...refusal(404, 'NOT_FOUND'), code: 'unreachable' },
      { name: 'trouble inside', ...refusal(503, 'UNAVAILABLE'), code: 'platform_unavailable' },
      { name: 'a status of next year', ...refusal(418, 'TEAPOT'), code: 'platform_refused' },
    ],
  },
  addresses: {
    same: ['google-chat:100200300400500', 'Google-Chat:100200300400500', 'google-chat:0100200300400500'],
    refused: ['google-chat:noa@example.com', 'google-chat:12', 'tel:+33639980001'],
    sample: 'google-chat:100200300400500',
  },
  samples: [
    sample.text,
    sample.markdown,
    sample.picture,
    { ...sample.buttons, header: 'Rendez-vous' },
    sample.picturedCard,
    sample.carousel,
    sample.edit,
    sample.removal,
    { kind: 'native', connector: 'google-chat', payload: { text: 'x' }, text: 'x' },
  ],
  skips: {
    'refuses a tampered body': 'the token says who calls whom and nothing of the body: TLS has to',
    'refuses a request made with another secret':
      'what a call is checked with are keys that Google publishes; `spoil` shows a token signed with another',
  },
};
