import { createInbox } from '@nats-io/transport-node';
import type { Msg, MsgHdrs, NatsConnection } from '@nats-io/transport-node';

/** How long the stream's answer is waited for. */
const ackWithinMs = 5000;
const sweepEveryMs = 500;

interface Waiting {
  resolve(): void;
  reject(error: Error): void;
  untilMs: number;
}

/**
 * Publishes to streams and hears of each message that it is stored (https://docs.nats.io/nats-concepts/jetstream). All answers come to
 * one inbox and wait in one table: the client's own requests make a timer and an error each, which costs more than the rest of a
 * publish.
 */
export class Publisher {
  readonly #connection: NatsConnection;
  readonly #inbox = createInbox();
  /** By the last token of the answer's subject, oldest first. */
  readonly #waiting = new Map<string, Waiting>();
  readonly #sweep: NodeJS.Timeout;
  #count = 0;

  constructor(connection: NatsConnection) {
    this.#connection = connection;
    connection.subscribe(`${this.#inbox}.*`, {
      callback: (error, message) => {
        if (!error) this.#answered(message);
      },
    });
    this.#sweep = setInterval(() => this.#giveUp(performance.now()), sweepEveryMs);
    this.#sweep.unref();
  }

  /** Resolves when a stream has stored it; rejects if none answers in time, none listens there, or it refuses. */
  publish(subject: string, payload: string, headers: MsgHdrs): Promise<void> {
    const token = String(++this.#count);
    return new Promise((resolve, reject) => {
      this.#connection.publish(subject, payload, { headers, reply: `${this.#inbox}.${token}` });
      this.#waiting.set(token, { resolve, reject, untilMs: performance.now() + ackWithinMs });
    });
  }

  /** The connection is gone: answers to what was on its way will not come. */
  lost(): void {
    this.#giveUp(Number.POSITIVE_INFINITY);
  }

  close(): void {
    clearInterval(this.#sweep);
    this.lost();
  }

  #answered(message: Msg): void {
    const token = message.subject.slice(this.#inbox.length + 1);
    const waiting = this.#waiting.get(token);
    if (!waiting) return;
    this.#waiting.delete(token);
    const problem = problemOf(message);
    if (problem === undefined) waiting.resolve();
    else waiting.reject(new Error(`not stored: ${problem}`));
  }

  #giveUp(nowMs: number): void {
    for (const [token, { untilMs, reject }] of this.#waiting) {
      if (untilMs > nowMs) return;
      this.#waiting.delete(token);
      reject(new Error('not stored: no answer'));
    }
  }
}

/** Why it is not stored; undefined if it is. A subject that no stream listens to is answered with the status 503 and nothing else. */
function problemOf(message: Msg): string | undefined {
  if (message.data.length === 0) return `status ${message.headers?.code ?? 'missing'}`;
  const answer = message.json<{ stream?: string; error?: { code: number; err_code?: number } }>();
  if (answer.error) return `error ${answer.error.err_code ?? answer.error.code}`;
  return answer.stream ? undefined : 'an answer of nobody';
}
