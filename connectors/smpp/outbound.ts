import { createHash } from 'node:crypto';
import { failure } from '../../protocol/failures.ts';
import type { SendOutcome, SendRequest } from '../contract/index.ts';
import { destinationOf, sourceOf } from './address.ts';
import type { Config } from './manifest.ts';
import { segmentText } from './segments.ts';
import { encodeShortMessage } from './wire.ts';

/** The submit_sm bodies of one message, in order. */
export type Rendered = { ok: true; bodies: Buffer[] } | { ok: false; outcome: SendOutcome };

const refused = (code: Parameters<typeof failure>[0]): Rendered => ({
  ok: false,
  outcome: { type: 'rejected', failure: failure(code) },
});

/**
 * A request as submit_sm bodies. Pure: the reference of a long message comes from the idempotency key, so that a segment that is sent again
 * after a crash is the same segment to the phone, and not the beginning of a second message.
 */
export function render(request: SendRequest, config: Config): Rendered {
  const { content } = request.part;
  if (content.kind !== 'text') return refused('content_unsupported');
  const destination = destinationOf(request.address);
  if (!destination) return refused('address_invalid');
  const segments = segmentText(content.text, {
    longMessages: config.long_messages,
    defaultAlphabet: config.default_alphabet,
    reference: createHash('sha256').update(request.idempotencyKey).digest().readUInt16BE(0),
  });
  if (!segments) return refused('content_too_large');
  const common = {
    source: sourceOf(config.sender, { ton: config.sender_ton, npi: config.sender_npi }),
    destination,
    serviceType: config.service_type,
    validityPeriod: request.validForSeconds === undefined ? '' : relativeTime(request.validForSeconds),
    registeredDelivery: config.registered_delivery,
  };
  return { ok: true, bodies: segments.map((segment) => encodeShortMessage({ ...common, ...segment })) };
}

const two = (value: number): string => String(value).padStart(2, '0');
const maxDays = 28;

/** A span as SMPP writes it: `YYMMDDhhmmss000R` (specification v3.4, 7.1.1). Months have no fixed length, so 28 days is the most. */
export function relativeTime(seconds: number): string {
  const span = Math.min(Math.max(1, Math.floor(seconds)), maxDays * 86_400);
  const [days, rest] = [Math.floor(span / 86_400), span % 86_400];
  return `0000${two(days)}${two(Math.floor(rest / 3600))}${two(Math.floor((rest % 3600) / 60))}${two(rest % 60)}000R`;
}
