import type { Answer } from '../emulator.ts';
import { badRequest, ok } from './model.ts';
import type { Store } from './model.ts';
import type { Parameters } from './parameters.ts';

/** Telegram calls HTTPS on four ports only; a Bot API server of one's own also calls loopback, and so does this one. */
function urlRefusal(text: string): Answer | undefined {
  if (!URL.canParse(text)) return badRequest('bad webhook: invalid URL');
  const url = new URL(text);
  if (['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)) return undefined;
  if (url.protocol !== 'https:') return badRequest('bad webhook: An HTTPS URL must be provided for webhook');
  return ['', '443', '80', '88', '8443'].includes(url.port)
    ? undefined
    : badRequest('bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443');
}

export function setWebhook(store: Store, { values }: Parameters): Answer {
  const url = String(values['url'] ?? '');
  const secret = values['secret_token'] as string | undefined;
  if (url === '') return deleteWebhook(store);
  if (secret !== undefined && secret.length > 256) return badRequest('secret token is too long');
  if (secret !== undefined && !/^[A-Za-z0-9_-]*$/.test(secret))
    return badRequest('secret token contains unallowed characters');
  const refusal = urlRefusal(url);
  if (refusal) return refusal;
  const allowed = (values['allowed_updates'] ?? store.webhook?.allowed) as string[] | undefined;
  store.webhook = { url, ...(secret ? { secret } : {}), ...(allowed?.length ? { allowed } : {}) };
  return ok(true);
}

export function deleteWebhook(store: Store): Answer {
  store.webhook = undefined;
  return ok(true);
}

export const getWebhookInfo = (store: Store): Answer =>
  ok({
    url: store.webhook?.url ?? '',
    has_custom_certificate: false,
    pending_update_count: store.pendingUpdates(),
    ...(store.webhook?.allowed ? { allowed_updates: store.webhook.allowed } : {}),
  });
