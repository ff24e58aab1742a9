import { judgeChain } from './chain-judge.ts';
import type { Judged } from './chain-judge.ts';
import type { OutboundFact } from './facts.ts';
import type { World } from './world.ts';

/** What can only be said in the end, by what the platforms had and what is written down. */
export function judge(world: World, judged: Judged): void {
  for (const conversation of Map.groupBy(
    judged.facts.outbound.values(),
    ({ conversationId }) => conversationId,
  ).values())
    judgeOrder(world, judged, conversation);
  for (const fact of judged.facts.outbound.values()) judgeUnsent(world, judged, fact);
  for (const chain of judged.chains) judgeChain(world, judged, chain);
}

/** What ended without having been sent is nowhere. */
function judgeUnsent(world: World, { platforms }: Judged, { messageId, state }: OutboundFact): void {
  const sent = platforms.ofMessage(messageId);
  if (!sent?.taken) return;
  if (state === 'cancelled' || state === 'expired' || state === 'suppressed')
    world.broken(`${sent.text} ended as ${state}, and went out to ${sent.address}`);
}

/** Platforms get what they take of one conversation in the order of its places, by whatever accounts. */
function judgeOrder(world: World, { platforms }: Judged, conversation: OutboundFact[]): void {
  let last: { sequence: number; text: string; at: number } | undefined;
  for (const { messageId, sequence } of conversation.toSorted((a, b) => a.sequence - b.sequence)) {
    const sent = platforms.ofMessage(messageId);
    if (!sent?.taken) continue;
    const { at } = sent.taken;
    if (last && at < last.at)
      world.broken(
        `${sent.text} at place ${sequence} went out before ${last.text} at place ${last.sequence}`,
      );
    last = { sequence, text: sent.text, at };
  }
}
