/** What travels: `id` de-duplicates, `place` is the event's place in the ledger and goes along as a header. */
export interface BusMessage {
  subject: string;
  id: string;
  payload: string;
  place?: number | undefined;
}

/** The nervous system as use cases see it. Everything it carries is also in the ledger, so losing it loses nothing. */
export interface Bus {
  /** Resolves when the stream has stored it; a repeated `id` is stored once. Rejects while the bus is away. */
  publish(message: BusMessage): Promise<void>;
  /**
   * Hands the messages of a durable to `handler`, for as long as the bus is open, also over disconnections. The message counts as
   * taken when the handler returns: what must survive a crash is found in the ledger.
   */
  consume(durable: Durable, handler: (message: Omit<BusMessage, 'id'>) => void): void;
  /** Live copies of what is published from now on. Nothing is kept for a watcher that is away. */
  watch(subject: string, listener: (message: { subject: string; payload: string }) => void): () => void;
  connected(): boolean;
  /** Called whenever the bus is there again after it was away, or after its streams had to be made anew. */
  onReturn(listener: () => void): void;
  /** Waiting messages of each durable; empty while the bus is away. */
  depths(): Promise<Record<string, number>>;
  close(): Promise<void>;
}

/** `webhooks` takes events to merchants, `dispatch` takes sends to platforms. */
export type Durable = 'webhooks' | 'dispatch';
