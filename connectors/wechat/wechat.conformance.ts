import { createCipheriv } from 'node:crypto';
import { fixtureRequest } from '../../test/conformance/fixtures.ts';
import { suiteNowMs } from '../../test/conformance/scripted.ts';
import type { ConformanceSpec } from '../../test/conformance/spec.ts';
import { answeringSteps } from '../../test/conformance/steps.ts';
import type { HookRequest } from '../contract/index.ts';
import { pictured, sample, see } from '../kit/samples.testing.ts';
import { signatureOf } from './envelope.ts';
import { connector } from './index.ts';

const appId = 'wx0123456789abcdef';
const token = 'conformancetoken';
export const aesKey = 'ConformanceEncodingAesKeyOf43Characters0123';

/** As WeChat closes an envelope. */
export function encrypted(xml: string, key = aesKey, id = appId): string {
  const aes = Buffer.from(`${key}=`, 'base64');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(Buffer.byteLength(xml));
  const plain = Buffer.concat([Buffer.from('sixteen of chance'.slice(0, 16)), length, Buffer.from(xml + id)]);
  const pad = 32 - (plain.length % 32);
  const cipher = createCipheriv('aes-256-cbc', aes, aes.subarray(0, 16)).setAutoPadding(false);
  const padded = Buffer.concat([plain, Buffer.alloc(pad, pad)]);
  return Buffer.concat([cipher.update(padded), cipher.final()]).toString('base64');
}

const withQuery = (request: HookRequest, query: Record<string, string>): HookRequest => {
  const search = new URLSearchParams(query);
  return { ...request, query: search, url: `${spec.account.hookUrl}?${search}` };
};

/** A request in secure mode: the message closed, and signed with all that stands in the address. */
export function sealed(
  request: HookRequest,
  { atMs = suiteNowMs, secret = token, key = aesKey, id = appId } = {},
): HookRequest {
  const encrypt = encrypted(Buffer.from(request.body).toString('utf8'), key, id);
  const [timestamp, nonce] = [String(atMs / 1000), '1372623149'];
  return {
    ...withQuery(request, {
      signature: signatureOf(secret, timestamp, nonce),
      timestamp,
      nonce,
      openid: 'oABCDEFGHIJKLMNOPQRSTUVWX_-0',
      encrypt_type: 'aes',
      msg_signature: signatureOf(secret, timestamp, nonce, encrypt),
    }),
    body: Buffer.from(
      `<xml><ToUserName><![CDATA[gh_0123456789ab]]></ToUserName><Encrypt><![CDATA[${encrypt}]]></Encrypt></xml>`,
    ),
  };
}

/** Another request in the same address: what a thief could do with one that was seen. */
const opened = (request: HookRequest): string => Buffer.from(request.body).toString('utf8');
const spoiltBy = (of: Parameters<typeof sealed>[1]) => () =>
  sealed(fixtureRequest(plainText, spec.account), of);
const push = (inner: string) =>
  `<xml><ToUserName><![CDATA[gh_0123456789ab]]></ToUserName><FromUserName><![CDATA[oABCDEFGHIJKLMNOPQRSTUVWX_-0]]></FromUserName><CreateTime>1790000000</CreateTime>${inner}</xml>`;
const event = (name: string, inner = '') =>
  push(`<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[${name}]]></Event>${inner}`);
const text = '<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[x]]></Content>';
const plainText = {
  name: 'x',
  document: 'x',
  request: { text: push(`${text}<MsgId>1</MsgId>`) },
  items: [],
};
const refusal = (errcode: number) => ({ status: 200, body: { errcode, errmsg: `refused rid: ${errcode}` } });

