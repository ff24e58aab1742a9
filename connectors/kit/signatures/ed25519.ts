import { createPublicKey, verify } from 'node:crypto';
import type { HookRequest } from '../../contract/index.ts';
import { exactBytes } from '../signature.ts';
import { authentic, refused, staleness } from './verified.ts';
import type { Clock, Verified } from './verified.ts';

/** SubjectPublicKeyInfo of an Ed25519 key (RFC 8410, 4) up to the key's own 32 bytes. */
const spkiHead = Buffer.from('302a300506032b6570032100', 'hex');

/** Whether a signature (RFC 8032) is of these bytes. A key or signature of another size matches nothing. */
function signed(publicKey: Buffer | undefined, signature: Buffer | undefined, data: Uint8Array): boolean {
  if (publicKey?.length !== 32 || signature?.length !== 64) return false;
  try {
    const key = createPublicKey({ key: Buffer.concat([spkiHead, publicKey]), format: 'der', type: 'spki' });
    return verify(null, data, key, signature);
  } catch {
    return false;
  }
}

/**
 * Telnyx, "Webhooks" (API fundamentals, read 2026-11-22): `telnyx-signature-ed25519` is the base64 signature of `telnyx-timestamp`,
 * `|` and the body; the public key is base64. Telnyx' own libraries take five minutes.
 */
export function verifyTelnyx(request: HookRequest, publicKey: string, clock: Clock): Verified {
  const given = request.headers['telnyx-signature-ed25519'];
  if (!given) return refused('no telnyx-signature-ed25519 header');
  const timestamp = request.headers['telnyx-timestamp'];
  const stale = staleness(timestamp, clock);
  if (stale) return refused(stale);
  const data = Buffer.concat([Buffer.from(`${timestamp}|`), request.body]);
  return signed(exactBytes(publicKey, 'base64'), exactBytes(given, 'base64'), data)
    ? authentic
    : refused('the signature does not match');
}

/**
 * Discord, "Interactions: Security and Authorization" (read 2026-11-22): `X-Signature-Ed25519` is the hexadecimal signature of
 * `X-Signature-Timestamp` and the body; the application's public key is hexadecimal. Discord sends wrong signatures on purpose and
 * wants a 401. It names no window for the time.
 */
export function verifyDiscord(request: HookRequest, publicKey: string, clock: Clock): Verified {
  const given = request.headers['x-signature-ed25519'];
  if (!given) return refused('no X-Signature-Ed25519 header');
  const timestamp = request.headers['x-signature-timestamp'];
  const stale = staleness(timestamp, clock);
  if (stale) return refused(stale);
  const data = Buffer.concat([Buffer.from(`${timestamp}`), request.body]);
  return signed(exactBytes(publicKey, 'hex'), exactBytes(given, 'hex'), data)
    ? authentic
    : refused('the signature does not match');
}
