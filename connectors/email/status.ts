import { failure } from '../../protocol/failures.ts';
import type { SendOutcome } from '../contract/index.ts';
import { permanentFailure } from '../kit/mail/status.ts';
import type { Reply } from '../kit/mail/status.ts';

/** Temporary statuses by which servers say "too much, too fast": greylisting, rate limits, congestion. */
const throttling = new Set(['4.2.1', '4.3.2', '4.4.5', '4.5.3', '4.7.0', '4.7.1', '4.7.28']);

/** What a refusing reply (4xx, 5xx) of the relay means for the send. */
export function outcomeOfReply(reply: Reply): SendOutcome {
  if (reply.code >= 500) return { type: 'rejected', failure: permanentFailure(reply) };
  const platformCode = reply.enhanced ?? String(reply.code);
  if (reply.enhanced && throttling.has(reply.enhanced)) return { type: 'throttled', platformCode };
  return { type: 'rejected', failure: failure('platform_unavailable', platformCode) };
}

/** Reads `550 5.1.1 …`. The protocol's own codes, never the words behind them. */
export function readReply(response: string): Reply | undefined {
  const match = /^([245]\d\d)[ -](?:([245]\.\d{1,3}\.\d{1,3})(?:\s|$))?/.exec(response);
  return match ? { code: Number(match[1]), enhanced: match[2] } : undefined;
}
