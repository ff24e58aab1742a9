import { errors } from 'undici';
import type { Dispatcher } from 'undici';
import type { CallResult } from '../contract/index.ts';
import { UnsentError } from './guard.ts';

type Headers = Record<string, string | undefined>;

/** When a call is given up, and how much of an answer is read. */
export interface CallLimits {
  signal: AbortSignal;
  timeoutMs: number;
  maxBytes: number;
  /** What is longer than that is cut, instead of refused. */
  truncate: boolean;
}

/** Who cut the call off need not be told why. */
const cutOff = new errors.RequestAbortedError('The call was given up');

/**
 * One call as undici's handler sees it (https://undici.nodejs.org/#/docs/api/Dispatcher.md, "dispatch"): the answer is kept as it comes,
 * without a stream, a signal and an iterator of its own, which cost more than the rest of an ordinary call.
 */
export class Call implements Dispatcher.DispatchHandler {
  readonly result: Promise<CallResult>;
  readonly #limits: CallLimits;
  readonly #timer: NodeJS.Timeout;
  readonly #aborted = (): void => this.#giveUp('aborted');
  #resolve!: (result: CallResult) => void;
  #ended = false;
  #controller: Dispatcher.DispatchController | undefined;
  #status = 0;
  #headers: Headers = {};
  #chunks: Uint8Array[] = [];
  #size = 0;

  constructor(limits: CallLimits) {
    this.#limits = limits;
    this.result = new Promise((resolve) => (this.#resolve = resolve));
    this.#timer = setTimeout(() => this.#giveUp('timeout'), limits.timeoutMs);
    limits.signal.addEventListener('abort', this.#aborted, { once: true });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // it waited for a connection for too long
    if (this.#ended) controller.abort(cutOff);
  }

  onResponseStart(
    _: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    // 1xx: the answer is still to come
    if (status < 200) return;
    this.#status = status;
    for (const [name, value] of Object.entries(headers))
      this.#headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Uint8Array): void {
    this.#size += chunk.length;
    if (this.#size <= this.#limits.maxBytes) this.#chunks.push(chunk);
    else if (this.#limits.truncate) this.#cut(this.#answer());
    else this.#cut({ type: 'unknown', reason: 'too_large' });
  }

  onResponseEnd(): void {
    this.#end(this.#answer());
  }

  onResponseError(_: unknown, error: Error): void {
    if (error instanceof UnsentError) this.#end({ type: 'unsent', reason: error.reason });
    // a header that cannot be written (a line break in a credential): refused by the client before it connects
    else if (error instanceof errors.InvalidArgumentError)
      this.#end({ type: 'unsent', reason: 'invalid_url' });
    else this.#end({ type: 'unknown', reason: 'reset' });
  }

  #answer(): CallResult {
    const [first] = this.#chunks;
    const body = first && this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks);
    return { type: 'answer', status: this.#status, headers: this.#headers, body };
  }

  #giveUp(reason: 'timeout' | 'aborted'): void {
    this.#cut({ type: 'unknown', reason });
  }

  #cut(result: CallResult): void {
    this.#end(result);
    this.#controller?.abort(cutOff);
  }

  #end(result: CallResult): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#limits.signal.removeEventListener('abort', this.#aborted);
    this.#resolve(result);
  }
}
