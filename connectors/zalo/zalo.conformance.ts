import { createHash } from 'node:crypto';
import { fixtureRequest } from '../../test/conformance/fixtures.ts';
import { suiteNowMs } from '../../test/conformance/scripted.ts';
import type { ConformanceSpec } from '../../test/conformance/spec.ts';
import { answeringSteps } from '../../test/conformance/steps.ts';
import type { HookRequest } from '../contract/index.ts';
import { call, pictured, sample, see, take } from '../kit/samples.testing.ts';
import { connector } from './index.ts';

const appId = '1000200030004000500';
const secret = 'conformance-oa-secret-key';
const timestampOf = ({ body }: HookRequest): string =>
  /"timestamp":"?(\d+)/.exec(Buffer.from(body).toString('utf8'))?.[1] ?? '';
const signed = (request: HookRequest, { key = secret, app = appId } = {}): HookRequest => {
  const hash = createHash('sha256').update(app).update(request.body).update(timestampOf(request)).update(key);
  return { ...request, headers: { ...request.headers, 'x-zevent-signature': `mac=${hash.digest('hex')}` } };
};
/** The same event at another time, rightly signed. */
const at = (offsetMs: number) => (request: HookRequest) =>
  signed({
    ...request,
    body: Buffer.from(
      Buffer.from(request.body)
        .toString('utf8')
        .replace(/"timestamp":"\d+"/, `"timestamp":"${suiteNowMs + offsetMs}"`),
    ),
  });

const user = '3216904426693862293';
const event = (event_name: string, of: object = {}) => ({
  app_id: appId,
  user_id_by_app: '7300442764876318465',
  event_name,
  timestamp: String(suiteNowMs),
  sender: { id: user },
  recipient: { id: '1423847451268726170' },
  ...of,
});
const refusal = (error: number) => ({ status: 200, body: { error, message: `refused ${error}` } });
const ok = {
  status: 200,
  body: { error: 0, message: 'Success', data: { message_id: 'b8de7d84fa1b3043690c', user_id: user } },
};

export const spec: ConformanceSpec = {
  connector: {
    ...answeringSteps(connector, ({ url }) => {
      if (url.endsWith('/v4/oa/access_token'))
        return {
          status: 200,
          body: { access_token: 'next-access', refresh_token: 'next-refresh', expires_in: '90000' },
        };
      return url.includes('/oa/upload/')
        ? { status: 200, body: { error: 0, data: { attachment_id: 'attachment-1' } } }
        : undefined;
    }),
    // its call is what it is about
    probe: connector.probe!,
  },
  toldInBodies: ['refresh_token'],
  account: {
    id: 'acc_01KAP00000000000000000ZALQ',
    merchantId: 'mer_01KAP00000000000000000ZALQ',
    test: true,
    config: { app_id: appId, base_url: 'http://platform.test', oauth_url: 'http://platform.test' },
    credentials: {
      app_secret: 'conformance-app-secret',
      oa_secret_key: secret,
      access_token: 'conformance-access-token',
      refresh_token: 'conformance-refresh-token',
    },
    hookUrl: 'https://gateway.test/hooks/zalo/acc_01KAP00000000000000000ZALQ',
  },
  fixtures: new URL('./fixtures/', import.meta.url),
  request: (fixture) => signed(fixtureRequest(fixture, spec.account)),
  spoil: {
    'a tampered body': (request) => ({ ...request, body: Buffer.concat([request.body, Buffer.from(' ')]) }),
    'another OA secret key': (request) => signed(request, { key: 'another-secret' }),
    'another app': (request) => signed(request, { app: '999' }),
    'a time that is past': at(-86_400_001),
    'a time to come': at(86_400_001),
    'no signature': (request) => ({
      ...request,
      headers: { ...request.headers, 'x-zevent-signature': 'mac=' },
    }),
  },
  ignored: {
    'its own echo': event('oa_send_text', { message: { msg_id: 'a1b2c3', text: 'x' } }),
    'an unknown event': event('something_of_next_year'),
    'a message in a group': event('user_send_group_text', { message: { msg_id: 'a1b2c3', text: 'x' } }),
    'somebody anonymous': event('anonymous_send_text', { message: { msg_id: 'a1b2c3', text: 'x' } }),
    'a message of an unknown kind': event('user_send_hologram', { message: { msg_id: 'a1b2c3' } }),
    'a message of nobody': event('user_send_text', { sender: {}, message: { msg_id: 'a1b2c3', text: 'x' } }),
    'a receipt of nothing': event('user_seen_message', { message: {} }),
    'an unknown reaction': event('user_reacted_message', { message: { msg_id: 'a1b2c3', react_icon: '?!' } }),
  },
  answers: {
    ok,
    providerIds: ['b8de7d84fa1b3043690c'],
    unauthorized: refusal(-216),
    throttled: { ...refusal(-32), retryAfterMs: 60_000 },
    rejected: [
      { ...refusal(-220), code: 'account_unauthorized', name: 'a token that ends again and again' },
      { ...refusal(-213), code: 'unreachable', name: 'no follower' },
      { ...refusal(-217), code: 'blocked', name: 'invitations blocked' },
      { ...refusal(-230), code: 'window_closed', name: 'seven days are over' },
      { ...refusal(-232), code: 'window_closed', name: 'never wrote' },
      { ...refusal(-244), code: 'opted_out', name: 'messages of the kind refused' },
      { ...refusal(-211), code: 'balance_exhausted', name: 'no messages left' },
      { ...refusal(-210), code: 'content_too_large', name: 'a text too long' },
      { ...refusal(-201), code: 'content_refused', name: 'a field is wrong' },
      { ...refusal(-204), code: 'account_suspended', name: 'the account is disabled' },
      { ...refusal(-9999), code: 'platform_refused', name: 'a code that nobody knows' },
    ],
  },
  addresses: {
    same: [`zalo:${user}`],
    refused: ['zalo:', 'zalo:0123456', 'zalo:abc', 'zalo:+84901', 'tel:+33639980001'],
    sample: `zalo:${user}`,
  },
  samples: [
    sample.text,
    sample.picture,
    sample.file,
    sample.buttons,
    { kind: 'card', card: pictured(see, take, call) },
    sample.reaction,
    { kind: 'native', connector: 'zalo', payload: { text: 'Hello' }, text: 'Hello' },
  ],
};
