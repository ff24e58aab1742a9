import type { DeliveryState } from '../../protocol/delivery.ts';
import { termsOf } from './chains.ts';
import type { Chain } from './chains.ts';
import type { ChainFact, Facts, OutboundFact } from './facts.ts';
import type { Sent } from './platform.ts';
import { abilityOf, accountsOf, merchantIds } from './world.ts';
import type { World } from './world.ts';

const dayMs = 24 * 3_600_000;
const rank: Partial<Record<DeliveryState, number>> = { sent: 1, delivered: 2, read: 3 };
const reached = (state: DeliveryState, wanted: DeliveryState): boolean =>
  (rank[state] ?? 0) >= (rank[wanted] ?? 0);

/** What there is to judge by. */
export interface Judged {
  facts: Facts;
  platforms: { ofMessage(messageId: string): Sent | undefined };
  chains: Chain[];
}

/** A way as it was when the next one was committed. */
interface Before {
  fact: OutboundFact;
  sent: Sent | undefined;
  state: DeliveryState;
  code: string | undefined;
  /** When it got to that state. Wall clock. */
  movedAtMs: number;
  /** Since when it had its time. */
  sinceMs: number;
}

/**
 * What `protocol/SPEC.md` promises of fallbacks:
 *
 * 1. A way is taken for a reason: the one before failed, or did not get as far as `until` in its time, or is not known to have, and then only
 *    where the merchant accepts doubt or 24 hours after its last attempt. No way before it had got there by that commit.
 * 2. From then on no attempt at the way before is made.
 * 3. What went out and is not known to have failed is taken back first, where the channel can.
 * 4. So nothing arrives twice, except: `until` asks for more than `sent` and what was sent is not taken back; or the outcome of the way before
 *    was not known, the merchant accepts doubt, or a day is over.
 * 5. What was taken back is not taken back for nothing: the next way goes out, unless it was read, or time or the merchant ended the chain.
 * 6. A chain ends for a reason that is true.
 */
export function judgeChain(world: World, judged: Judged, chain: Chain): void {
  const fact = judged.facts.chains.find(({ messageId }) => messageId === chain.messageId);
  if (!fact) return world.broken(`chain ${chain.label} was not written down`);
  const broken = (why: string) => world.broken(`chain ${chain.label}: ${why}`);
  for (let i = 1; i < fact.ways.length; i++) judgeWay({ world, judged, chain, fact, broken }, i);
  judgeEnd({ world, judged, chain, fact, broken });
}

interface Judging {
  world: World;
  judged: Judged;
  chain: Chain;
  fact: ChainFact;
  broken(why: string): void;
}

function judgeWay({ world, judged, chain, fact, broken }: Judging, i: number): void {
  const terms = termsOf(chain, fact.stepsTaken[i - 1] ?? -1);
  const next = judged.facts.outbound.get(fact.ways[i]!);
  if (!terms || !next) return broken(`way ${i} is none of its steps`);
  const ways = fact.ways
    .slice(0, i)
    .map((_, j) => beforeOf(judged, chain, { ways: fact.ways, way: j, next: i }));
  const last = ways.at(-1)!;
  const { state, code, sent, sinceMs } = last;
  const nextSent = judged.platforms.ofMessage(next.messageId);
  const isOver = next.createdAt >= sinceMs + terms.afterMs;
  const because = `way ${i} was taken while way ${i - 1} was ${state}${code ? ` (${code})` : ''}`;
  const isDoubtful = state === 'uncertain' || code === 'outcome_unknown';
  const isOut = state === 'sent' || state === 'delivered' || state === 'read';
  // a receipt that came while it was taken back stays: nothing follows "delivered" but "read"
  const isGone = sent?.revokedAtMs !== undefined;

  if (state === 'queued' || state === 'accepted' || state === 'cancelled') broken(because);
  if ((isOut || state === 'uncertain') && !isOver && !isGone) broken(`${because}, and had time left`);
  if (state === 'expired' && last.movedAtMs < Math.min(sinceMs + terms.afterMs, last.fact.expiresAt))
    broken(`${because}, and had time left`);
  if (
    !isGone &&
    ways.some((one) => reached(one.state, terms.until) && (one === last || one.state !== 'sent'))
  )
    broken(`${because}, and ${terms.until} was all that was wanted`);
  const accepted = terms.evenIfUncertain || (code === 'outcome_unknown' && isDayOver(last, next));
  if (isDoubtful && !accepted) broken(`${because}, and nobody knew`);
  if (sent && nextSent && sent.lastAt > nextSent.firstAt) broken(`way ${i - 1} was tried after way ${i}`);
  if (sent?.taken && isOut && sent.askedBack === 0 && abilityOf(world, sent.accountId).revoke)
    broken(`${because}, and nobody took it back`);
  if (code === 'revoked' && !sent?.revoked) broken(`${because}, and it was not`);
  const later = fact.ways.slice(i).map((id) => judged.platforms.ofMessage(id));
  const isLegal = isOut ? terms.until !== 'sent' : isDoubtful;
  if (arrived(sent) && later.some(arrived) && !isLegal) broken(`${because}, and both arrived`);
}

