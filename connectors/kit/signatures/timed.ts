import type { HookRequest } from '../../contract/index.ts';
import { hmacMatches } from '../signature.ts';
import { authentic, refused, staleness } from './verified.ts';
import type { Clock, Verified } from './verified.ts';

/**
 * Slack, "Verifying requests from Slack" (read 2026-11-22): `X-Slack-Signature` is `v0=` and the hexadecimal HMAC-SHA256, under the
 * signing secret, of `v0:`, `X-Slack-Request-Timestamp`, `:` and the body. Slack asks for five minutes.
 */
export function verifySlack(request: HookRequest, signingSecret: string, clock: Clock): Verified {
  const given = /^v0=([0-9a-f]{64})$/i.exec(request.headers['x-slack-signature'] ?? '')?.[1];
  if (!given) return refused('no X-Slack-Signature header');
  const timestamp = request.headers['x-slack-request-timestamp'];
  const stale = staleness(timestamp, clock);
  if (stale) return refused(stale);
  const data = Buffer.concat([Buffer.from(`v0:${timestamp}:`), request.body]);
  return hmacMatches({ algorithm: 'sha256', secret: signingSecret, data, given, encoding: 'hex' })
    ? authentic
    : refused('the signature does not match');
}

/**
 * Sinch, "Conversation API callbacks", section "Validating callbacks" (read 2026-11-22): `x-sinch-webhook-signature` is the base64
 * HMAC, under the webhook's secret, of the body, `.`, `…-nonce`, `.` and `…-timestamp`; `…-algorithm` names it, HmacSHA256. Sinch
 * repeats for hours; nothing says whether it signs anew.
 */
export function verifySinch(request: HookRequest, secret: string, clock: Clock): Verified {
  const header = (name: string): string | undefined => request.headers[`x-sinch-webhook-signature${name}`];
  const given = header('');
  const [nonce, timestamp] = [header('-nonce'), header('-timestamp')];
  if (!given || !nonce) return refused('no x-sinch-webhook-signature headers');
  if (header('-algorithm') !== 'HmacSHA256') return refused('the signature has another algorithm');
  const stale = staleness(timestamp, clock);
  if (stale) return refused(stale);
  const data = Buffer.concat([request.body, Buffer.from(`.${nonce}.${timestamp}`)]);
  return hmacMatches({ algorithm: 'sha256', secret, data, given, encoding: 'base64' })
    ? authentic
    : refused('the signature does not match');
}

/**
 * YCloud, "Configure webhooks" (read 2026-11-22): `YCloud-Signature` is `t=`, Unix seconds, `,s=` and a hexadecimal HMAC-SHA256 under
 * the endpoint's secret. Of what, the readable part does not say; integrations in the open agree on the seconds, `.` and the body.
 */
export function verifyYCloud(request: HookRequest, secret: string, clock: Clock): Verified {
  const [, timestamp, given] =
    /^t=(\d{1,12}),\s?s=([0-9a-f]{64})$/i.exec(request.headers['ycloud-signature'] ?? '') ?? [];
  if (!given) return refused('no ycloud-signature header');
  const stale = staleness(timestamp, clock);
  if (stale) return refused(stale);
  const data = Buffer.concat([Buffer.from(`${timestamp}.`), request.body]);
  return hmacMatches({ algorithm: 'sha256', secret, data, given, encoding: 'hex' })
    ? authentic
    : refused('the signature does not match');
}