export const spec: ConformanceSpec = {
  connector: {
    ...answeringSteps(connector, ({ url }) => {
      if (url.endsWith('/cgi-bin/stable_token'))
        return { status: 200, body: { access_token: 'example-access', expires_in: 7200 } };
      return url.includes('/cgi-bin/media/upload')
        ? { status: 200, body: { type: 'image', media_id: 'media-1', created_at: 1790000000 } }
        : undefined;
    }),
    // its call for a token is what it is about
    probe: connector.probe!,
  },
  toldInBodies: ['app_secret'],
  account: {
    id: 'acc_01KAP0000000000000000WECHA',
    merchantId: 'mer_01KAP0000000000000000WECHA',
    test: true,
    config: {
      app_id: appId,
      base_url: 'http://platform.test',
      templates: [{ id: 'TEMPLATE-1', keys: ['thing1', 'amount2'], subscription: false }],
    },
    credentials: { app_secret: 'conformance-app-secret', token, encoding_aes_key: aesKey },
    hookUrl: 'https://gateway.test/hooks/wechat/acc_01KAP0000000000000000WECHA',
  },
  fixtures: new URL('./fixtures/', import.meta.url),
  request: (fixture) => sealed(fixtureRequest(fixture, spec.account)),
  spoil: {
    'another token': spoiltBy({ secret: 'anothertoken' }),
    'another key': spoiltBy({ key: aesKey.toLowerCase() }),
    'another account': spoiltBy({ id: 'wxfedcba9876543210' }),
    'a time that is past': spoiltBy({ atMs: suiteNowMs - 301_000 }),
    'a time to come': spoiltBy({ atMs: suiteNowMs + 301_000 }),
    'another envelope under the same signature': (request) => ({
      ...request,
      body: sealed(fixtureRequest({ ...plainText, request: { text: '<xml>1</xml>' } }, spec.account)).body,
    }),
    'a plain message under a seen signature': (request) => ({
      ...request,
      body: Buffer.from(plainText.request.text),
    }),
    'a nonce that was changed': (request) => {
      const query = Object.fromEntries(request.query);
      return withQuery(request, { ...query, nonce: '1' });
    },
    'a byte that was changed': (request) => {
      const body = Uint8Array.from(request.body);
      body[body.length >> 1]! ^= 1;
      return { ...request, body };
    },
    'a body cut short': (request) => ({
      ...request,
      body: Buffer.from(opened(request).replace(/.{24}\]\]><\/Encrypt>/, ']]></Encrypt>')),
    }),
  },
  ignored: {
    'an unknown event': event('something_of_next_year'),
    'a link of the menu that was opened': event('VIEW', '<EventKey>https://shop.example.com</EventKey>'),
    'a position that is told again and again': event('LOCATION', '<Latitude>48.8</Latitude>'),
    'a message of an unknown kind': push('<MsgType>hologram</MsgType><MsgId>1</MsgId>'),
    'a message without an id': push(text),
    'a receipt of nothing': event('TEMPLATESENDJOBFINISH', '<Status>success</Status>'),
  },
  answers: {
    ok: { status: 200, body: { errcode: 0, errmsg: 'ok' } },
    providerIds: ['msg_01KAP00000000000000000TEST.0'],
    unauthorized: refusal(40001),
    throttled: { ...refusal(45011), retryAfterMs: 60_000 },
    rejected: [
      { ...refusal(40003), code: 'address_invalid', name: 'nobody' },
      { ...refusal(45015), code: 'window_closed', name: '48 hours are over' },
      { ...refusal(45047), code: 'window_closed', name: 'as many messages as go' },
      { ...refusal(48001), code: 'account_unauthorized', name: 'no right to the interface' },
      { ...refusal(42001), code: 'account_unauthorized', name: 'a token that ends again and again' },
      { ...refusal(43004), code: 'unreachable', name: 'no follower' },
      { ...refusal(48002), code: 'opted_out', name: 'messages refused' },
      { ...refusal(45002), code: 'content_too_large', name: 'a text too long' },
      { ...refusal(40200), code: 'content_unsupported', name: 'a menu of an account that is not verified' },
      { ...refusal(47003), code: 'template_refused', name: 'a value that its field does not take' },
      { ...refusal(-1), code: 'platform_unavailable', name: 'WeChat is busy' },
      { ...refusal(99_999), code: 'platform_refused', name: 'a code that nobody knows' },
    ],
  },
  addresses: {
    same: ['wechat:oABCDEFGHIJKLMNOPQRSTUVWX_-0'],
    refused: ['wechat:', 'wechat:short', 'wechat:oABC DEFGHIJKLMNOPQRSTUVWX', 'wechat:é', 'tel:+33639980001'],
    sample: 'wechat:oABCDEFGHIJKLMNOPQRSTUVWX_-0',
  },
  samples: [
    sample.text,
    { kind: 'media', media: sample.picture.media },
    { kind: 'media', media: { type: 'audio', id: 'med_2', media_type: 'audio/mpeg' } },
    sample.video,
    sample.buttons,
    { kind: 'card', card: pictured(see) },
    { kind: 'template', name: 'TEMPLATE-1', language: 'zh', text: 'Paid 999', parameters: ['Bike', '999'] },
    sample.typing,
    {
      kind: 'native',
      connector: 'wechat',
      payload: { msgtype: 'mpnews', mpnews: { media_id: 'm' } },
      text: 'News',
    },
  ],
  skips: {
    'ignores its own echo': 'WeChat sends none',
    'refuses a tampered body':
      'msg_signature covers what is encrypted, not the white space around it; a changed byte of that is among the spoilt',
  },
};