/** What the merchant was told of a way before the next one was. */
function beforeOf(
  { facts, platforms }: Judged,
  { validForMs }: Chain,
  { ways, way, next }: { ways: string[]; way: number; next: number },
): Before {
  const messageId = ways[way]!;
  const fact = facts.outbound.get(messageId)!;
  const before: Before = {
    fact,
    sent: platforms.ofMessage(messageId),
    state: 'queued',
    code: undefined,
    movedAtMs: 0,
    // the first has its time from when it may go out
    sinceMs: way === 0 ? fact.expiresAt - validForMs : fact.createdAt,
  };
  for (const told of facts.told) {
    if (told.type === 'rerouted') {
      if (told.to === ways[next]) break;
    } else if (told.messageId === messageId) {
      before.state = told.state;
      before.code = told.code;
      before.movedAtMs = told.atMs;
    }
  }
  return before;
}

const isDayOver = ({ fact }: Before, next: OutboundFact): boolean =>
  next.createdAt >= (fact.lastAttemptAt ?? 0) + dayMs;

const arrived = (sent: Sent | undefined): boolean =>
  sent?.taken !== undefined && !sent.undelivered && !sent.revoked;

function judgeEnd({ world, judged, chain, fact, broken }: Judging): void {
  const last = judged.facts.outbound.get(fact.ways.at(-1)!);
  if (!last) return broken('its last way was not written down');
  const sent = judged.platforms.ofMessage(last.messageId);
  const hasReached = judged.facts.told.some(
    (told) => told.type === 'moved' && fact.ways.includes(told.messageId) && rank[told.state],
  );
  const saysGone = sent && abilityOf(world, sent.accountId).saysGone;
  const isOver = sent?.revokedAtMs !== undefined && sent.revokedAtMs >= fact.expiresAt;
  const mayStop = fact.reason === 'cancelled' || fact.reason === 'expired' || isOver;
  if (sent?.revokedAtMs !== undefined && saysGone && last.state !== 'read' && !mayStop)
    broken(`its last way was taken back, and nothing went out instead (${fact.reason})`);
  switch (fact.reason) {
    case 'cancelled':
      if (!chain.cancelAsked) broken('it ended as cancelled, and nobody asked for that');
      return;
    case 'exhausted':
      if (!chain.steps || fact.step < chain.steps.length) broken('it ended as exhausted with steps left');
      return;
    case 'expired':
      if (world.time.furthestMs < fact.expiresAt) broken('it ended before its time was over');
      return;
    case 'reached':
      if (!hasReached) broken('it ended as reached, and no way ever was');
      return;
    case 'no_way':
      // by the policy there is a way for as long as there is an account that was not tried
      if (
        !chain.steps &&
        fact.ways.length < accountsOf(world, merchantIds.indexOf(chain.merchantId as 'mer_1')).length
      )
        broken('it ended for want of a way, and there was one');
      return;
    default:
      broken(`it ended as ${fact.reason}`);
  }
}
