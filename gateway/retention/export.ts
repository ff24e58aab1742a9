import type { ViewOptions } from '../messages/view.ts';
import { messageView } from '../messages/view.ts';
import type { ConsumerRow, EventRow, Repositories } from '../store/port.ts';

const atOnce = 50;
const consentTypes = new Set(['consumer.opted_out', 'consumer.opted_in', 'consumer.linked']);
const time = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

/** One line of an export: what it is, and the thing itself. */
export interface ExportLine {
  type: 'consumer' | 'address' | 'conversation' | 'message' | 'consent';
  [field: string]: unknown;
}

/** Everything that is known of one consumer, line by line, a page of the ledger in memory at a time. */
export async function* exportOf(
  read: Repositories,
  view: ViewOptions,
  consumer: ConsumerRow,
): AsyncGenerator<ExportLine> {
  const { id: consumerId, merchantId } = consumer;
  const merged = await read.erasures.mergedInto(consumerId);
  yield {
    type: 'consumer',
    id: consumerId,
    name: consumer.name,
    language: consumer.language,
    merged_consumer_ids: merged,
    created_at: time(consumer.createdAt),
  };
  for (const row of await read.directory.addressesOf(consumerId))
    yield {
      type: 'address',
      address: row.address,
      channel: row.channel,
      account_id: row.accountId,
      opted_out_at: time(row.optedOutAt),
      last_inbound_at: time(row.lastInboundAt),
      created_at: time(row.createdAt),
    };
  for (const id of [consumerId, ...merged]) {
    const conversation = await read.conversations.ofPair(merchantId, id);
    if (!conversation) continue;
    yield {
      type: 'conversation',
      id: conversation.id,
      subject: conversation.subject,
      last_sequence: conversation.lastSequence,
      created_at: time(conversation.createdAt),
      updated_at: time(conversation.updatedAt),
    };
    yield* messagesOf(read, view, conversation.id);
    yield* consentsOf(read, conversation.id);
  }
}

async function* messagesOf(
  read: Repositories,
  view: ViewOptions,
  conversationId: string,
): AsyncGenerator<ExportLine> {
  for (let after = -1; ;) {
    const page = await read.erasures.messagesAfter(conversationId, after, atOnce);
    if (page.length === 0) return;
    const deliveries = await read.deliveries.byMessages(page.map(({ id }) => id));
    for (const row of page) {
      const delivery = deliveries.find(({ messageId }) => messageId === row.id);
      yield { type: 'message', ...messageView(row, delivery, view) };
      for (const event of await read.events.ofMessage(row.id)) yield* consentIn(event);
    }
    after = page.at(-1)!.sequence;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** What no message said: an unsubscribe link, two consumers linked. */
async function* consentsOf(read: Repositories, conversationId: string): AsyncGenerator<ExportLine> {
  for (let after = 0; ;) {
    const page = await read.erasures.eventsAfter(conversationId, after, atOnce);
    if (page.length === 0) return;
    for (const event of page) yield* consentIn(event);
    after = page.at(-1)!.seq;
  }
}

function* consentIn(event: EventRow): Generator<ExportLine> {
  if (!consentTypes.has(event.type)) return;
  const { data } = JSON.parse(event.envelope) as { data: Record<string, unknown> };
  yield { type: 'consent', event: event.type, event_id: event.id, at: time(event.at), ...data };
}
