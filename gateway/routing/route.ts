import { addressScheme } from '../../protocol/address.ts';
import type { Adaptation } from '../../protocol/adapt/index.ts';
import type { Content } from '../../protocol/content.ts';
import type { LiveAccount } from '../accounts/registry.ts';
import { Refusal } from '../problems.ts';
import type { RouteRequest, Way, Ways } from './candidates.ts';
import { consideredOf, defaultPolicy, rank } from './policy.ts';
import type { Considered, Criterion } from './policy.ts';

/** Where a message goes, and what else was considered (invariant 10). */
export interface Route {
  live: LiveAccount;
  address: string;
  considered: Considered[];
}

/** What is to be sent, as far as it decides where it may go. */
export interface Load {
  content: Content;
  /** How it would go by an account; asked once for each connector. */
  adapt(live: LiveAccount): Adaptation;
  /** Nothing may be lost. */
  strict: boolean;
}

export type Choice =
  | { type: 'found'; route: Route; adaptation: Adaptation }
  | { type: 'none'; ways: Ways; considered: Considered[]; losses: Adaptation['losses'] };

/** Weighs all ways for a content and gives the best, or none. */
export function choose({ request, load, found }: { request: RouteRequest; load: Load; found: Ways }): Choice {
  const adaptations = new Map<string, Adaptation>();
  const adapted = (live: LiveAccount): Adaptation => {
    let adaptation = adaptations.get(live.row.connector);
    if (!adaptation) adaptations.set(live.row.connector, (adaptation = load.adapt(live)));
    return adaptation;
  };
  const ways = found.ways.map((way) => fitted(way, load, adapted));
  const ranked = rank(
    ways.map(({ candidate }) => candidate),
    request.route?.policy ?? (found.defaults?.policy as Criterion[] | undefined) ?? defaultPolicy,
  );
  const considered = ranked.map(consideredOf);
  const first = ranked[0]?.verdict === 'chosen' ? ranked[0].candidate : undefined;
  const live = ways.find(({ candidate }) => candidate === first)?.live;
  if (first && live)
    return {
      type: 'found',
      route: { live, address: first.address, considered },
      adaptation: adapted(live),
    };
  const lossy = ways.find(({ candidate }) => candidate.refused === 'lossy')?.live;
  return { type: 'none', ways: { ...found, ways }, considered, losses: lossy ? adapted(lossy).losses : [] };
}

function fitted({ candidate, live }: Way, load: Load, adapted: (live: LiveAccount) => Adaptation): Way {
  if (candidate.refused || !live) return { candidate, live };
  const { refused, losses } = adapted(live);
  return {
    live,
    candidate: {
      ...candidate,
      losses: losses.length,
      window: candidate.window !== 'none' && load.content.kind === 'template' ? 'template' : candidate.window,
      ...(refused
        ? { refused: 'content_unsupported' as const }
        : load.strict && losses.length > 0
          ? { refused: 'lossy' as const }
          : {}),
    },
  };
}

/** The best way, or a refusal for people that says why there is none. */
export function route(of: {
  request: RouteRequest;
  load: Load;
  found: Ways;
}): Extract<Choice, { type: 'found' }> {
  const choice = choose(of);
  if (choice.type === 'found') return choice;
  throw refusalOf(of.request, of.load, choice);
}

function refusalOf(
  request: RouteRequest,
  { content }: Load,
  { ways, losses, considered }: Extract<Choice, { type: 'none' }>,
): Refusal {
  const at = (detail: string, pointer = '/to') => ({ errors: [{ pointer, detail }] });
  const refused = considered.flatMap((one) => one.refused ?? []);
  const all = (...codes: string[]) => refused.length > 0 && refused.every((one) => codes.includes(one));
  const titles = [...new Set(ways.ways.flatMap(({ live }) => live?.connector.manifest.title ?? []))];
  const title = titles.join(' and ');
  if (refused.includes('lossy') && all('lossy', 'content_unsupported', 'opted_out', 'erased'))
    return new Refusal('lossy', `${title} would lose something; see losses.`, { losses });
  if (refused.includes('content_unsupported') && all('content_unsupported', 'opted_out', 'erased'))
    return new Refusal(
      'content_unsupported',
      `${title} cannot carry "${content.kind}".`,
      at(`refused by ${titles.length > 1 ? 'these channels' : 'this channel'}`, '/content/kind'),
    );
  if (refused.includes('erased') && all('erased', 'opted_out'))
    return new Refusal(
      'opted_out',
      'This consumer was erased; nothing goes to them until they write again.',
      at('erased'),
    );
  if (all('opted_out'))
    return new Refusal(
      'opted_out',
      'The consumer opted out on every channel where you could reach them.',
      at('opted out'),
    );
  return ways.byAddress ? nothingTakes(request, refused) : unreachable(considered);
}

function unreachable(considered: Considered[]): Refusal {
  const why = considered.map((one) => `${one.channel}: ${one.refused ?? ''}`).join('; ');
  return new Refusal('no_route', `No address of this consumer can be reached${why ? ` (${why})` : ''}.`, {
    errors: [{ pointer: '/to', detail: 'no way to them' }],
  });
}

function nothingTakes({ to, from, test }: RouteRequest, refused: string[]): Refusal {
  const scheme = addressScheme(to);
  if (refused.includes('address_invalid'))
    return new Refusal(
      'invalid_request',
      `${scheme} addresses of this form are not known to your accounts.`,
      {
        errors: [{ pointer: '/to', detail: 'not a valid address of this channel' }],
      },
    );
  const other = test ? 'live_account_with_test_key' : 'test_account_with_live_key';
  const detail = refused.includes(other)
    ? `Your account for ${scheme}: is a ${test ? 'live' : 'test'} one, and this is a ${test ? 'test' : 'live'} key.`
    : refused.length > 0
      ? `All of your accounts that take ${scheme}: addresses are ruled out (${[...new Set(refused)].join(', ')}).`
      : from
        ? `Account ${from} is not active, or does not take ${scheme}: addresses.`
        : `None of your active accounts takes ${scheme}: addresses. Add one with POST /v1/accounts.`;
  return new Refusal('no_route', detail, { errors: [{ pointer: '/to', detail: 'no account for it' }] });
}
