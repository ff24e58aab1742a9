import type { Log } from '../../connectors/contract/index.ts';
import { failure } from '../../protocol/failures.ts';
import type { Bus } from '../bus/port.ts';
import type { Clock } from '../clock.ts';
import type { Emit } from '../events/emit.ts';
import { moveDelivery } from '../ingest/receipts.ts';
import type { ConsumerRow, ErasureRow, MessageRow, Store, Tx } from '../store/port.ts';
import { removeContent, removeEvent, removeMedia, tombstone } from './remove.ts';
import type { Suppression } from './suppression.ts';

export interface EraseOptions {
  store: Store;
  clock: Clock;
  emit: Emit;
  log: Log;
  bus: Pick<Bus, 'erase'>;
  suppression: Pick<Suppression, 'hash'>;
  /** Removes bytes from the disk that no media item names any more; gives how many must wait. */
  removeBlobs: () => Promise<number>;
  pause: (ms: number) => Promise<void>;
}

const atOnce = 25;
const betweenMs = 10;
const responsesAtOnce = 500;

/** What stands where an address of an erased consumer stood. */
export const erasedAddress = (consumerId: string): string => `erased:${consumerId}`;

/**
 * Begins: in one commit nobody is found by an address of theirs any more, and each address is kept as a hash only. The rest follows
 * in small units (`finishErasure`), also after a crash.
 */
export async function beginErasure(
  tx: Tx,
  { clock, suppression }: Pick<EraseOptions, 'clock' | 'suppression'>,
  { consumer, actor }: { consumer: ConsumerRow; actor: string },
): Promise<ErasureRow> {
  const now = clock.now();
  const { id: consumerId, merchantId } = consumer;
  for (const row of await tx.directory.addressesOf(consumerId))
    await tx.erasures.suppress({
      merchantId,
      hash: suppression.hash(merchantId, row.address),
      optedOut: row.optedOutAt !== null,
      at: now,
    });
  await tx.erasures.removeAddresses(consumerId);
  for (const id of [consumerId, ...(await tx.erasures.mergedInto(consumerId))])
    await tx.directory.updateConsumer(id, { name: null, language: null });
  const row: ErasureRow = {
    consumerId,
    merchantId,
    state: 'running',
    messages: 0,
    createdAt: now,
    endedAt: null,
  };
  await tx.erasures.put(row);
  await tx.trace.insertAudit({ at: now, actor, action: 'consumer.erased', subject: consumerId });
  return row;
}

/** Does all that is left of an erasure. Safe to begin again from the start at any time. */
export async function finishErasure(
  options: EraseOptions,
  { consumerId, merchantId }: ErasureRow,
  goesOn: () => boolean,
): Promise<'done' | 'later' | 'stopped'> {
  const { store, clock, emit, bus } = options;
  const merged = await store.read.erasures.mergedInto(consumerId);
  const ids = [consumerId, ...merged];
  const conversationIds: string[] = [];
  for (const id of ids) {
    const conversation = await store.read.conversations.ofPair(merchantId, id);
    if (conversation) conversationIds.push(conversation.id);
  }
  let inHand = false;
  for (const id of conversationIds) {
    inHand = (await eraseThread(options, consumerId, id, goesOn)) || inHand;
    await eraseEvents(options, id, goesOn);
  }
  if (!goesOn()) return 'stopped';
  // sends in hand end first, an inquiry may take an hour: nobody else's erasure waits for that
  if (inHand) return 'later';
  for (const id of ids) await eraseUploads(options, id, goesOn);
  await eraseResponses(options, { merchantId, ids }, goesOn);
  if (!goesOn()) return 'stopped';
  if ((await options.removeBlobs()) > 0) return 'later';
  // last what is kept beside the ledger: it is found there no more
  await bus.erase(merchantId, async (place) => (await store.read.events.bySeq(place)) === undefined);
  await store.write(async (tx) => {
    await tx.erasures.end(consumerId, clock.now());
    await emit(tx, {
      type: 'consumer.erased',
      merchantId,
      about: consumerId,
      data: { consumer_id: consumerId, merged_consumer_ids: merged, conversation_ids: conversationIds },
    });
  });
  await store.scrub();
  return 'done';
}

