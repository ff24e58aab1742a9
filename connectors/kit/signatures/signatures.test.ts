import { createHash, createHmac, generateKeyPairSync, sign as signBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { HookRequest } from '../../contract/index.ts';
import {
  dialog360Signature,
  fiveMinutesMs,
  lineSignature,
  metaSignature,
  telegramSecretHeader,
  verifyBasic,
  verifyBearer,
  verifyBird,
  verifyBodySignature,
  verifyDiscord,
  verifyGoogleRcs,
  verifyHeaderSecret,
  verifyMessageBirdJwt,
  verifySinch,
  verifySlack,
  verifyYCloud,
  verifyTelnyx,
  verifyVonage,
  viberSignature,
} from './index.ts';
import type { BodySignature, Verified } from './index.ts';

const nowMs = Date.UTC(2026, 10, 22, 12);
const clock = { nowMs, toleranceMs: fiveMinutesMs };
const url = 'https://gateway.test/hooks/x/acc_1?a=1';

type Headers = Record<string, string>;
interface Scheme {
  /** The headers of an authentic request, computed here and not by what is tested. */
  sign(body: Buffer, secret: string, seconds: number): Headers;
  verify(request: HookRequest, secret: string): Verified;
  secret: string;
  other: string;
  timed: boolean;
  /** The body is not what is signed, but what is in it. */
  wrap?(body: Buffer): Buffer;
  /** A static secret says nothing of the body. */
  coversBody: boolean;
}

const mac = (algorithm: string, secret: string, ...data: (string | Buffer)[]): Buffer => {
  const made = createHmac(algorithm, secret);
  for (const each of data) made.update(each);
  return made.digest();
};
const sha256 = (data: string | Buffer): Buffer => createHash('sha256').update(data).digest();
const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const jwt = (header: object, claims: object, secret: string, hash = 'sha256'): string => {
  const signed = `${part(header)}.${part(claims)}`;
  return `${signed}.${mac(hash, secret, signed).toString('base64url')}`;
};

const keys = () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  return { raw, sign: (data: Buffer) => signBytes(null, data, privateKey) };
};
const [one, another] = [keys(), keys()];

const bodyScheme = (scheme: BodySignature): Scheme => ({
  sign: (body, secret) => ({
    [scheme.header]: (scheme.prefix ?? '') + mac(scheme.algorithm, secret, body).toString(scheme.encoding),
  }),
  verify: (request, secret) => verifyBodySignature(request, secret, scheme),
  secret: 'channel-secret',
  other: 'another-secret',
  timed: false,
  coversBody: true,
});
const vonageClaims = (body: Buffer, seconds: number): object => ({
  iat: seconds,
  jti: 'a',
  iss: 'Vonage',
  payload_hash: sha256(body).toString('hex'),
});

