/** What travels: `id` de-duplicates, `place` is the event's place in the ledger and goes along as a header. */
export interface BusMessage {
  subject: string;
  id: string;
  payload: string;
  place?: number | undefined;
}

/** How a request ended, as a value. */
export type CallAnswer =
  | { type: 'reply'; payload: string }
  /** It is certain that nobody took it: nobody listens there, or the bus is away. */
  | { type: 'nobody' }
  /** It went out and no reply came: whether somebody took it is not known. */
  | { type: 'silent' };

/** What answers requests on a subject. */
export interface Responder {
  /** Takes nothing new, and resolves when all that was taken is answered. */
  drain(): Promise<void>;
}

/** Questions and answers between processes. Nothing of it is kept: who isn't there hears nothing. */
export interface Calls {
  /** Never rejects. */
  request(
    subject: string,
    payload: string,
    options: { timeoutMs: number; signal?: AbortSignal | undefined },
  ): Promise<CallAnswer>;
  /**
   * Answers what is asked on a subject, `*` for any one token; undefined for no answer. The handler must not reject. Of those in one
   * `queue` one gets each request; those in none get all.
   */
  respond(
    subject: string,
    handler: (message: { subject: string; payload: string }) => Promise<string | undefined>,
    queue?: string,
  ): Responder;
  /** Says it to whoever listens now. */
  tell(subject: string, payload: string): void;
  /** Live copies of what is published from now on. Nothing is kept for a watcher that is away. */
  watch(subject: string, listener: (message: { subject: string; payload: string }) => void): () => void;
  connected(): boolean;
  /** Called whenever the bus is there again after it was away, or after its streams had to be made anew. */
  onReturn(listener: () => void): void;
  close(): Promise<void>;
}

/** The nervous system as use cases see it. Everything it carries is also in the ledger, so losing it loses nothing. */
export interface Bus extends Calls {
  /** Resolves when the stream has stored it; a repeated `id` is stored once. Rejects while the bus is away. */
  publish(message: BusMessage): Promise<void>;
  /**
   * Hands the events, of all merchants, to `handler`, for as long as the bus is open, also over disconnections. One counts as taken
   * when the handler returns: what must survive a crash is found in the ledger.
   */
  consume(handler: (message: Omit<BusMessage, 'id'>) => void): void;
  /**
   * Overwrites a merchant's events where they are stored, those whose place in the ledger `isGone`. Rejects while the bus is away.
   */
  erase(merchantId: string, isGone: (place: number) => Promise<boolean>): Promise<void>;
  /** Waiting messages, by durable; empty while the bus is away. */
  depths(): Promise<Record<string, number>>;
}
