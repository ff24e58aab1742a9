import type { ReplayRow, Repositories, WebhookDeliveryRow } from '../store/port.ts';

/** An event that a replay may send again, and what became of it so far. */
export interface Candidate {
  place: number;
  id: string;
  /** The conversation, or the event's own id: what keeps order. */
  lane: string;
  delivery: WebhookDeliveryRow | undefined;
}

/** A piece of a replay. `cursor`: everything up to here was looked at. */
export interface Page {
  candidates: Candidate[];
  /** Looked at and left out: on its way anyhow, or its content is gone. */
  skipped: number;
  cursor: number;
  more: boolean;
}

type EventHead = Awaited<ReturnType<Repositories['replays']['eventsAfter']>>[number];
type Scope = Extract<ReplayRow['scope'], { of: 'events' }>;

/** Rows of the ledger looked at in one go: a few milliseconds. */
const atOnce = 200;

/** The next events of a replay, in the order of the ledger. The work is bounded whatever the replay leaves out. */
export async function nextCandidates(
  read: Repositories,
  replay: Pick<ReplayRow, 'merchantId' | 'endpointId'>,
  scope: Scope,
  after: number,
): Promise<Page> {
  const heads = await headsOf(read, replay, scope, after);
  const wanted = heads.filter(({ type }) => !scope.types || (scope.types as string[]).includes(type));
  const places = wanted.map(({ seq }) => seq);
  const [deliveries, onTheirWay] = await Promise.all([
    read.replays.deliveriesAt(replay.endpointId ?? '', places),
    read.replays.onTheirWay(places),
  ]);
  const byPlace = new Map(deliveries.map((row) => [row.eventSeq, row]));
  const candidates: Candidate[] = [];
  let skipped = 0;
  for (const { seq, id, conversationId, removedAt } of wanted) {
    const delivery = byPlace.get(seq);
    if (scope.only === 'dead' && delivery?.state !== 'dead') continue;
    if (removedAt !== null || delivery?.state === 'pending' || onTheirWay.includes(seq)) skipped++;
    else candidates.push({ place: seq, id, lane: conversationId ?? id, delivery });
  }
  const cursor = heads.at(-1)?.seq ?? after;
  return { candidates, skipped, cursor, more: heads.length === atOnce };
}

async function headsOf(
  read: Repositories,
  { merchantId, endpointId }: Pick<ReplayRow, 'merchantId' | 'endpointId'>,
  scope: Scope,
  after: number,
): Promise<EventHead[]> {
  if (scope.places) {
    const places = scope.places.filter((place) => place > after).slice(0, atOnce);
    return read.replays.eventsAt(merchantId, places);
  }
  const range = { after, upTo: scope.upTo, limit: atOnce };
  return scope.only === 'dead'
    ? read.replays.deadAfter({ endpointId: endpointId ?? '', ...range })
    : read.replays.eventsAfter({ merchantId, ...range });
}

/** How many there are from a place on, looked at page by page so that nobody waits for it. */
export async function countCandidates(
  read: Repositories,
  replay: Pick<ReplayRow, 'merchantId' | 'endpointId'>,
  scope: Scope,
  options: { after: number; goesOn: () => boolean },
): Promise<number> {
  let total = 0;
  for (let after = options.after; options.goesOn();) {
    const page = await nextCandidates(read, replay, scope, after);
    total += page.candidates.length + page.skipped;
    if (!page.more) break;
    after = page.cursor;
    await new Promise((resolve) => setImmediate(resolve));
  }
  return total;
}
