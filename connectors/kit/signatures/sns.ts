import { createPublicKey, verify } from 'node:crypto';
import { z } from 'zod';
import type { HookRequest, PublicKeys } from '../../contract/index.ts';
import { readJsonAs } from '../body.ts';
import { exactBytes } from '../signature.ts';
import { authentic, refused } from './verified.ts';
import type { Clock, Verified } from './verified.ts';

/**
 * Amazon SNS over HTTPS: "Verifying the signatures of Amazon SNS messages" and "HTTP/HTTPS subscription confirmation JSON format" (read
 * 2026-11-22). An RSA signature (SHA-1 in version 1, SHA-256 in version 2) over some members, each as its name and its value on lines of their
 * own, sorted by name; under the certificate at an address that the message itself names, so that the address is what has to be checked.
 */
const text = z.string().max(262_144);
const messageSchema = z.looseObject({
  Type: z.enum(['Notification', 'SubscriptionConfirmation', 'UnsubscribeConfirmation']),
  MessageId: text,
  TopicArn: text,
  Message: text,
  Subject: text.nullish(),
  Timestamp: text,
  SignatureVersion: z.enum(['1', '2']),
  Signature: z.string().max(4096),
  SigningCertURL: z.string().max(1024),
  SubscribeURL: z.string().max(4096).optional(),
  Token: text.optional(),
});
type SnsMessage = z.infer<typeof messageSchema>;

const read = ({ body }: HookRequest): SnsMessage | undefined => {
  const message = readJsonAs(body, messageSchema);
  return message.ok ? message.value : undefined;
};

/** The service's own hosts, as the validators of Amazon have them: `sns.{region}.amazonaws.com`, in China with `.cn`. */
const host = /^sns\.[a-z0-9-]{3,32}\.amazonaws\.com(?:\.cn)?$/;

const isOwn = (address: string, path: RegExp): boolean => {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  return (
    url?.protocol === 'https:' &&
    url.port === '' &&
    url.username === '' &&
    url.password === '' &&
    host.test(url.hostname) &&
    path.test(`${url.pathname}${url.search}`)
  );
};

/** Where the certificate is that a call is signed with; undefined where that is no address of Amazon's. */
export function snsCertificate(request: HookRequest | undefined): string | undefined {
  const message = request && read(request);
  const url =
    message && isOwn(message.SigningCertURL, /^\/SimpleNotificationService-[\w-]{1,64}\.pem$/)
      ? message.SigningCertURL
      : undefined;
  return url === undefined ? undefined : new URL(url).href;
}

/** The address to visit before Amazon delivers, of a verified request. */
export function snsSubscription(request: HookRequest): string | undefined {
  const message = read(request);
  if (message?.Type !== 'SubscriptionConfirmation' || !message.SubscribeURL) return undefined;
  return isOwn(message.SubscribeURL, /^\/(?:\?|$)/) ? message.SubscribeURL : undefined;
}

const signedMembers = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  SubscriptionConfirmation: [
    'Message',
    'MessageId',
    'SubscribeURL',
    'Timestamp',
    'Token',
    'TopicArn',
    'Type',
  ],
  UnsubscribeConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
} as const;

/** A subject that is not there is left out. */
const signedText = (message: SnsMessage): string =>
  signedMembers[message.Type]
    .flatMap((name) => (message[name] === undefined || message[name] === null ? [] : [name, message[name]]))
    .map((line) => `${line}\n`)
    .join('');

/** `topicArn`: the only topic that may call; anybody can have Amazon sign for a topic of their own. */
export function verifySns(
  request: HookRequest,
  { topicArn, keys = [] }: { topicArn: string; keys: PublicKeys | undefined },
  { nowMs, toleranceMs }: Clock,
): Verified & { unknownKey?: true } {
  const message = read(request);
  if (!message) return refused('no message of Amazon SNS');
  if (message.TopicArn !== topicArn) return refused('another topic');
  if (snsCertificate(request) === undefined) return refused('the certificate lies elsewhere');
  const atMs = z.iso.datetime().safeParse(message.Timestamp).success
    ? Date.parse(message.Timestamp)
    : Number.NaN;
  if (!(Math.abs(nowMs - atMs) <= toleranceMs)) return refused('the signed time is too far away');
  if (keys.length === 0) return { ok: false, reason: 'no certificate', unknownKey: true };
  const signature = exactBytes(message.Signature, 'base64');
  const algorithm = message.SignatureVersion === '2' ? 'RSA-SHA256' : 'RSA-SHA1';
  const data = Buffer.from(signedText(message));
  return signature && keys.some((key) => signedBy(key, { algorithm, data, signature }))
    ? authentic
    : refused('the signature does not match');
}

function signedBy(
  { kty, n, e }: PublicKeys[number],
  { algorithm, data, signature }: { algorithm: string; data: Buffer; signature: Buffer },
): boolean {
  if (kty !== 'RSA' || typeof n !== 'string' || typeof e !== 'string') return false;
  try {
    return verify(algorithm, data, createPublicKey({ key: { kty, n, e }, format: 'jwk' }), signature);
  } catch {
    return false;
  }
}
