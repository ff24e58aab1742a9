import { createHmac } from 'node:crypto';
import type { CallbackMode } from '../emulator.ts';

/** One call of the webhook, as the receiver answered it. */
export interface HookCall {
  attempt: number;
  status: number | 'unreachable';
}

export interface HookOptions {
  appSecret: string;
  /** Tries of one call-back before the platform gives up. Meta goes on for days; a test can't. */
  attempts: number;
  /** Pause before the first repeat; each further one is twice as long. */
  retryMs: number;
  /** Writes what is not ASCII as escapes before signing, as Meta does in some payloads. */
  escape: boolean;
}

/** Signs and delivers call-backs, one after the other, and repeats what is not answered with 2xx. */
export class Hooks {
  url: string | undefined;
  readonly calls: HookCall[] = [];
  readonly options: HookOptions;
  #queue: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: HookOptions) {
    this.options = options;
  }

  /** Resolves when this one is delivered or given up. */
  deliver(payload: unknown, afterMs = 0): Promise<void> {
    this.#queue = this.#queue.then(() => pause(afterMs)).then(() => this.#deliver(payload));
    return this.#queue;
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    let seen: Promise<void> | undefined;
    while (seen !== this.#queue) {
      seen = this.#queue;
      await seen;
    }
  }

  close(): void {
    this.#closed = true;
  }

  async #deliver(payload: unknown): Promise<void> {
    const { appSecret, attempts, retryMs, escape } = this.options;
    const json = JSON.stringify(payload);
    const body = Buffer.from(escape ? escaped(json) : json, 'utf8');
    const signature = createHmac('sha256', appSecret).update(body).digest('hex');
    for (let attempt = 1; attempt <= attempts && !this.#closed && this.url; attempt++) {
      const status = await fetch(this.url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-hub-signature-256': `sha256=${signature}`,
          'user-agent': 'facebookexternalua',
        },
        body: new Uint8Array(body),
        redirect: 'manual',
        signal: AbortSignal.timeout(10_000),
      }).then(
        async (answer) => (await answer.arrayBuffer(), answer.status),
        () => 'unreachable' as const,
      );
      this.calls.push({ attempt, status });
      if (typeof status === 'number' && status >= 200 && status < 300) return;
      await pause(retryMs * 2 ** (attempt - 1));
    }
  }

  /** Meta's set-up request. Resolves to whether the challenge came back. */
  async subscribe(verifyToken: string): Promise<boolean> {
    const challenge = String(Math.floor(Math.random() * 1e10));
    const query = new URLSearchParams({
      'hub.mode': 'subscribe',
      'hub.verify_token': verifyToken,
      'hub.challenge': challenge,
    });
    const answer = await fetch(`${this.url}?${query}`, { signal: AbortSignal.timeout(10_000) });
    return answer.status === 200 && (await answer.text()) === challenge;
  }
}

const pause = (ms: number): Promise<void> =>
  ms > 0 ? new Promise((resolve) => setTimeout(resolve, ms)) : Promise.resolve();

/** Time for the answer to go out before the first call-back. */
export const afterAnswerMs = 10;

const escaped = (json: string): string =>
  json.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** The call-backs of one message in the order of the mode. */
export function arranged<T>(steps: T[], mode: CallbackMode): T[] {
  switch (mode) {
    case 'none':
      return [];
    case 'twice':
      return steps.flatMap((step) => [step, step]);
    case 'reordered':
      return steps.toReversed();
    case 'normal':
    case 'early':
      return steps;
  }
}
