import { createPublicKey, verify as verifySignature } from 'node:crypto';
import type { HookRequest } from '../contract/index.ts';
import { verifySecret } from '../kit/mail/provider.ts';
import { exactBytes } from '../kit/signature.ts';
import { authentic, refused, staleness } from '../kit/signatures/verified.ts';
import type { Verified } from '../kit/signatures/verified.ts';
import type { SendgridAccount } from './manifest.ts';

/** SendGrid tries again for a day. */
const toleranceMs = 25 * 3_600_000;

export const isForm = ({ headers }: HookRequest): boolean =>
  /^(?:multipart\/form-data|application\/x-www-form-urlencoded)\b/i.test(headers['content-type'] ?? '');

/** Mails come as forms, with the secret in their address; everything else are events, and must be signed. */
export function verify(request: HookRequest, account: SendgridAccount, nowMs: number): Verified {
  if (!isForm(request)) return verifyEvents(request, account, nowMs);
  return verifySecret(request, account, 'sendgrid');
}

/** The Signed Event Webhook: an ECDSA signature, in base64, over the SHA-256 of the timestamp and the body as it came. */
function verifyEvents(
  { headers, body }: HookRequest,
  { credentials }: SendgridAccount,
  nowMs: number,
): Verified {
  const signature = exactBytes(headers['x-twilio-email-event-webhook-signature'] ?? '', 'base64');
  if (!signature?.length) return refused('no signature');
  const timestamp = headers['x-twilio-email-event-webhook-timestamp'];
  const stale = staleness(timestamp, { nowMs, toleranceMs });
  if (stale) return refused(stale);
  const key = publicKey(credentials.event_public_key);
  if (!key) return refused('the verification key is none');
  const data = Buffer.concat([Buffer.from(timestamp!), body]);
  return verifySignature('sha256', data, key, signature)
    ? authentic
    : refused('the signature does not match');
}

function publicKey(base64: string): ReturnType<typeof createPublicKey> | undefined {
  try {
    const key = createPublicKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'spki' });
    return key.asymmetricKeyType === 'ec' ? key : undefined;
  } catch {
    return undefined;
  }
}
