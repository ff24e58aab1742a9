import type { Answer, CallbackMode } from '../emulator.ts';
import { ok, refuse } from './model.ts';
import type { Json, Store } from './model.ts';

/** One Update and what became of it. */
export interface Delivered {
  update: Json & { update_id: number };
  /** Status of each try, oldest first; 0 where nothing answered. */
  statuses: number[];
  /** The bot's answer took it. */
  taken: boolean;
}

export interface UpdatesOptions {
  store: Store;
  mode(): CallbackMode;
  /** A method call in the answer to an Update. */
  onReply(method: string, values: Json): Promise<void>;
  signal: AbortSignal;
  /** Doubled after each failed try, up to a second. */
  retryDelayMs: number;
  tries: number;
}

/** Updates that must be asked for by name (https://core.telegram.org/bots/api#setwebhook). */
const onDemand = new Set(['chat_member', 'message_reaction', 'message_reaction_count']);
/** Methods that Telegram does not run out of a webhook's answer. */
const notInReplies = /^(get|setwebhook$|deletewebhook$|close$|logout$)/i;

/**
 * Hands Updates to the webhook as Telegram does: in order within a chat, each again until a 2xx, and kept while no webhook is set, for
 * whoever polls.
 * `twice` sends each two times at once; `reordered` swaps each two of a chat; `none` keeps them.
 */
export function createUpdates(options: UpdatesOptions) {
  const { store, signal } = options;
  const lanes = new Map<number, Promise<unknown>>();
  const held = new Map<number, () => void>();
  const open = new Set<Delivered>();
  const delivered: Delivered[] = [];
  let lastUpdateId = 510_000;
  let changed = Promise.withResolvers<void>();
  let polling: AbortController | undefined;

  function send(chatId: number, kind: string, body: Json): Promise<Delivered> {
    const one: Delivered = {
      update: { update_id: ++lastUpdateId, [kind]: body },
      statuses: [],
      taken: false,
    };
    const allowed = store.webhook?.allowed ?? store.allowed;
    if (allowed ? !allowed.includes(kind) : onDemand.has(kind)) return Promise.resolve(one);
    delivered.push(one);
    if (options.mode() === 'none') return Promise.resolve(one);
    open.add(one);
    wake();
    return place(chatId, () => deliver(one)).finally(() => open.delete(one));
  }

  /** Puts a delivery at the end of its chat's lane; when reordering, behind the next one. */
  function place(chatId: number, run: () => Promise<Delivered>): Promise<Delivered> {
    const enqueue = () => {
      const done = (lanes.get(chatId) ?? Promise.resolve()).then(run);
      lanes.set(chatId, done);
      return done;
    };
    const release = held.get(chatId);
    if (options.mode() !== 'reordered' || release) {
      held.delete(chatId);
      const done = enqueue();
      release?.();
      return done;
    }
    return new Promise((resolve, reject) => held.set(chatId, () => void enqueue().then(resolve, reject)));
  }

  function wake(): void {
    changed.resolve();
    changed = Promise.withResolvers();
  }

  /**
   * `getUpdates`: an offset confirms all before it; the answer waits for the first update. With a webhook, or for the older of two polls,
   * it is a conflict.
   */
  async function poll({ offset = 0, limit = 100, timeout = 0, allowed_updates }: Json): Promise<Answer> {
    if (store.webhook) return refuse(409, "Conflict: can't use getUpdates method while webhook is active");
    polling?.abort();
    const own = (polling = new AbortController());
    if (Array.isArray(allowed_updates)) store.allowed = allowed_updates as string[];
    for (const one of open) if (one.update.update_id < Number(offset)) one.taken = true;
    wake();
    const waiting = () => [...open].filter((one) => !one.taken);
    const until = Date.now() + Number(timeout) * 1000;
    const over = () => store.webhook !== undefined || own.signal.aborted || signal.aborted;
    while (waiting().length === 0 && Date.now() < until && !over())
      await Promise.race([changed.promise, gone(AbortSignal.any([own.signal, signal]), until - Date.now())]);
    if (own.signal.aborted) return refuse(409, 'Conflict: terminated by other getUpdates request');
    if (store.webhook) return refuse(409, 'Conflict: terminated by setWebhook request');
    return ok(
      waiting()
        .slice(0, Number(limit))
        .map(({ update }) => update),
    );
  }

  async function deliver(one: Delivered): Promise<Delivered> {
    while (!store.webhook && !one.taken && !signal.aborted) await changed.promise;
    if (one.taken) return one;
    if (options.mode() === 'twice') await Promise.all([tryUntilTaken(one), tryUntilTaken(one)]);
    else await tryUntilTaken(one);
    return one;
  }

  async function tryUntilTaken(one: Delivered): Promise<void> {
    let delayMs = options.retryDelayMs;
    for (let i = 0; i < options.tries && !signal.aborted; i++, delayMs = Math.min(delayMs * 2, 1000)) {
      if (i > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
      const { status, text } = await post(one.update);
      one.statuses.push(status);
      if (status < 200 || status > 299) continue;
      one.taken = true;
      return reply(text);
    }
  }

  async function post(update: Json): Promise<{ status: number; text: string }> {
    const { url, secret } = store.webhook ?? { url: '' };
    try {
      const answer = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(secret ? { 'x-telegram-bot-api-secret-token': secret } : {}),
        },
        body: JSON.stringify(update),
        redirect: 'manual',
        signal: AbortSignal.any([signal, AbortSignal.timeout(10_000)]),
      });
      return { status: answer.status, text: await answer.text() };
    } catch {
      return { status: 0, text: '' };
    }
  }

  async function reply(text: string): Promise<void> {
    let values: unknown;
    try {
      values = JSON.parse(text);
    } catch {
      return;
    }
    const method = (values as Json | null)?.['method'];
    if (typeof method === 'string' && !notInReplies.test(method))
      await options.onReply(method, values as Json);
  }

  return {
    send,
    delivered,
    pending: () => open.size,
    webhookChanged: wake,
    poll,
    /** Lets held ones go and waits until every lane is empty. */
    async settled(): Promise<void> {
      while (open.size > 0 && store.webhook) {
        for (const [chatId, release] of held) {
          held.delete(chatId);
          release();
        }
        await Promise.all(lanes.values());
      }
    },
  };
}

/** Resolves when the signal aborts, or after a time. */
const gone = (signal: AbortSignal, ms: number): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });

export type Updates = ReturnType<typeof createUpdates>;
