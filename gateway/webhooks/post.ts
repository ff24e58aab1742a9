import { createSecretKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { HttpClient } from '../../connectors/contract/index.ts';
import { retryAfterMs } from '../../connectors/kit/http.ts';
import { hmac } from '../../connectors/kit/signature.ts';
import type { EndpointSecret, LiveEndpoint } from './endpoints.ts';

/** How one call of a merchant's endpoint ended. `gone`: it answered 410 and wants no more. */
export type PostResult =
  | { type: 'taken'; status: number }
  | { type: 'gone'; status: number }
  | { type: 'failed'; status: number | null; reason: string; retryAfterMs?: number | undefined };

const timeoutMs = 15_000;

/** The specification's `v1`: HMAC-SHA256 under the decoded secret. By the platform's crypto, as one in JavaScript costs ten times that. */
const signWebhook = (secret: EndpointSecret, signed: string): string =>
  `v1,${hmac('sha256', keyOf(secret), signed).toString('base64')}`;

const keys = new WeakMap<EndpointSecret, KeyObject>();

function keyOf(secret: EndpointSecret): KeyObject {
  let key = keys.get(secret);
  if (!key) keys.set(secret, (key = createSecretKey(secret.secret.replace(/^whsec_/, ''), 'base64')));
  return key;
}

/** One Standard Webhooks call (https://www.standardwebhooks.com). Redirects are failures; the answer's body is not read on. */
export async function postWebhook(options: {
  http: HttpClient;
  endpoint: LiveEndpoint;
  event: { id: string; envelope: string };
  nowMs: number;
  signal: AbortSignal;
}): Promise<PostResult> {
  const { http, endpoint, event, nowMs, signal } = options;
  const atSeconds = Math.floor(nowMs / 1000);
  const signatures = endpoint.secrets
    .filter((secret) => secret.expiresAtMs === undefined || secret.expiresAtMs > nowMs)
    .map((secret) => signWebhook(secret, `${event.id}.${atSeconds}.${event.envelope}`));
  const result = await http.call({
    method: 'POST',
    url: endpoint.row.url,
    headers: {
      'content-type': 'application/json',
      'webhook-id': event.id,
      'webhook-timestamp': String(atSeconds),
      'webhook-signature': signatures.join(' '),
    },
    body: event.envelope,
    signal,
    timeoutMs,
    maxBytes: 16_384,
    truncate: true,
  });
  if (result.type !== 'answer') return { type: 'failed', status: null, reason: result.reason };
  if (result.status >= 200 && result.status < 300) return { type: 'taken', status: result.status };
  if (result.status === 410) return { type: 'gone', status: 410 };
  return {
    type: 'failed',
    status: result.status,
    reason: result.status >= 300 && result.status < 400 ? 'redirect' : 'status',
    retryAfterMs: retryAfterMs(result.headers['retry-after'], nowMs),
  };
}
