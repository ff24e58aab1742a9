import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { fixtureRequest } from '../../test/conformance/fixtures.ts';
import { suiteNowMs } from '../../test/conformance/scripted.ts';
import type { ConformanceSpec } from '../../test/conformance/spec.ts';
import { answeringSteps } from '../../test/conformance/steps.ts';
import type { HookRequest } from '../contract/index.ts';
import { sample } from '../kit/samples.testing.ts';
import { connector } from './index.ts';

/** A key pair out of a seed of our own (RFC 8410: PKCS #8 and SPKI of Ed25519). */
const keyOf = (seed: string) =>
  createPrivateKey({
    key: Buffer.concat([
      Buffer.from('302e020100300506032b657004220420', 'hex'),
      Buffer.from(seed.padEnd(32, '.')),
    ]),
    format: 'der',
    type: 'pkcs8',
  });
const own = keyOf('conformance of discord');
const publicKey = createPublicKey(own).export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex');

const signed = (request: HookRequest, key = own, atMs = suiteNowMs): HookRequest => {
  const timestamp = String(atMs / 1000);
  return {
    ...request,
    headers: {
      ...request.headers,
      'x-signature-timestamp': timestamp,
      'x-signature-ed25519': sign(null, Buffer.concat([Buffer.from(timestamp), request.body]), key).toString(
        'hex',
      ),
    },
  };
};

const user = { id: '700100200300400500', username: 'noa', global_name: 'Noa', discriminator: '0' };
const interaction = (of: object) => ({
  id: '1200000000000000001',
  application_id: '1100000000000000001',
  version: 1,
  token: 'continuation',
  ...of,
});
const refusal = (status: number, code: number, more: object = {}) => ({
  status,
  body: { message: 'refused', code, ...more },
});

export const spec: ConformanceSpec = {
  connector: answeringSteps(connector, ({ url }) =>
    url.endsWith('/users/@me/channels')
      ? { status: 200, body: { id: '900100200300400500', type: 1 } }
      : undefined,
  ),
  account: {
    id: 'acc_01KAP000000000000000DSCRD0',
    merchantId: 'mer_01KAP000000000000000DSCRD0',
    test: true,
    config: { public_key: publicKey, direct_messages: true, base_url: 'http://platform.test/api/v10' },
    credentials: { bot_token: 'conformance.bot-token.example' },
    hookUrl: 'https://gateway.test/hooks/discord/acc_01KAP000000000000000DSCRD0',
  },
  fixtures: new URL('./fixtures/', import.meta.url),
  request: (fixture) => signed(fixtureRequest(fixture, spec.account)),
  spoil: {
    'a tampered body': (request) => ({ ...request, body: Buffer.concat([request.body, Buffer.from(' ')]) }),
    'another key': (request) => signed(request, keyOf('somebody else')),
    'a stale time': (request) => signed(request, own, suiteNowMs - 301_000),
    'another time': (request) => ({
      ...request,
      headers: { ...request.headers, 'x-signature-timestamp': String(suiteNowMs / 1000 - 1) },
    }),
    'a signature that is none': (request) => ({
      ...request,
      headers: { ...request.headers, 'x-signature-ed25519': '00' },
    }),
  },
  ignored: {
    'a check of the address': interaction({ type: 1 }),
    'a command that is still being typed': interaction({
      type: 4,
      user,
      data: { name: 'order', options: [] },
    }),
    'a form, of which we show none': interaction({ type: 5, user, data: { custom_id: 'x', components: [] } }),
    'a press without a person': interaction({ type: 3, data: { custom_id: 'x' } }),
    'a command of a bot': interaction({ type: 2, user: { ...user, bot: true }, data: { name: 'order' } }),
    'the ping of webhook events': { version: 1, application_id: '1100000000000000001', type: 0 },
    'an unknown event': { version: 1, type: 1, event: { type: 'SOMETHING_OF_NEXT_YEAR' } },
    'an unknown interaction': interaction({ type: 99 }),
  },
  answers: {
    ok: { status: 200, body: { id: '1300000000000000001', channel_id: '900100200300400500', content: 'x' } },
    providerIds: ['900100200300400500:1300000000000000001'],
    unauthorized: refusal(401, 0),
    throttled: {
      ...refusal(429, 0, { retry_after: 1.337, global: false }),
      headers: { 'retry-after': '2' },
      retryAfterMs: 1337,
    },
    rejected: [
      { name: 'a person who takes no messages', ...refusal(403, 50007), code: 'blocked' },
      { name: 'a person who shares no server', ...refusal(403, 50278), code: 'unreachable' },
      { name: 'nobody of that id', ...refusal(404, 10013), code: 'address_invalid' },
      { name: 'a body that is none', ...refusal(400, 50035), code: 'content_refused' },
      { name: 'a request too large', ...refusal(413, 40005), code: 'content_too_large' },
      { name: 'a file too large', ...refusal(400, 50045), code: 'content_too_large' },
      { name: 'a file that is none', ...refusal(400, 50110), code: 'media_unavailable' },
      { name: 'sending that is turned off', ...refusal(403, 40004), code: 'platform_unavailable' },
      { name: 'a bot without the right', ...refusal(403, 50013), code: 'account_unauthorized' },
      { name: 'an application to be verified', ...refusal(403, 40002), code: 'account_suspended' },
      { name: 'trouble inside', ...refusal(500, 0), code: 'platform_unavailable' },
      { name: 'a code of next year', ...refusal(400, 999_999), code: 'platform_refused' },
    ],
  },
  addresses: {
    same: ['discord:700100200300400500', 'Discord:700100200300400500', 'discord:0700100200300400500'],
    refused: ['discord:noa', 'discord:0', 'discord:18446744073709551616', 'discord:-1', 'tel:+33639980001'],
    sample: 'discord:700100200300400500',
  },
  samples: [
    sample.text,
    sample.markdown,
    sample.picture,
    sample.buttons,
    { ...sample.list, max_choices: 2 },
    sample.card,
    sample.reaction,
    sample.edit,
    sample.removal,
    sample.typing,
    { kind: 'native', connector: 'discord', payload: { embeds: [{ title: 'x' }] }, text: 'x' },
  ],
  skips: {
    'refuses a request made with another secret':
      'what a call is checked with is a public key, in config; `spoil` shows a request signed with another',
    'ignores its own echo':
      'Discord calls nobody for what a bot does; the gateway does, and session.test.ts shows it',
    'has a fixture of every kind declared native inbound':
      'reactions, edits and removals come by the gateway and not by a call: events.test.ts shows each',
  },
};
