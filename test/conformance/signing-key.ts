import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import type { PublicKeys } from '../../connectors/contract/index.ts';

/** A key of a platform that exists in tests alone: what it publishes, and tokens that it signs (RFC 7515, RS256). */
export function signingKey(kid: string, more: object = {}) {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }) as string;
  const published = createPublicKey(createPrivateKey(pem)).export({ format: 'jwk' });
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return {
    pem,
    keys: [{ ...published, kid, use: 'sig', alg: 'RS256', ...more }] as PublicKeys,
    token: (claims: object, header: object = {}): string => {
      const data = `${part({ alg: 'RS256', typ: 'JWT', kid, ...header })}.${part(claims)}`;
      return `${data}.${sign('RSA-SHA256', Buffer.from(data), privateKey).toString('base64url')}`;
    },
  };
}
