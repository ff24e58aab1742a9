import { exchangeTrace } from '../exchanges/view.ts';
import type { Repositories } from '../store/port.ts';

/** One thing that happened to a message. `at` is RFC 3339. */
export interface TraceEntry {
  at: string;
  step: string;
  detail: Record<string, unknown>;
  duration_ms?: number;
}

/** As `writeOutgoing` writes it. */
type Routed = Record<string, unknown> & { adapted: Record<string, unknown> };

interface Timed {
  atMs: number;
  entry: TraceEntry;
}

/**
 * Everything that happened to a message, in order, with reasons and without content. Of one that fell back, also what happened to its
 * other ways: their entries name their `message_id`.
 */
export async function traceOf(read: Repositories, messageId: string): Promise<TraceEntry[]> {
  const entries = await entriesOf(read, messageId);
  const chain = await read.fallbacks.byMessage(messageId);
  for (const id of chain?.ways.slice(1) ?? [])
    for (const { atMs, entry } of await entriesOf(read, id))
      entries.push({ atMs, entry: { ...entry, detail: { message_id: id, ...entry.detail } } });
  return entries.toSorted((a, b) => a.atMs - b.atMs).map(({ entry }) => entry);
}

async function entriesOf(read: Repositories, messageId: string): Promise<Timed[]> {
  const message = await read.messages.byId(messageId);
  if (!message) return [];
  const entries: Timed[] = [];
  const add = (atMs: number, step: string, detail: Record<string, unknown>, durationMs?: number) =>
    entries.push({
      atMs,
      entry: {
        at: new Date(atMs).toISOString(),
        step,
        detail,
        ...(durationMs === undefined ? {} : { duration_ms: durationMs }),
      },
    });
  add(message.createdAt, 'accepted', {
    direction: message.direction,
    kind: message.extras?.removed?.kind ?? message.content.kind,
    channel: message.channel,
    account_id: message.accountId,
    sequence: message.sequence,
    ...(message.providerId === null ? {} : { provider_id: message.providerId }),
    ...(message.occurredAt === null ? {} : { occurred_at: new Date(message.occurredAt).toISOString() }),
  });
  if (message.routed !== null) {
    const { adapted, ...routed } = JSON.parse(message.routed) as Routed;
    add(message.createdAt, 'routed', routed);
    add(message.createdAt, 'adapted', adapted);
  }
  for (const row of await read.trace.of(messageId)) add(row.at, row.step, row.detail);
  const attempts = await read.deliveries.attemptsOf(messageId);
  for (const { number, part, outcome, detail, startedAt, endedAt } of attempts)
    add(startedAt, 'attempt', { number, part, outcome, ...detail }, endedAt - startedAt);
  for (const row of await read.exchanges.ofMessage(messageId))
    add(row.at, 'exchange', exchangeTrace(row), row.durationMs);
  const delivery = await read.deliveries.byMessage(messageId);
  if (delivery?.inFlight && delivery.attemptedAt !== null && attempts.at(-1)?.number !== delivery.attempts)
    add(delivery.attemptedAt, 'attempt', {
      number: delivery.attempts,
      part: delivery.partsSent,
      outcome: 'in_flight',
    });
  if (
    delivery &&
    (delivery.state === 'queued' || delivery.state === 'uncertain') &&
    delivery.nextAttemptAt > message.createdAt
  )
    add(delivery.nextAttemptAt, delivery.state === 'queued' ? 'next_attempt' : 'given_up', { planned: true });
  for (const event of await read.events.ofMessage(messageId)) {
    const data = (JSON.parse(event.envelope) as { data: { state?: string; failure?: { code: string } } })
      .data;
    add(event.at, 'event', {
      id: event.id,
      type: event.type,
      ...(event.type === 'delivery.updated' ? { state: data.state, failure: data.failure?.code } : {}),
    });
    for (const webhook of await read.webhooks.byEvent(event.seq))
      add(webhook.updatedAt, 'webhook', {
        endpoint_id: webhook.endpointId,
        event_id: event.id,
        state: webhook.state,
        attempts: webhook.attempts,
        ...(webhook.lastStatus === null ? {} : { status: webhook.lastStatus }),
        ...(webhook.lastReason === null ? {} : { reason: webhook.lastReason }),
        ...(webhook.nextAttemptAt === null
          ? {}
          : { next_attempt_at: new Date(webhook.nextAttemptAt).toISOString() }),
      });
  }
  return entries;
}
