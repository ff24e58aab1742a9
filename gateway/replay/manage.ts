import type { EventType } from '../../protocol/events.ts';
import type { FailureCode } from '../../protocol/failures.ts';
import { idTimeMs } from '../../protocol/ids.ts';
import type { Clock } from '../clock.ts';
import { Refusal } from '../problems.ts';
import type { ReplayRow, Store, Tx } from '../store/port.ts';
import { endpointOf } from '../webhooks/manage.ts';
import { countCandidates } from './candidates.ts';
import { countDeadMessages, firstMessageId } from './dead-messages.ts';
import type { ReplayRunner } from './runner.ts';

export interface ReplayOptions {
  store: Store;
  clock: Clock;
  replays: Pick<ReplayRunner, 'wake' | 'cancelled'>;
}

/** What is asked for: by ids or since a time. */
export type ReplayRequest = { ids?: string[] | undefined; sinceMs?: number | undefined } & (
  | { of: 'events'; endpointId: string; only: 'dead' | 'all'; types?: EventType[] | undefined }
  | { of: 'messages'; codes?: FailureCode[] | undefined; force: boolean }
);

export interface ReplayAsk {
  merchantId: string;
  request: ReplayRequest;
  idempotency?: { key: string; bodyHash: string } | undefined;
  /** Written to the audit, where an operator asks. */
  actor?: string | undefined;
}

const maxUnfinished = 20;
const routeName = 'POST /v1/replays';

/** Writes a replay down; it goes on by itself from there, also over restarts. */
export async function startReplay(
  { store, clock, replays }: ReplayOptions,
  { merchantId, request, idempotency, actor }: ReplayAsk,
): Promise<{ replay: ReplayRow; repeated: boolean }> {
  const { endpointId, scope, cursor } = await scopeOf({ store, clock }, merchantId, request);
  const now = clock.now();
  const made = await store.write(async (tx) => {
    const before = idempotency && (await repeatOf(tx, merchantId, idempotency));
    if (before) return { replay: before, repeated: true };
    if ((await tx.replays.unfinishedOf(merchantId)) >= maxUnfinished)
      throw new Refusal('conflict', `${maxUnfinished} replays are under way: wait, or cancel one.`);
    const replay: ReplayRow = {
      id: clock.id('replay'),
      merchantId,
      endpointId,
      scope,
      state: 'counting',
      reason: null,
      cursor,
      total: null,
      done: 0,
      failed: 0,
      skipped: 0,
      createdAt: now,
      endedAt: null,
    };
    await tx.replays.insert(replay);
    if (actor !== undefined)
      await tx.trace.insertAudit({ at: now, actor, action: 'replay.started', subject: replay.id });
    if (idempotency)
      await tx.idempotency.insert({
        merchantId,
        route: routeName,
        ...idempotency,
        status: 202,
        response: replay.id,
        createdAt: now,
      });
    return { replay, repeated: false };
  });
  replays.wake();
  return made;
}

/** How much a replay would take, without starting it. */
export async function countReplay(
  options: Pick<ReplayOptions, 'store' | 'clock'>,
  merchantId: string,
  request: ReplayRequest,
  signal: AbortSignal,
): Promise<number> {
  const { endpointId, scope, cursor } = await scopeOf(options, merchantId, request);
  const { read } = options.store;
  const goesOn = () => !signal.aborted;
  return scope.of === 'events'
    ? countCandidates(read, { merchantId, endpointId }, scope, { after: Number(cursor), goesOn })
    : countDeadMessages(read, merchantId, scope, goesOn);
}

export async function replayOf(
  { store }: Pick<ReplayOptions, 'store'>,
  merchantId: string | undefined,
  id: string,
): Promise<ReplayRow> {
  const row = await store.read.replays.byId(id);
  if (!row || (merchantId !== undefined && row.merchantId !== merchantId))
    throw new Refusal('not_found', `There is no replay ${id}.`);
  return row;
}

