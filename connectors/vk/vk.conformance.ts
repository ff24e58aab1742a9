import { fixtureRequest } from '../../test/conformance/fixtures.ts';
import type { ConformanceSpec } from '../../test/conformance/spec.ts';
import type { HookRequest } from '../contract/index.ts';
import { sample } from '../kit/samples.testing.ts';
import { connector } from './index.ts';

const account = {
  id: 'acc_01KAP0000000000000000VKACC',
  merchantId: 'mer_01KAP0000000000000000VKACC',
  test: true,
  config: { base_url: 'http://platform.test', group_id: 900100200 },
  credentials: {
    access_token: 'access-token-of-our-own',
    secret: 'secret-of-our-own',
    confirmation: 'c0nf1rm',
  },
  hookUrl: 'https://gateway.test/hooks/vk/acc_01KAP0000000000000000VKACC',
};
const { secret } = account.credentials;

const changed = (request: HookRequest, from: string, to: string): HookRequest => ({
  ...request,
  body: Buffer.from(Buffer.from(request.body).toString().replace(from, to)),
});
const refused = (error_code: number) => ({
  status: 200,
  body: { error: { error_code, error_msg: 'of our own' } },
});
const event = (type: string, object: object) => ({
  type,
  object,
  group_id: 900100200,
  event_id: 'e1',
  v: '5.199',
  secret,
});
const message = (over: object) => ({
  message: {
    id: 1,
    date: 1795348800,
    peer_id: 700100,
    from_id: 700100,
    conversation_message_id: 9,
    text: 'Hello',
    ...over,
  },
  client_info: {},
});

export const spec: ConformanceSpec = {
  connector,
  account,
  fixtures: new URL('fixtures/', import.meta.url),
  request: (fixture) => fixtureRequest(fixture, account),
  spoil: {
    'another secret': (request) => changed(request, secret, 'secret-of-our-owm'),
    'an empty secret': (request) => changed(request, secret, ''),
    'another community': (request) => changed(request, '"group_id":900100200', '"group_id":900100201'),
  },
  ignored: {
    'its own echo': event('message_reply', message({}).message),
    'an own edit': event('message_edit', { ...message({}).message, from_id: -900100200 }),
    'an unknown event': event('wall_post_new', { id: 1 }),
    'a chat of several people': event('message_new', message({ peer_id: 2000000001 })),
    'permission of nobody': event('message_allow', { key: '' }),
    'a message of another shape': event('message_new', { nonsense: true }),
  },
  answers: {
    ok: {
      status: 200,
      body: { response: [{ peer_id: 700100, message_id: 11, conversation_message_id: 5 }] },
    },
    providerIds: ['700100:5'],
    unauthorized: refused(5),
    throttled: { status: 429, headers: { 'retry-after': '7' }, body: '', retryAfterMs: 7000 },
    rejected: [
      { name: 'no permission to write', ...refused(901), code: 'opted_out' },
      { name: 'privacy of the consumer', ...refused(902), code: 'blocked' },
      { name: 'on the blacklist', ...refused(900), code: 'blocked' },
      { name: 'nobody of that id', ...refused(113), code: 'address_invalid' },
      { name: 'too long', ...refused(914), code: 'content_too_large' },
      { name: 'somebody out of reach of communities', ...refused(932), code: 'unreachable' },
      { name: 'a conversation closed for writing', ...refused(1012), code: 'blocked' },
      { name: 'a keyboard that is none', ...refused(911), code: 'content_refused' },
      { name: 'trouble inside', ...refused(10), code: 'platform_unavailable' },
      { name: 'a code that nobody knows', ...refused(99999), code: 'platform_refused' },
      {
        name: 'refused for this receiver',
        status: 200,
        body: {
          response: [{ peer_id: 700100, message_id: 0, error: { code: 901, description: 'of our own' } }],
        },
        code: 'opted_out',
      },
    ],
  },
  toldInBodies: ['access_token'],
  addresses: {
    same: ['vk:700100', 'VK:700100', 'vk:000700100'],
    refused: ['tel:+15550100', 'vk:-900100200', 'vk:2000000001', 'vk:noa', 'vk:0'],
    sample: 'vk:700100',
  },
  samples: [
    sample.text,
    sample.place,
    sample.buttons,
    sample.card,
    sample.edit,
    sample.removal,
    sample.typing,
    sample.read,
    sample.picture,
    { kind: 'native', connector: 'vk', payload: { sticker_id: 12 }, text: 'Bravo' },
  ],
  skips: {
    'sends every sample, and tells the platform ids':
      'an upload takes answers of three shapes, which one canned answer has not: vk.test.ts sends every sample',
    'refuses a request without a signature': 'the secret is in the body: see the ways to spoil it',
    'refuses a stale request':
      'a static secret has no time: de-duplication on message numbers is what stops a replay',
    'refuses a tampered body': 'a static secret says nothing of the rest of the body: TLS has to',
  },
};
