import { fixtureRequest } from '../../test/conformance/fixtures.ts';
import type { ConformanceSpec } from '../../test/conformance/spec.ts';
import type { HookRequest } from '../contract/index.ts';
import { sample } from '../kit/samples.testing.ts';
import { connector } from './index.ts';

const account = {
  id: 'acc_01KAP0000000000000000MATRX',
  merchantId: 'mer_01KAP0000000000000000MATRX',
  test: true,
  config: { base_url: 'http://platform.test', user_id: '@shop:example.org' },
  credentials: { as_token: 'as-token-of-our-own-0001', hs_token: 'hs-token-of-our-own-0001' },
  hookUrl: 'https://gateway.test/hooks/matrix/acc_01KAP0000000000000000MATRX',
};

const withToken = (request: HookRequest, token: string | undefined): HookRequest => ({
  ...request,
  headers: { ...request.headers, authorization: token },
});
const refused = (status: number, errcode: string) => ({ status, body: { errcode, error: 'of our own' } });
const event = (over: object) => ({
  events: [
    {
      type: 'm.room.message',
      event_id: '$event9:example.org',
      room_id: '!talk:example.org',
      sender: '@noa:example.org',
      origin_server_ts: 1795348800000,
      content: { msgtype: 'm.text', body: 'Hello' },
      ...over,
    },
  ],
});

export const spec: ConformanceSpec = {
  connector,
  account,
  fixtures: new URL('fixtures/', import.meta.url),
  request: (fixture) => withToken(fixtureRequest(fixture, account), `Bearer ${account.credentials.hs_token}`),
  spoil: {
    'no token': (request) => withToken(request, undefined),
    'another token': (request) => withToken(request, 'Bearer hs-token-of-our-own-0002'),
    'the other direction’s token': (request) => withToken(request, `Bearer ${account.credentials.as_token}`),
  },
  ignored: {
    'its own echo': event({ sender: '@shop:example.org' }),
    'an unknown event': event({ type: 'org.example.weather', content: {} }),
    'an unknown type of message': event({ content: { msgtype: 'm.key.verification.request', body: 'x' } }),
    'an encrypted event': event({ type: 'm.room.encrypted', content: { algorithm: 'm.megolm.v1.aes-sha2' } }),
    'a membership': event({
      type: 'm.room.member',
      state_key: '@noa:example.org',
      content: { membership: 'leave' },
    }),
    'an event without an id': { events: [{ type: 'm.room.message', content: {} }] },
    'an encrypted file': event({
      content: { msgtype: 'm.image', body: 'a.jpg', file: { url: 'mxc://example.org/a' } },
    }),
    'a presence': { events: [], ephemeral: [{ type: 'm.presence', content: { presence: 'online' } }] },
  },
  answers: {
    ok: {
      status: 200,
      body: {
        event_id: '$sent1:example.org',
        room_id: '!talk:example.org',
        content_uri: 'mxc://example.org/Up123',
        chunk: [],
      },
    },
    providerIds: ['$sent1:example.org'],
    unauthorized: refused(401, 'M_UNKNOWN_TOKEN'),
    throttled: {
      status: 429,
      body: { errcode: 'M_LIMIT_EXCEEDED', error: 'of our own', retry_after_ms: 7000 },
      retryAfterMs: 7000,
    },
    rejected: [
      { name: 'put out of the room', ...refused(403, 'M_FORBIDDEN'), code: 'blocked' },
      { name: 'too large', ...refused(413, 'M_TOO_LARGE'), code: 'content_too_large' },
      {
        name: 'a user of ours that is gone',
        ...refused(403, 'M_USER_DEACTIVATED'),
        code: 'account_suspended',
      },
      { name: 'no JSON that it likes', ...refused(400, 'M_BAD_JSON'), code: 'content_refused' },
      { name: 'trouble inside', ...refused(500, 'M_UNKNOWN'), code: 'platform_unavailable' },
      { name: 'a code that nobody knows', ...refused(400, 'M_WHATEVER'), code: 'platform_refused' },
    ],
  },
  addresses: {
    same: ['matrix:@noa:example.org', 'Matrix:@noa:example.org', 'matrix:u/noa:example.org'],
    refused: [
      'tel:+15550100',
      'matrix:noa',
      'matrix:@noa',
      'matrix:!talk:example.org',
      'matrix:@noa:exa mple.org',
      'matrix:@no:a:example.org:x',
    ],
    sample: 'matrix:@noa:example.org',
  },
  samples: [
    sample.text,
    sample.picture,
    sample.place,
    sample.reaction,
    sample.edit,
    sample.removal,
    sample.typing,
    sample.read,
    {
      kind: 'native',
      connector: 'matrix',
      payload: { type: 'm.room.message', content: { msgtype: 'm.notice', body: 'Fermé' } },
      text: 'Fermé',
    },
  ],
  skips: {
    'refuses a stale request':
      'a static token has no time: de-duplication on event ids is what stops a replay',
    'refuses a tampered body': 'a static token says nothing of the body: TLS has to',
  },
};
