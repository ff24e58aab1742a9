import type { HookRequest } from '../contract/index.ts';
import { readJsonAs } from '../kit/body.ts';
import { readFileForm, textOfField } from '../kit/mail/multipart.ts';
import { hmacMatches } from '../kit/signature.ts';
import { authentic, refused, staleness } from '../kit/signatures/verified.ts';
import type { Verified } from '../kit/signatures/verified.ts';
import type { MailgunAccount } from './manifest.ts';
import { signatureSchema, signedSchema } from './wire.ts';

/** Mailgun tries again for 8 hours, and asks not to be strict about time. */
const toleranceMs = 12 * 3_600_000;

export const isJson = ({ headers }: HookRequest): boolean =>
  /^application\/json\b/i.test(headers['content-type'] ?? '');

/**
 * "Securing webhooks": the hexadecimal HMAC-SHA256, under the signing key, of timestamp and token. It says nothing of the rest of the
 * body: that nobody changed it is for TLS to prove. The signature stands in the body, of events under `signature`, of mails as fields.
 */
export function verify(request: HookRequest, { credentials }: MailgunAccount, nowMs: number): Verified {
  const found = signatureOf(request);
  if (!found) return refused('no signature');
  const stale = staleness(found.timestamp, { nowMs, toleranceMs });
  if (stale) return refused(stale);
  const matches = hmacMatches({
    algorithm: 'sha256',
    secret: credentials.signing_key,
    data: found.timestamp + found.token,
    given: found.signature,
    encoding: 'hex',
  });
  return matches ? authentic : refused('the signature does not match');
}

function signatureOf(request: HookRequest): ReturnType<typeof signatureSchema.parse> | undefined {
  if (isJson(request)) {
    const signed = readJsonAs(request.body, signedSchema);
    return signed.ok ? signed.value.signature : undefined;
  }
  const read = readFileForm(request);
  if (!read.ok) return undefined;
  const field = (name: string): string => textOfField(read.form, name);
  return signatureSchema.safeParse({
    timestamp: field('timestamp'),
    token: field('token'),
    signature: field('signature'),
  }).data;
}
