import type { OutboundMedia, SendOutcome, SendRequest } from '../../connectors/contract/index.ts';
import { deadline } from '../../connectors/kit/deadline.ts';
import { mapMedia, mediaIn } from '../../protocol/content-media.ts';
import { failure } from '../../protocol/failures.ts';
import type { Failure } from '../../protocol/failures.ts';
import type { LiveAccount } from '../accounts/registry.ts';
import { unsubscribeUrl } from '../directory/unsubscribe-url.ts';
import { adaptFor } from '../messages/adaptation.ts';
import type { DeliveryRow, MessageRow } from '../store/port.ts';
import { verdictOf } from './breaker.ts';
import type { Pass } from './gates.ts';
import type { DispatchOptions } from './options.ts';
import { settleAttempt } from './outcomes.ts';
import type { Next } from './outcomes.ts';

/** Longest a connector may take over one part. */
export const sendTimeoutMs = 45_000;
/** While an attempt runs, nobody else takes the delivery up. */
const leaseMs = 120_000;

/** Whose turn it is, with all that belongs to it. */
export interface Turn {
  delivery: DeliveryRow;
  message: MessageRow;
  live: LiveAccount;
  pass: Pass;
}

/** What came of it: not made, for a reason that ends the delivery; not made, because it is settled by now; made. */
export type Attempted = { made: false; why?: Failure } | { made: true; next: Next };

/** One attempt at one part: written down, made, settled. */
export async function attempt(o: DispatchOptions, turn: Turn, stop: AbortSignal): Promise<Attempted> {
  const { store, clock, emit, view } = o;
  const { delivery, message, live, pass } = turn;
  const media = await mediaOf(o, message.content);
  if (!media) return { made: false, why: failure('media_unavailable') };
  const { parts, losses, refused } = adaptFor(live, asFetched(message.content, media), {
    messageId: message.id,
    view,
    extras: message.extras,
  });
  const part = parts[delivery.partsSent];
  if (refused) return { made: false, why: failure(refused) };
  // content that this channel shows nothing of
  if (!part) return { made: false, why: failure('content_unsupported') };
  const request = await requestOf(o, turn, { part, media });
  const number = delivery.attempts + 1;
  const startedAtMs = clock.now();
  const current = { ...delivery, partCount: parts.length };
  if (!(await begin(o, current, { number, startedAtMs }))) return { made: false };
  if (parts.length !== delivery.partCount) await tellAnew(o, message.id, { parts: parts.length, losses });
  const { limits, breaker } = pass.gate;
  pass.used = true;
  limits.sending(message.address, clock.now());
  const outcome = await send(o, live, request, stop);
  if (outcome.type === 'throttled' && outcome.scope !== 'address')
    limits.pause(outcome.retryAfterMs ?? 1000, clock.now());
  const verdict = verdictOf(outcome);
  const of = { address: message.address, entered: pass.entered, nowMs: clock.now() };
  const changed = breaker.record(verdict, of);
  pass.entered = 'pass';
  if (changed) tell(o, live, changed, outcome);
  const held = verdict === 'fails' && breaker.state !== 'closed';
  const made = { live, delivery: current, part: delivery.partsSent, number, startedAtMs, outcome, held };
  return { made: true, next: await store.write((tx) => settleAttempt(tx, { clock, emit }, made)) };
}

/**
 * The attempt is written down before it is made: a crash from here on leaves it uncertain, not forgotten. False if the merchant has
 * taken it back, its time is over, or a receipt has settled it, since the lane looked.
 */
const begin = (
  { store }: DispatchOptions,
  { messageId, partsSent: part, partCount }: DeliveryRow,
  { number, startedAtMs }: { number: number; startedAtMs: number },
): Promise<boolean> =>
  store.write((tx) =>
    tx.deliveries.begin({
      messageId,
      number,
      part,
      partCount,
      now: startedAtMs,
      untilMs: startedAtMs + leaseMs,
    }),
  );

