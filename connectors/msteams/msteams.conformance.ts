import { fixtureRequest } from '../../test/conformance/fixtures.ts';
import { suiteNowMs } from '../../test/conformance/scripted.ts';
import { signingKey } from '../../test/conformance/signing-key.ts';
import type { ConformanceSpec } from '../../test/conformance/spec.ts';
import { answeringSteps } from '../../test/conformance/steps.ts';
import type { HookRequest } from '../contract/index.ts';
import { sample } from '../kit/samples.testing.ts';
import { connector } from './index.ts';

const platform = signingKey('key-of-teams', { endorsements: ['msteams', 'webchat'] });
const unendorsed = signingKey('key-of-others', { endorsements: ['webchat'] });
const another = signingKey('key-of-teams');
const keys = [...platform.keys, ...unendorsed.keys];

const app = 'a0a0a0a0-0000-4000-8000-000000000001';
const tenant = 'b0b0b0b0-0000-4000-8000-000000000002';
const person = 'c0c0c0c0-0000-4000-8000-000000000003';
const serviceUrl = 'https://smba.trafficmanager.net/emea/';
const nowS = suiteNowMs / 1000;
const claims = {
  iss: 'https://api.botframework.com',
  aud: app,
  serviceurl: serviceUrl,
  nbf: nowS - 60,
  exp: nowS + 3600,
};

const bearing = (request: HookRequest, token: string): HookRequest => ({
  ...request,
  headers: { ...request.headers, authorization: `Bearer ${token}` },
});
const spoilt = (of: object) => (request: HookRequest) =>
  bearing(request, platform.token({ ...claims, ...of }));

const activity = (of: object) => ({
  type: 'message',
  id: '1700000000001',
  timestamp: '2026-11-22T11:59:00.250Z',
  channelId: 'msteams',
  serviceUrl,
  from: { id: '29:example', name: 'Noa Exemple', aadObjectId: person },
  conversation: { id: 'a:example', conversationType: 'personal', tenantId: tenant },
  recipient: { id: `28:${app}`, name: 'Bot' },
  channelData: { tenant: { id: tenant } },
  text: 'x',
  ...of,
});
const refusal = (status: number, code: string) => ({ status, body: { error: { code, message: 'refused' } } });
const steps = answeringSteps(connector, ({ url }) => {
  if (url.endsWith('/oauth2/v2.0/token'))
    return { status: 200, body: { token_type: 'Bearer', access_token: 'example-access', expires_in: 3599 } };
  return url.endsWith('/v3/conversations') ? { status: 201, body: { id: 'a:example' } } : undefined;
});
const hook = connector.hook!;

