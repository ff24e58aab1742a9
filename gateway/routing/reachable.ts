import type { Failure } from '../../protocol/failures.ts';
import type { RouteRequest, Way, Ways } from './candidates.ts';
import type { Reachability } from './reachability.ts';
import { choose } from './route.ts';
import type { Load } from './route.ts';

/**
 * The ways without those of which their platform says now that they lead nowhere. Asked is only about the way that would be taken, and only
 * while another one is left: a way that is the last one, or that the merchant named by its account, shows itself what it is good for.
 */
export async function reachable(
  { reachability }: { reachability?: Reachability | undefined },
  { request, load, found }: { request: RouteRequest; load: Load; found: Ways },
): Promise<Ways> {
  const canTell = ({ live, candidate }: Way) => !candidate.refused && live?.connector.reach !== undefined;
  if (!reachability || request.from !== undefined || !found.ways.some(canTell)) return found;
  const questions = reachability.begin();
  try {
    for (let ways = found; ;) {
      const choice = choose({ request, load, found: ways });
      if (choice.type === 'none' || !choice.route.considered.some(({ verdict }) => verdict === 'next'))
        return ways;
      const { live, address } = choice.route;
      const isChosen = ({ candidate }: Way) =>
        candidate.accountId === live.row.id && candidate.address === address;
      const lastActiveAt = ways.ways.find(isChosen)?.candidate.lastActiveAt ?? null;
      const outcome = await questions.ask({ live, address, lastActiveAt });
      if (outcome.type !== 'no') return ways;
      ways = { ...ways, ways: ways.ways.map((way) => (isChosen(way) ? unreachable(way, outcome) : way)) };
    }
  } finally {
    questions.end();
  }
}

const unreachable = (way: Way, { failure }: { failure: Failure }): Way => ({
  ...way,
  candidate: { ...way.candidate, refused: 'unreachable', failure },
});