const schemes: Record<string, Scheme> = {
  LINE: bodyScheme(lineSignature),
  Viber: bodyScheme(viberSignature),
  '360dialog': bodyScheme(dialog360Signature),
  Meta: bodyScheme(metaSignature),
  'Google RCS': {
    sign: (body, secret) => ({ 'x-goog-signature': mac('sha512', secret, body).toString('base64') }),
    wrap: (body) => Buffer.from(JSON.stringify({ message: { data: body.toString('base64') } })),
    verify: verifyGoogleRcs,
    secret: 'client-token',
    other: 'another-token',
    timed: false,
    coversBody: true,
  },
  Slack: {
    sign: (body, secret, seconds) => ({
      'x-slack-request-timestamp': `${seconds}`,
      'x-slack-signature': `v0=${mac('sha256', secret, `v0:${seconds}:`, body).toString('hex')}`,
    }),
    verify: (request, secret) => verifySlack(request, secret, clock),
    secret: 'signing-secret',
    other: 'another-secret',
    timed: true,
    coversBody: true,
  },
  YCloud: {
    sign: (body, secret, seconds) => ({
      'ycloud-signature': `t=${seconds},s=${mac('sha256', secret, `${seconds}.`, body).toString('hex')}`,
    }),
    verify: (request, secret) => verifyYCloud(request, secret, clock),
    secret: 'endpoint-secret',
    other: 'another-secret',
    timed: true,
    coversBody: true,
  },
  Sinch: {
    sign: (body, secret, seconds) => ({
      'x-sinch-webhook-signature-timestamp': `${seconds}`,
      'x-sinch-webhook-signature-nonce': 'N1',
      'x-sinch-webhook-signature-algorithm': 'HmacSHA256',
      'x-sinch-webhook-signature': mac('sha256', secret, body, `.N1.${seconds}`).toString('base64'),
    }),
    verify: (request, secret) => verifySinch(request, secret, clock),
    secret: 'webhook-secret',
    other: 'another-secret',
    timed: true,
    coversBody: true,
  },
  Bird: {
    sign: (body, secret, seconds) => ({
      'messagebird-request-timestamp': `${seconds}`,
      'messagebird-signature': mac('sha256', secret, `${seconds}\n${url}\n`, sha256(body)).toString('base64'),
    }),
    verify: (request, secret) => verifyBird(request, secret, clock),
    secret: 'signing-key',
    other: 'another-key',
    timed: true,
    coversBody: true,
  },
  'MessageBird JWT': {
    sign: (body, secret, seconds) => ({
      'messagebird-signature-jwt': jwt(
        { alg: 'HS512', typ: 'JWT' },
        {
          iss: 'MessageBird',
          iat: seconds,
          jti: 'b',
          url_hash: sha256(url).toString('hex'),
          payload_hash: sha256(body).toString('hex'),
        },
        secret,
        'sha512',
      ),
    }),
    verify: (request, secret) => verifyMessageBirdJwt(request, secret, clock),
    secret: 'signing-key',
    other: 'another-key',
    timed: true,
    coversBody: true,
  },
  Vonage: {
    sign: (body, secret, seconds) => ({
      authorization: `Bearer ${jwt({ alg: 'HS256', typ: 'JWT' }, vonageClaims(body, seconds), secret)}`,
    }),
    verify: (request, secret) => verifyVonage(request, secret, clock),
    secret: 'signature-secret',
    other: 'another-secret',
    timed: true,
    coversBody: true,
  },
  Telnyx: {
    sign: (body, _, seconds) => ({
      'telnyx-timestamp': `${seconds}`,
      'telnyx-signature-ed25519': one
        .sign(Buffer.concat([Buffer.from(`${seconds}|`), body]))
        .toString('base64'),
    }),
    verify: (request, key) => verifyTelnyx(request, key, clock),
    secret: one.raw.toString('base64'),
    other: another.raw.toString('base64'),
    timed: true,
    coversBody: true,
  },
  Discord: {
    sign: (body, _, seconds) => ({
      'x-signature-timestamp': `${seconds}`,
      'x-signature-ed25519': one.sign(Buffer.concat([Buffer.from(`${seconds}`), body])).toString('hex'),
    }),
    verify: (request, key) => verifyDiscord(request, key, clock),
    secret: one.raw.toString('hex'),
    other: another.raw.toString('hex'),
    timed: true,
    coversBody: true,
  },
  Telegram: {
    sign: (_, secret) => ({ [telegramSecretHeader]: secret }),
    verify: (request, secret) => verifyHeaderSecret(request, telegramSecretHeader, secret),
    secret: 'secret_token',
    other: 'another_token',
    timed: false,
    coversBody: false,
  },
  'HTTP Basic': {
    sign: (_, secret) => ({ authorization: `Basic ${Buffer.from(`ädä:${secret}`).toString('base64')}` }),
    verify: (request, password) => verifyBasic(request, { user: 'ädä', password }),
    secret: 'pass:word',
    other: 'another',
    timed: false,
    coversBody: false,
  },
  'a bearer token': {
    sign: (_, secret) => ({ authorization: `bearer ${secret}` }),
    verify: verifyBearer,
    secret: 'a-token',
    other: 'another-token',
    timed: false,
    coversBody: false,
  },
};