function tell(
  { log }: DispatchOptions,
  { row }: LiveAccount,
  changed: 'opened' | 'closed',
  outcome: SendOutcome,
): void {
  const fields = { accountId: row.id, connector: row.connector };
  if (changed === 'closed') log.info('breaker.closed', fields);
  else
    log.warn('breaker.opened', {
      ...fields,
      code: outcome.type === 'rejected' ? outcome.failure.code : outcome.type,
    });
}

/** Media by what they turned out to be: only now is known what is too large for the channel and goes as a link. */
const asFetched = (content: MessageRow['content'], media: ReadonlyMap<string, OutboundMedia>) =>
  mapMedia(content, (item) => {
    const here = item.id === undefined ? undefined : media.get(item.id);
    return here ? { ...item, bytes: here.bytes, media_type: here.mediaType } : item;
  });

/** It was adapted at the send by what was known then. */
const tellAnew = ({ store, clock }: DispatchOptions, messageId: string, detail: Record<string, unknown>) =>
  store.write((tx) => tx.trace.insert({ messageId, at: clock.now(), step: 'adapted', detail }));

async function mediaOf(
  o: DispatchOptions,
  content: MessageRow['content'],
): Promise<Map<string, OutboundMedia> | undefined> {
  const media = new Map<string, OutboundMedia>();
  for (const { id } of mediaIn(content)) {
    const ready = id === undefined ? undefined : await o.media.outbound(id);
    if (id === undefined || !ready) return undefined;
    media.set(id, ready);
  }
  return media;
}

async function requestOf(
  o: DispatchOptions,
  { live, delivery, message }: Turn,
  { part, media }: Pick<SendRequest, 'part' | 'media'>,
): Promise<SendRequest> {
  const { read } = o.store;
  const target =
    message.extras?.replyTo ?? ('message_id' in message.content ? message.content.message_id : undefined);
  const replyTo = target === undefined ? undefined : await providerIdOf(o, target, message.accountId);
  // threads by subject and ids are a matter of channels that have subjects; the others needn't pay for the look
  const subjects = live.connector.manifest.capabilities.text.subject === true;
  const conversation = subjects ? await read.conversations.byId(message.conversationId) : undefined;
  const consumer = subjects ? await read.directory.consumer(message.consumerId) : undefined;
  const language = message.extras?.language ?? consumer?.language;
  const unsubscribe = unsubscribeUrl(message, o.view);
  return {
    messageId: message.id,
    idempotencyKey: keyOf(delivery),
    address: message.address,
    part,
    media,
    ...(replyTo === undefined ? {} : { replyTo }),
    thread: subjects ? await read.receipts.threadIds(message, 20) : [],
    ...(conversation?.subject ? { subject: conversation.subject } : {}),
    ...(language ? { language } : {}),
    ...(unsubscribe ? { unsubscribeUrl: unsubscribe } : {}),
    validForSeconds: Math.max(1, Math.floor((delivery.expiresAt - o.clock.now()) / 1000)),
  };
}

/** When the attempt in hand began. */
export const startOf = ({ attemptedAt, updatedAt }: DeliveryRow): number => attemptedAt ?? updatedAt;

/** Stable over every attempt at a part. */
export const keyOf = ({ messageId, partsSent }: DeliveryRow): string => `${messageId}.${partsSent}`;

async function providerIdOf(
  { store: { read } }: DispatchOptions,
  messageId: string,
  accountId: string,
): Promise<string | undefined> {
  const message = await read.messages.byId(messageId);
  if (!message || message.accountId !== accountId) return undefined;
  return message.providerId ?? (await read.receipts.partsOf(messageId))[0]?.providerId;
}

async function send(
  o: DispatchOptions,
  live: LiveAccount,
  request: SendRequest,
  stop: AbortSignal,
): Promise<SendOutcome> {
  const limit = deadline(stop, sendTimeoutMs);
  try {
    return await o.send(live, request, { ...o.context, signal: limit.signal });
  } catch (error) {
    o.log.error('connector.send_threw', { error, connector: live.row.connector, accountId: live.row.id });
    return { type: 'uncertain', reason: 'connector_error' };
  } finally {
    limit.clear();
  }
}
