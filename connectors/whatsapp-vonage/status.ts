import type { InboundReceipt } from '../contract/index.ts';
import { codesMeaning } from '../kit/whatsapp/outcome.ts';

/** "Messages API errors", read 2026-11-22: what stands behind the `#` of a problem's `type`. */
export const codes = codesMeaning({
  account_unauthorized: 'unauthorized forbidden unprovisioned invalid-api-key',
  account_suspended: 'account-suspended application-suspended 1060',
  balance_exhausted: 'low-balance 1070',
  throttled: 'throttled 1000 1241',
  platform_unavailable: '1030 1100 1331',
  address_invalid: '1040 1170',
  unreachable: '1190 1200 1250 1251 1260 1290 1300',
  undelivered: '1180 1220 1230 1330 1360',
  blocked: '1050 1280',
  opted_out: '1240',
  spam_suspected: '1210',
  window_closed: '1340',
  content_refused: '1270 1282',
  content_too_large: '1090',
});

/** "Messages API status callbacks". */
export const states: Readonly<Record<string, InboundReceipt['state']>> = {
  submitted: 'sent',
  delivered: 'delivered',
  read: 'read',
  rejected: 'failed',
  undeliverable: 'failed',
};

/** `https://developer.vonage.com/api-errors/messages#1340` → `1340`; call-backs may have the number as their title alone. */
export function codeOf(
  problem: { type?: string | undefined; title?: string | undefined } | undefined,
): string | undefined {
  const at = problem?.type?.lastIndexOf('#') ?? -1;
  return (at < 0 ? problem?.title : problem?.type?.slice(at + 1))?.slice(0, 128) || undefined;
}
