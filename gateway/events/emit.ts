import { envelope } from '../../protocol/envelope.ts';
import type { EventData, EventType } from '../../protocol/events.ts';
import { eventSubject } from '../../protocol/subjects.ts';
import type { Clock } from '../clock.ts';
import type { Tx } from '../store/port.ts';

/** An event on its way: written in the ledger, not yet on the bus. */
export interface Emitted {
  seq: number;
  id: string;
  merchantId: string;
  type: string;
  lane: string;
  subject: string;
  envelope: string;
}

export interface NewEvent<T extends EventType> {
  type: T;
  merchantId: string;
  conversationId?: string;
  messageId?: string;
  channel?: string;
  accountId?: string;
  direction?: 'inbound' | 'outbound';
  /** The kind of content, for `message.received`. */
  kind?: string;
  /** What it is about, if not the conversation. */
  about?: string;
  traceparent?: string | undefined;
  data: EventData<T>;
}

/** An event just stated, with what metrics tell apart. */
export interface Stated extends Emitted {
  channel: string | undefined;
}

export type Emit = <T extends EventType>(tx: Tx, event: NewEvent<T>) => Promise<Emitted>;

/** States a fact: in the ledger with the unit of work it belongs to, and to the outbox once that is durable. */
export function createEmit(clock: Clock, onCommitted: (event: Stated) => void): Emit {
  return async (tx, event) => {
    const id = clock.id('event');
    const at = clock.now();
    const subject = eventSubject(event);
    const text = JSON.stringify(
      envelope({
        id,
        type: event.type,
        merchantId: event.merchantId,
        conversationId: event.conversationId,
        subject: event.about,
        timeMs: at,
        traceparent: event.traceparent,
        data: event.data,
      }),
    );
    const seq = await tx.events.insert({
      id,
      merchantId: event.merchantId,
      conversationId: event.conversationId ?? null,
      messageId: event.messageId ?? null,
      type: event.type,
      subject,
      envelope: text,
      at,
    });
    const emitted: Emitted = {
      seq,
      id,
      merchantId: event.merchantId,
      type: event.type,
      lane: event.conversationId ?? id,
      subject,
      envelope: text,
    };
    tx.afterCommit(() => onCommitted({ ...emitted, channel: event.channel }));
    return emitted;
  };
}

/** The event behind a message of the bus; undefined for what no gateway of ours published. */
export function emittedOf(message: {
  subject: string;
  payload: string;
  place?: number | undefined;
}): Emitted | undefined {
  if (message.place === undefined) return undefined;
  const read = JSON.parse(message.payload) as {
    id: string;
    type: string;
    merchantid: string;
    conversationid?: string;
  };
  return {
    seq: message.place,
    id: read.id,
    merchantId: read.merchantid,
    type: read.type,
    lane: read.conversationid ?? read.id,
    subject: message.subject,
    envelope: message.payload,
  };
}
