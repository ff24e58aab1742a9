import type { ExchangeRecord } from '../../connectors/kit/exchange-record.ts';
import type { WireExchange } from '../../protocol/connector-wire/index.ts';
import type { CallOf } from '../exchanges/record.ts';

/** Exchanges with platforms between the log and the wire. */

const maxDurationMs = 600_000;
const maxHeaders = 40;
/** What is told is told at once: a time before it is none. */
const maxAgeMs = 600_000;

type Side = NonNullable<WireExchange['sent']>;
type Recorded = NonNullable<ExchangeRecord['detail']['sent']>;

const sideToWire = ({ headers, body }: Recorded, bytes: number): Side => ({
  bytes,
  headers: Object.fromEntries(Object.entries(headers).slice(0, maxHeaders)),
  body,
});

export function exchangeToWire(
  record: ExchangeRecord,
  { account, purpose, messageId }: CallOf,
): WireExchange {
  const { status, ended, code } = record;
  const { sent, received } = record.detail;
  return {
    account_id: account.id,
    // a connector out here has no pages of its own: what it answers is a hook
    purpose: purpose === 'page' ? 'hook' : purpose,
    ...(messageId === undefined ? {} : { message_id: messageId }),
    at: new Date(record.atMs).toISOString(),
    duration_ms: Math.min(record.durationMs, maxDurationMs),
    method: record.method,
    url: record.url,
    ...(status === null ? {} : { status }),
    ...(ended === null ? {} : { ended }),
    ...(code === null ? {} : { code }),
    ...(sent ? { sent: sideToWire(sent, record.sentBytes) } : {}),
    ...(received ? { received: sideToWire(received, record.receivedBytes) } : {}),
  };
}

const sideFromWire = ({ headers = {}, body = '' }: Side): Recorded => ({ headers, body });

export function exchangeFromWire(wire: WireExchange, nowMs: number): ExchangeRecord {
  const { status = null, ended = null, code = null, sent, received } = wire;
  return {
    atMs: Math.min(Math.max(Date.parse(wire.at), nowMs - maxAgeMs), nowMs),
    durationMs: wire.duration_ms,
    method: wire.method,
    url: wire.url,
    status,
    ended,
    code,
    sentBytes: sent?.bytes ?? 0,
    receivedBytes: received?.bytes ?? 0,
    failed: status === null || status >= 400,
    detail: {
      ...(sent ? { sent: sideFromWire(sent) } : {}),
      ...(received ? { received: sideFromWire(received) } : {}),
    },
  };
}
