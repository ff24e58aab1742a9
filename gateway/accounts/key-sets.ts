import { X509Certificate } from 'node:crypto';
import { z } from 'zod';
import type {
  Account,
  CallResult,
  Connector,
  Context,
  HookRequest,
  PublicKeys,
} from '../../connectors/contract/index.ts';
import { answerJson } from '../../connectors/kit/http.ts';

const keepMs = 86_400_000;
const atMostEveryMs = 300_000;
const maxSets = 1000;
const maxKeys = 1000;

const keySetSchema = z.looseObject({ keys: z.array(z.record(z.string(), z.unknown())).max(maxKeys) });

interface Kept {
  keys: PublicKeys;
  fetchedAtMs: number;
  triedAtMs: number;
  /** The fetch under way, which all who need it share. */
  pending: Promise<void> | undefined;
}

export type HookVerdict =
  | { ok: true }
  /** `unavailable`: the platform's keys could not be fetched, so that nobody knows; the platform may come again. */
  | { ok: false; reason: string; unavailable?: true };

/** Checks calls of platforms, with the keys that some of them publish: fetched here, so that a connector's check stays pure. */
export class KeySets {
  readonly #context: Pick<Context, 'http' | 'log' | 'now' | 'signal'>;
  readonly #kept = new Map<string, Kept>();

  constructor(context: Pick<Context, 'http' | 'log' | 'now' | 'signal'>) {
    this.#context = context;
  }

  async verify(
    hook: NonNullable<Connector['hook']>,
    request: HookRequest,
    account: Account,
    nowMs: number,
  ): Promise<HookVerdict> {
    const url = hook.keySet?.(account, request);
    if (url === undefined) return hook.verify(request, account, nowMs);
    // a call that no key could make good costs no fetch
    const first = hook.verify(request, account, nowMs, this.#kept.get(url)?.keys ?? []);
    if (!first.ok && !first.unknownKey) return first;
    const kept = this.#kept.get(url);
    const stale = kept === undefined || this.#context.now() - kept.fetchedAtMs > keepMs;
    if (first.ok && !stale) return first;
    await this.#renew(url);
    const renewed = this.#kept.get(url);
    const verdict = hook.verify(request, account, nowMs, renewed?.keys ?? []);
    return verdict.ok || renewed?.keys.length
      ? verdict
      : { ok: false, reason: verdict.reason, unavailable: true };
  }

  /** Fetches a set, unless that was tried a short while ago. What was kept stays where it fails. */
  async #renew(url: string): Promise<void> {
    const { http, log, signal } = this.#context;
    const nowMs = this.#context.now();
    const before = this.#kept.get(url);
    if (before?.pending) return before.pending;
    if (before && nowMs - before.triedAtMs < atMostEveryMs) return;
    if (!before && this.#kept.size >= maxSets) this.#kept.clear();
    const kept: Kept = before ?? {
      keys: [],
      fetchedAtMs: Number.NEGATIVE_INFINITY,
      triedAtMs: nowMs,
      pending: undefined,
    };
    kept.triedAtMs = nowMs;
    this.#kept.set(url, kept);
    kept.pending = http.call({ method: 'GET', url, signal, timeoutMs: 5000 }).then((result) => {
      const keys = result.type === 'answer' && result.status === 200 ? keysIn(result, nowMs) : undefined;
      kept.pending = undefined;
      if (keys) {
        kept.keys = keys;
        kept.fetchedAtMs = nowMs;
        return;
      }
      // without any keys the next call may try again soon
      if (kept.keys.length === 0) kept.triedAtMs = nowMs - atMostEveryMs + 5000;
      log.warn('hook.keys_not_fetched', {
        result: result.type,
        ...(result.type === 'answer' ? { status: result.status } : {}),
      });
    });
    return kept.pending;
  }
}

/** The keys of a set, or the one of a certificate in force; undefined: it is neither. */
function keysIn(answer: Extract<CallResult, { type: 'answer' }>, nowMs: number): PublicKeys | undefined {
  const set = keySetSchema.safeParse(answerJson(answer));
  if (set.success) return set.data.keys;
  try {
    const certificate = new X509Certificate(answer.body);
    const inForce = Date.parse(certificate.validFrom) <= nowMs && nowMs <= Date.parse(certificate.validTo);
    return inForce ? [{ ...certificate.publicKey.export({ format: 'jwk' }) }] : undefined;
  } catch {
    return undefined;
  }
}
