import type { HookRequest } from '../../contract/index.ts';
import { hmacMatches } from '../signature.ts';
import { authentic, refused, staleness } from './verified.ts';
import type { Clock, Verified } from './verified.ts';

/**
 * Standard Webhooks 1.0.0 (read 2026-11-22): `webhook-signature` holds, parted by spaces, `v1,` and the base64 HMAC-SHA256 of `webhook-id`,
 * `webhook-timestamp` and the body, joined by dots. The key is what the base64 behind `whsec_` stands for; while it is changed there are
 * several signatures.
 */
export function verifyStandardWebhook(request: HookRequest, secret: string, clock: Clock): Verified {
  const { headers } = request;
  const [id, timestamp, signatures] = ['id', 'timestamp', 'signature'].map(
    (name) => headers[`webhook-${name}`],
  );
  if (!id || !signatures) return refused('no webhook-signature headers');
  const stale = staleness(timestamp, clock);
  if (stale) return refused(stale);
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  if (key.length === 0) return refused('the signing secret is none');
  const data = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), request.body]);
  const matches = signatures
    .split(' ')
    .slice(0, 8)
    .filter((one) => one.startsWith('v1,'))
    .map((one) =>
      hmacMatches({ algorithm: 'sha256', secret: key, data, given: one.slice(3), encoding: 'base64' }),
    );
  return matches.includes(true) ? authentic : refused('the signature does not match');
}