const request = (body: Buffer, headers: Headers, address = url): HookRequest => ({
  method: 'POST',
  path: '',
  url: address,
  query: new URL(address).searchParams,
  headers,
  body,
});

const bodies: [string, Buffer][] = [
  ['ASCII', Buffer.from('{"text":"hello"}')],
  ['accents and emoji', Buffer.from('{"text":"Çà et là 💥 \\u00e9"}')],
  ['bytes that are no UTF-8', Buffer.from([0x7b, 0xff, 0xfe, 0x00, 0x0d, 0x0a, 0x7d])],
  ['nothing', Buffer.alloc(0)],
];
const seconds = nowMs / 1000;

const made = ({ sign, secret, wrap = (of) => of }: Scheme, body: Buffer, at = seconds): HookRequest =>
  request(wrap(body), sign(body, secret, at));

describe.each(Object.entries(schemes))('%s', (_name, scheme) => {
  const { sign, verify, secret, other, wrap = (body) => body } = scheme;

  test.each(bodies)('takes what is authentic: %s', (_what, body) => {
    expect(verify(made(scheme, body), secret)).toEqual({ ok: true });
  });

  test('refuses another secret and no secret', () => {
    for (const [, body] of bodies) {
      expect(verify(made(scheme, body), other).ok).toBe(false);
      expect(verify(made(scheme, body), '').ok).toBe(false);
      expect(verify(request(wrap(body), sign(body, other, seconds)), `${secret}x`).ok).toBe(false);
    }
  });

  test('refuses when any of its headers is missing, empty or doubled', () => {
    const authentic = made(scheme, bodies[1]![1]);
    for (const name of Object.keys(authentic.headers))
      for (const value of [undefined, '', `${authentic.headers[name]}, ${authentic.headers[name]}`])
        expect(verify({ ...authentic, headers: { ...authentic.headers, [name]: value } }, secret).ok).toBe(
          false,
        );
  });

  test('takes its own spelling of a signature only, and says nothing of the secret', () => {
    const authentic = made(scheme, bodies[0]![1]);
    for (const [name, value] of Object.entries(authentic.headers))
      for (const odd of [`${value}zz`, `${value}\u0000`, `zz${value}`, value!.slice(0, -1)]) {
        const verdict = verify({ ...authentic, headers: { ...authentic.headers, [name]: odd } }, secret);
        expect([odd, verdict.ok]).toEqual([odd, false]);
        expect(JSON.stringify(verdict)).not.toContain(secret);
      }
  });
});

describe.each(Object.entries(schemes).filter(([, { coversBody }]) => coversBody))('%s', (_name, scheme) => {
  const { sign, verify, secret, wrap = (body) => body } = scheme;

  test('refuses a tampered body', () => {
    for (const [, body] of bodies) {
      const headers = sign(body, secret, seconds);
      for (const tampered of [Buffer.concat([body, Buffer.from(' ')]), Buffer.from('{"text":"other"}')])
        expect(verify(request(wrap(tampered), headers), secret).ok).toBe(false);
    }
  });
});

describe.each(Object.entries(schemes).filter(([, { timed }]) => timed))('%s', (_name, scheme) => {
  const { verify, secret } = scheme;

  test('refuses what is stale or of the future, and takes the edge', () => {
    const body = bodies[0]![1];
    for (const away of [-301, 301, -86_400, 1_000_000])
      expect(verify(made(scheme, body, seconds + away), secret).ok).toBe(false);
    for (const away of [-300, 0, 300])
      expect(verify(made(scheme, body, seconds + away), secret)).toEqual({ ok: true });
  });
});
