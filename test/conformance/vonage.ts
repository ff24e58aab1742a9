import { createHash } from 'node:crypto';
import type { HookRequest } from '../../connectors/contract/index.ts';
import { hmac } from '../../connectors/kit/signature.ts';
import { suiteNowMs } from './scripted.ts';
import type { SmsCalls, SmsTestAccount } from './sms.ts';
import type { CannedAnswer } from './spec.ts';

/** Of both connectors that speak to Vonage's Messages API. */
export const vonageId = '0b1c2d3e-4f50-4a61-8b72-9c8d0e1f2a3b';
export const vonageAccount = {
  config: { api_key: 'abcd1234' },
  credentials: { api_secret: 'example-api-secret', signature_secret: 'example-signature-secret' },
};

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The token as Vonage's document has it, made here and not by what is tested. */
function signed(
  request: HookRequest,
  { config, credentials }: SmsTestAccount,
  { alg = 'HS256', atMs = suiteNowMs } = {},
): HookRequest {
  const claims = {
    iat: atMs / 1000,
    jti: vonageId,
    iss: 'Vonage',
    payload_hash: createHash('sha256').update(request.body).digest('hex'),
    api_key: config['api_key'],
  };
  const token = `${part({ alg, typ: 'JWT' })}.${part(claims)}`;
  const signature = hmac('sha256', credentials['signature_secret']!, token).toString('base64url');
  return { ...request, headers: { ...request.headers, authorization: `Bearer ${token}.${signature}` } };
}

export const vonageCalls: SmsCalls = {
  make: (request, account) => signed(request, account),
  spoil: {
    'a tampered body': (request) => ({ ...request, body: Buffer.concat([request.body, Buffer.from(' ')]) }),
    'a token without a signature': (request) => ({
      ...request,
      headers: { ...request.headers, authorization: request.headers['authorization']?.replace(/[^.]*$/, '') },
    }),
    'a token of another algorithm': (request, account) => signed(request, account, { alg: 'none' }),
    'a stale token': (request, account) => signed(request, account, { atMs: suiteNowMs - 26 * 3_600_000 }),
  },
};

export const refusedByVonage = (type: string, status: number): CannedAnswer => ({
  status,
  body: {
    type: `https://developer.vonage.com/api-errors${type}`,
    title: 'refused',
    detail: 'x',
    instance: 'i-1',
  },
});

export const vonageAnswers = {
  ok: { status: 202, body: { message_uuid: vonageId } },
  providerIds: [vonageId],
  unauthorized: refusedByVonage('#unauthorized', 401),
  throttled: refusedByVonage('#throttled', 429),
};