export const spec: ConformanceSpec = {
  connector: {
    ...steps,
    // the suite knows no keys of platforms: here they are those of the test
    hook: { ...hook, verify: (request, account, nowMs) => hook.verify(request, account, nowMs, keys) },
    probe: connector.probe!,
  },
  account: {
    id: 'acc_01KAP0000000000000000TEAMS',
    merchantId: 'mer_01KAP0000000000000000TEAMS',
    test: true,
    config: {
      app_id: app,
      tenant_id: tenant,
      service_url: 'http://platform.test/teams',
      login_url: 'http://login.test',
      keys_url: 'http://login.test/keys',
    },
    credentials: { client_secret: 'conformance-client-secret' },
    hookUrl: 'https://gateway.test/hooks/msteams/acc_01KAP0000000000000000TEAMS',
  },
  fixtures: new URL('./fixtures/', import.meta.url),
  request: (fixture) => bearing(fixtureRequest(fixture, spec.account), platform.token(claims)),
  spoil: {
    'another key of the same name': (request) => bearing(request, another.token(claims)),
    'a key that does not speak for Teams': (request) => bearing(request, unendorsed.token(claims)),
    'another bot': spoilt({ aud: person }),
    'another issuer': spoilt({ iss: 'https://issuer.example.com' }),
    'another service': spoilt({ serviceurl: 'https://service.example.com/' }),
    'a token that has ended': spoilt({ exp: nowS - 301 }),
    'a token that is not valid yet': spoilt({ nbf: nowS + 301 }),
    'no algorithm': (request) => bearing(request, platform.token(claims, { alg: 'none' })),
    'the body of another service': (request) => ({
      ...request,
      body: Buffer.from(JSON.stringify(activity({ serviceUrl: 'https://service.example.com/' }))),
    }),
  },
  ignored: {
    'its own echo': activity({ from: { id: `28:${app}`, name: 'Bot', role: 'bot' } }),
    'a message in a team': activity({
      conversation: { id: '19:x', conversationType: 'channel', tenantId: tenant },
    }),
    'somebody of another organisation': activity({ channelData: { tenant: { id: app } } }),
    'somebody without an id': activity({ from: { id: '29:example' } }),
    'the app was added': activity({ type: 'installationUpdate', action: 'add' }),
    'a removal taken back': activity({
      type: 'messageDelete',
      channelData: { eventType: 'undeleteMessage', tenant: { id: tenant } },
    }),
    'a list sent without a choice': activity({ text: undefined, value: { passerelle: 'choice' } }),
    'an unknown event': activity({ type: 'somethingOfNextYear' }),
    'an event of another name': activity({ type: 'event', name: 'application/vnd.microsoft.meetingStart' }),
    'a receipt without a message': activity({
      type: 'event',
      name: 'application/vnd.microsoft.readReceipt',
      value: { lastReadMessageId: 'x' },
    }),
    'another channel': activity({ channelId: 'webchat' }),
  },
  answers: {
    ok: { status: 201, body: { id: '1700000000009' } },
    providerIds: ['a:example|1700000000009'],
    unauthorized: refusal(401, 'Unauthorized'),
    throttled: { ...refusal(429, 'Throttled'), headers: { 'retry-after': '7' }, retryAfterMs: 7000 },
    rejected: [
      { name: 'an activity that is none', ...refusal(400, 'BadSyntax'), code: 'content_refused' },
      { name: 'an argument that is none', ...refusal(400, 'Bad Argument'), code: 'content_refused' },
      { name: 'a person who blocked the bot', ...refusal(403, 'ConversationBlockedByUser'), code: 'blocked' },
      {
        name: 'a person who takes no messages',
        status: 403,
        body: { subCode: 'MessageWritesBlocked', message: 'refused' },
        code: 'blocked',
      },
      {
        name: 'a person who removed the app',
        ...refusal(403, 'BotNotInConversationRoster'),
        code: 'unreachable',
      },
      { name: 'a bot that was turned off', ...refusal(403, 'BotDisabledByAdmin'), code: 'account_suspended' },
      {
        name: 'a conversation that is none',
        ...refusal(404, 'ConversationNotFound'),
        code: 'address_invalid',
      },
      { name: 'a message too large', ...refusal(413, 'MessageSizeTooBig'), code: 'content_too_large' },
      { name: 'two changes at once', ...refusal(412, 'PreconditionFailed'), code: 'platform_unavailable' },
      { name: 'trouble inside', ...refusal(500, 'ServiceError'), code: 'platform_unavailable' },
      { name: 'a code of next year', ...refusal(418, 'Teapot'), code: 'platform_refused' },
    ],
  },
  // a client secret is a field of the form that asks for a token (RFC 6749, 2.3.1)
  toldInBodies: ['client_secret'],
  addresses: {
    same: [
      `msteams:${tenant}/${person}`,
      `msteams:${person}`,
      `MSTeams:${tenant.toUpperCase()}/${person.toUpperCase()}`,
    ],
    refused: [`msteams:${app}/${person}`, 'msteams:29:example', 'tel:+33639980001'],
    sample: `msteams:${tenant}/${person}`,
  },
  samples: [
    sample.text,
    sample.markdown,
    sample.picture,
    { ...sample.buttons, header: 'Rendez-vous' },
    { ...sample.list, max_choices: 2 },
    sample.picturedCard,
    sample.carousel,
    sample.edit,
    sample.removal,
    sample.typing,
    { kind: 'native', connector: 'msteams', payload: { text: 'x' }, text: 'x' },
  ],
  skips: {
    'refuses a tampered body':
      'the token names bot and service and nothing else of the body: TLS has to; `spoil` shows the body of another service',
    'refuses a request made with another secret':
      'what a call is checked with are keys that the Bot Connector publishes; `spoil` shows a token signed with another',
  },
};
