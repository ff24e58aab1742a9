import { createPrivateKey, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { TokenRequest } from './oauth.ts';

const hourS = 3600;

/** A service account of Google's, and what a token is wanted for. */
export interface ServiceAccount {
  /** `client_email` of its key. */
  email: string;
  /** `private_key`, PEM. */
  privateKey: string;
  tokenUrl: string;
  scope: string;
}

/**
 * "Using OAuth 2.0 for Server to Server Applications": a statement signed by the service account is changed for a token. Undefined for a
 * key that looks like one and is none.
 */
export function serviceAccountRequest(
  { email, privateKey, tokenUrl, scope }: ServiceAccount,
  nowMs: number,
): TokenRequest | undefined {
  const key = keyOf(privateKey);
  if (!key) return undefined;
  const iat = Math.floor(nowMs / 1000);
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { iss: email, scope, aud: tokenUrl, iat, exp: iat + hourS };
  const data = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}`;
  const assertion = `${data}.${sign('RSA-SHA256', Buffer.from(data), key).toString('base64url')}`;
  return { url: tokenUrl, form: { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion } };
}

function keyOf(pem: string): KeyObject | undefined {
  try {
    const key = createPrivateKey(pem);
    return key.asymmetricKeyType === 'rsa' ? key : undefined;
  } catch {
    return undefined;
  }
}
