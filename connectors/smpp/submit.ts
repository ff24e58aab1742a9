import { failure } from '../../protocol/failures.ts';
import type { Context, SendOutcome, SendRequest } from '../contract/index.ts';
import type { Link } from './link.ts';
import type { Config } from './manifest.ts';
import { render } from './outbound.ts';
import { canonicalId } from './receipts.ts';
import { ok, outcomeOf } from './status.ts';
import type { Timing } from './timing.ts';
import { commands, decodeMessageId } from './wire.ts';
import type { Window } from './window.ts';

/**
 * Segments that the SMSC took of messages that are not whole yet, by idempotency key: the next attempt goes on behind them. It
 * outlives connections. After a restart it is empty; then all segments go again, with the same reference.
 */
export type Progress = Map<string, string[]>;
const maxProgress = 10_000;

export interface SubmitOptions {
  link: Link;
  window: Window;
  progress: Progress;
  config: Config;
  timing: Timing;
  now(): number;
}

const disconnected: SendOutcome = { type: 'rejected', failure: failure('account_disconnected') };

export function createSubmit({ link, window, progress, config, timing, now }: SubmitOptions) {
  const size = windowSize(config);
  let restUntilMs = -Infinity;
  let restMs = 0;
  let unanswered = 0;

  /** After ESME_RTHROTTLED nothing goes out for a while, longer each time: the gateway comes back with what is told `throttled`. */
  const resting = (): SendOutcome | undefined =>
    now() < restUntilMs ? { type: 'throttled', retryAfterMs: Math.ceil(restUntilMs - now()) } : undefined;

  function settle(status: number): SendOutcome | undefined {
    if (status === ok) {
      restMs = 0;
      return undefined;
    }
    const outcome = outcomeOf(status);
    if (outcome.type !== 'throttled') return outcome;
    restMs = Math.min(restMs === 0 ? timing.restMs : restMs * 2, timing.maxRestMs);
    restUntilMs = now() + restMs;
    return { ...outcome, retryAfterMs: restMs };
  }

  /** One segment: its id, or the outcome of the whole. */
  async function submitOne(
    body: Buffer,
    signal: AbortSignal,
  ): Promise<{ id: string } | { outcome: SendOutcome }> {
    const leave = await window.enter(signal);
    if (!leave) return { outcome: disconnected };
    const held = resting();
    if (held || !link.alive) {
      leave();
      return { outcome: held ?? disconnected };
    }
    let late = false;
    // an answer that never comes keeps its place: the SMSC still counts it. When all places are lost, the connection is
    const answer = await untilAborted(
      link.request(commands.submitSm, body, () => {
        if (late) unanswered--;
        leave();
      }),
      signal,
    );
    if (answer.type === 'unsent') return { outcome: disconnected };
    if (answer.type === 'unanswered') {
      late = answer.reason === 'timeout';
      if (late && ++unanswered >= size) link.end('submits_unanswered');
      return { outcome: { type: 'uncertain', reason: `submit_sm_unanswered_${answer.reason}` } };
    }
    const outcome = settle(answer.status);
    return outcome ? { outcome } : { id: canonicalId(decodeMessageId(answer.body)) };
  }

  return async function submit(
    request: SendRequest,
    { signal }: Pick<Context, 'signal'>,
  ): Promise<SendOutcome> {
    const rendered = render(request, config);
    if (!rendered.ok) return rendered.outcome;
    const held = resting();
    if (held) return held;
    const taken = [...(progress.get(request.idempotencyKey) ?? [])];
    progress.delete(request.idempotencyKey);
    for (const body of rendered.bodies.slice(taken.length)) {
      const result = await submitOne(body, signal);
      if ('outcome' in result) {
        if (taken.length > 0 && comesBack(result.outcome)) remember(progress, request.idempotencyKey, taken);
        return result.outcome;
      }
      taken.push(result.id);
    }
    return { type: 'sent', providerIds: taken.filter((id) => id !== '') };
  };
}

/** Whether the gateway will try this message again. */
const comesBack = (outcome: SendOutcome): boolean =>
  outcome.type === 'throttled' || (outcome.type === 'rejected' && !outcome.failure.permanent);

function remember(progress: Progress, key: string, taken: string[]): void {
  progress.set(key, taken);
  if (progress.size > maxProgress) progress.delete(progress.keys().next().value!);
}

/** How many submit_sm may be unanswered: the account's own figure, or twice what goes out in a second. */
export const windowSize = ({ window, per_second: perSecond }: Config): number =>
  window ?? Math.max(1, Math.floor(2 * perSecond));

type Answered = Awaited<ReturnType<Link['request']>>;
type AnsweredOrAborted = Answered | { type: 'unanswered'; reason: 'timeout' | 'closed' | 'aborted' };

/** An abort doesn't take the request back: its outcome is then unknown. */
const untilAborted = (answer: Promise<Answered>, signal: AbortSignal): Promise<AnsweredOrAborted> =>
  new Promise((resolve) => {
    const abort = (): void => resolve({ type: 'unanswered', reason: 'aborted' });
    signal.addEventListener('abort', abort, { once: true });
    void answer.then((result) => {
      signal.removeEventListener('abort', abort);
      resolve(result);
    });
    if (signal.aborted) abort();
  });