/** True if a send is in hand, so that it must be looked at again. */
async function eraseThread(
  { store, clock, emit, pause }: EraseOptions,
  consumerId: string,
  conversationId: string,
  goesOn: () => boolean,
): Promise<boolean> {
  let inHand = false;
  for (let after = -1; goesOn();) {
    const page = await store.read.erasures.messagesAfter(conversationId, after, atOnce);
    if (page.length === 0) break;
    after = page.at(-1)!.sequence;
    await store.write(async (tx) => {
      let erased = 0;
      for (const { id } of page) {
        const message = await tx.messages.byId(id);
        if (!message || message.address === erasedAddress(consumerId)) continue;
        const delivery = await tx.deliveries.byMessage(id);
        if (delivery?.state === 'queued' && delivery.inFlight) {
          inHand = true;
          continue;
        }
        await eraseMessage(tx, message, consumerId, clock.now());
        erased++;
        if (delivery?.state === 'queued')
          await moveDelivery(tx, { clock, emit }, delivery, 'cancelled', failure('cancelled'));
      }
      if (erased > 0) await tx.erasures.countMessages(consumerId, erased);
    });
    await pause(betweenMs);
  }
  await store.write((tx) => tx.erasures.clearConversation(conversationId));
  return inHand;
}

/** A message with its events, its media, and what platforms called it. */
async function eraseMessage(tx: Tx, message: MessageRow, consumerId: string, now: number): Promise<void> {
  await removeContent(tx, message, now);
  // what would have been said by other ways
  await tx.fallbacks.update(message.id, {
    plan: { steps: [] },
    state: 'ended',
    reason: 'erased',
    dueAt: null,
  });
  await tx.retention.updateMessage(message.id, { address: erasedAddress(consumerId), providerId: null });
  await tx.erasures.forgetProviderIds(message.id);
  for (const row of await tx.retention.mediaOfMessage(message.id)) await removeMedia(tx, row, now);
  for (const event of await tx.events.ofMessage(message.id)) await removeEvent(tx, event, now);
}

/** Events of a conversation that are about no message: consumers linked, opted out by a link. */
async function eraseEvents(
  { store, clock, pause }: EraseOptions,
  conversationId: string,
  goesOn: () => boolean,
): Promise<void> {
  for (let after = 0; goesOn();) {
    const page = await store.read.erasures.eventsAfter(conversationId, after, atOnce);
    if (page.length === 0) return;
    after = page.at(-1)!.seq;
    await store.write(async (tx) => {
      for (const event of page) await removeEvent(tx, event, clock.now());
    });
    await pause(betweenMs);
  }
}

/** Uploads that nobody else was sent. */
async function eraseUploads(
  { store, clock }: EraseOptions,
  consumerId: string,
  goesOn: () => boolean,
): Promise<void> {
  while (goesOn()) {
    const used = await store.read.retention.usedBy(consumerId, atOnce);
    if (used.length === 0) return;
    await store.write(async (tx) => {
      for (const mediaId of used) {
        const row = await tx.media.byId(mediaId);
        if ((await tx.retention.dropUse(mediaId, consumerId)) && row) await removeMedia(tx, row, clock.now());
      }
    });
  }
}

/** Stored responses to requests: whoever repeats one still gets its answer, without what it said. */
async function eraseResponses(
  { store, pause }: EraseOptions,
  { merchantId, ids }: { merchantId: string; ids: string[] },
  goesOn: () => boolean,
): Promise<void> {
  for (let after = { route: '', key: '' }; goesOn();) {
    const page = await store.read.erasures.responsesAfter(merchantId, after, responsesAtOnce);
    if (page.length === 0) return;
    after = page.at(-1)!;
    const theirs = page.filter(({ response }) =>
      ids.some((id) => response.includes(`"consumer_id":"${id}"`)),
    );
    if (theirs.length > 0)
      await store.write(async (tx) => {
        for (const row of theirs) await tx.erasures.setResponse(row, withoutContent(row.response, ids[0]!));
      });
    await pause(betweenMs);
  }
}

function withoutContent(response: string, consumerId: string): string {
  const { metadata: _, ...message } = JSON.parse(response) as Record<string, unknown>;
  return JSON.stringify({
    ...message,
    address: erasedAddress(consumerId),
    content: tombstone(String(message['id'])),
  });
}