/** Ends a replay with the calls it is making. What it has sent stays sent; of one that ended before, nothing changes. */
export async function cancelReplay(
  options: ReplayOptions,
  { merchantId, id, actor }: { merchantId: string | undefined; id: string; actor?: string },
): Promise<ReplayRow> {
  await replayOf(options, merchantId, id);
  const { store, clock, replays } = options;
  await store.write(async (tx) => {
    const current = await tx.replays.byId(id);
    if (current?.state !== 'counting' && current?.state !== 'running') return;
    await tx.replays.update(id, { state: 'cancelled', endedAt: clock.now() });
    await tx.replays.unmark(id);
    if (actor !== undefined)
      await tx.trace.insertAudit({ at: clock.now(), actor, action: 'replay.cancelled', subject: id });
  });
  replays.cancelled(id);
  return replayOf(options, merchantId, id);
}

async function repeatOf(
  tx: Tx,
  merchantId: string,
  { key, bodyHash }: { key: string; bodyHash: string },
): Promise<ReplayRow | undefined> {
  const stored = await tx.idempotency.find(merchantId, routeName, key);
  if (!stored) return undefined;
  if (stored.bodyHash !== bodyHash)
    throw new Refusal('idempotency_mismatch', 'Take a new Idempotency-Key for another replay.');
  return tx.replays.byId(stored.response);
}

/** What is asked for, tied to what is there now: events and messages that come later are not part of it. */
async function scopeOf(
  { store, clock }: Pick<ReplayOptions, 'store' | 'clock'>,
  merchantId: string,
  request: ReplayRequest,
): Promise<Pick<ReplayRow, 'endpointId' | 'scope' | 'cursor'>> {
  const { ids, sinceMs = 0 } = request;
  if (request.of === 'messages') {
    const upTo = firstMessageId(clock.now() + 1);
    const { force, codes } = request;
    const range = ids ? { ids: [...new Set(ids)].toSorted() } : { sinceMs };
    const scope = { of: 'messages' as const, upTo, force, ...range, ...(codes ? { codes } : {}) };
    if (ids) await checkMessages(store, merchantId, ids);
    return { endpointId: null, scope, cursor: '' };
  }
  const endpoint = await endpointOf({ store }, merchantId, request.endpointId);
  if (endpoint.state === 'disabled')
    throw new Refusal('conflict', 'This endpoint is disabled: recover it, which sends what it missed.');
  const types = (request.types ?? endpoint.types ?? undefined) as EventType[] | undefined;
  const { replays } = store.read;
  const scope = {
    of: 'events' as const,
    only: request.only,
    // an endpoint gets nothing that it isn't subscribed to
    ...(types ? { types: types.filter((type) => endpoint.types?.includes(type) ?? true) } : {}),
    upTo: await replays.lastPlace(),
  };
  if (!ids) {
    const first = await replays.firstSince(merchantId, sinceMs);
    return { endpointId: endpoint.id, scope: { ...scope, sinceMs }, cursor: String(first - 1) };
  }
  const places = await placesOf(store, merchantId, ids);
  return { endpointId: endpoint.id, scope: { ...scope, places }, cursor: '0' };
}

async function checkMessages(store: Store, merchantId: string, ids: string[]): Promise<void> {
  const known = new Set(
    (await store.read.deadLetters.messagesByIds(merchantId, ids)).map(({ messageId }) => messageId),
  );
  const errors = ids.flatMap((id, i) =>
    known.has(id) ? [] : [{ pointer: `/ids/${i}`, detail: 'unknown outbound message' }],
  );
  if (errors.length > 0) throw new Refusal('invalid_request', 'Not all of these are messages.', { errors });
}

async function placesOf({ read }: Store, merchantId: string, ids: string[]): Promise<number[]> {
  const places: number[] = [];
  const errors: { pointer: string; detail: string }[] = [];
  for (const [i, id] of ids.entries()) {
    const place = await read.replays.placeOf(merchantId, id, idTimeMs(id));
    if (place === undefined) errors.push({ pointer: `/ids/${i}`, detail: 'unknown event' });
    else places.push(place);
  }
  if (errors.length > 0) throw new Refusal('invalid_request', 'Not all of these are events.', { errors });
  return [...new Set(places)].toSorted((a, b) => a - b);
}
