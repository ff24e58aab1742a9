import type { ExchangeRow } from '../store/port.ts';

/** An exchange as its merchant sees it. */
export const exchangeView = (row: ExchangeRow) => ({
  at: new Date(row.at).toISOString(),
  direction: row.direction,
  purpose: row.purpose,
  method: row.method,
  url: row.url,
  status: row.status,
  ended: row.ended,
  duration_ms: row.durationMs,
  failed: row.failed,
  code: row.code,
  verdict: row.verdict,
  reason: row.reason,
  message_id: row.messageId,
  sent_bytes: row.sentBytes,
  received_bytes: row.receivedBytes,
  ...(row.detail?.sent ? { sent: row.detail.sent } : {}),
  ...(row.detail?.received ? { received: row.detail.received } : {}),
});

/** What the trace of a message says of one. */
export const exchangeTrace = (row: ExchangeRow): Record<string, unknown> => ({
  purpose: row.purpose,
  call: `${row.method} ${row.url.replace(/^https?:\/\//, '').replace(/\?.*$/, '')}`,
  ...(row.status === null ? { ended: row.ended } : { status: row.status }),
  ...(row.code === null ? {} : { code: row.code }),
});
