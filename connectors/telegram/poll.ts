import type { Host, Session } from '../contract/index.ts';
import { callBot, readAnswer } from './bot.ts';
import type { BotAnswer, TelegramAccount } from './bot.ts';
import { allowedUpdates, readUpdate } from './inbound.ts';
import type { TelegramConfig, TelegramCredentials } from './manifest.ts';
import { send } from './outbound.ts';
import { pollSchema, updateSchema } from './wire.ts';

/** How long the Bot API holds a poll open while nothing happens, and how much longer its answer is waited for. */
const holdSeconds = 50;
const slackMs = 15_000;
/** A hundred updates, each with what its sender wrote. */
const maxBytes = 16 << 20;

type TelegramHost = Host<TelegramConfig, TelegramCredentials, undefined>;

/**
 * Long polling (https://core.telegram.org/bots/api#getupdates), for gateways without a public address. An update is confirmed only by
 * the next poll, so after its items are committed: a crash before that brings it again, and its ids remove what was taken. Whatever goes
 * wrong ends the session, and the gateway opens it again in its own time.
 */
export async function open(account: TelegramAccount, host: TelegramHost): Promise<Session> {
  const stop = new AbortController();
  const poll = new Poll(account, { ...host, signal: AbortSignal.any([host.signal, stop.signal]) });
  // what waited is taken in first, so that a token or a conflict shows at once
  const failed = await poll.take(0);
  const closed = failed === undefined ? poll.run() : Promise.resolve(failed);
  return {
    send: (request, context) => send(request, account, context),
    closed,
    close: async () => {
      stop.abort();
      await closed;
    },
  };
}

class Poll {
  readonly #account: TelegramAccount;
  readonly #host: TelegramHost;
  /** The first update that is not committed yet; the Bot API forgets all before it. */
  #offset: number | undefined;

  constructor(account: TelegramAccount, host: TelegramHost) {
    this.#account = account;
    this.#host = host;
  }

  async run(): Promise<string> {
    for (;;) {
      const failed = await this.take(holdSeconds);
      if (failed !== undefined) return failed;
    }
  }

  /** One poll. Why there can be no other, or undefined. */
  async take(timeout: number): Promise<string | undefined> {
    const params = {
      timeout,
      limit: 100,
      allowed_updates: allowedUpdates,
      ...(this.#offset === undefined ? {} : { offset: this.#offset }),
    };
    const limits = { timeoutMs: timeout * 1000 + slackMs, maxBytes };
    const result = await callBot(this.#account, { method: 'getUpdates', params }, this.#host, limits);
    if (this.#host.signal.aborted) return 'closed';
    if (result.type !== 'answer') return `the Bot API did not answer: ${result.reason}`;
    const answer = readAnswer(result);
    const updates = answer.type === 'ok' ? pollSchema.safeParse(answer.result).data : undefined;
    if (!updates) return refusal(answer);
    for (const update of updates) {
      if (this.#host.signal.aborted) return 'closed';
      if (!(await this.#accept(update))) return 'an update could not be taken in';
      this.#offset = update.update_id + 1;
    }
    return undefined;
  }

  /** False: it was not committed, and must come again. */
  async #accept(wire: { update_id: number }): Promise<boolean> {
    const { log } = this.#host;
    const accountId = this.#account.id;
    const update = updateSchema.safeParse(wire);
    if (!update.success) {
      // a webhook's would be refused, and dropped by Telegram after some tries
      log.warn('telegram.update_unreadable', { accountId });
      return true;
    }
    const { item, reply } = readUpdate(update.data);
    try {
      if (item.type !== 'ignored') await this.#host.accept(this.#account, [item]);
    } catch (error) {
      log.error('telegram.update_not_accepted', { accountId, error });
      return false;
    }
    if (reply) {
      const { method, ...params } = reply;
      const replied = await callBot(this.#account, { method, params }, this.#host);
      if (replied.type !== 'answer' || readAnswer(replied).type !== 'ok')
        log.warn('telegram.reply_refused', { accountId, method });
    }
    return true;
  }
}

function refusal(answer: BotAnswer): string {
  if (answer.type !== 'error') return 'what answers at base_url is not the Bot API';
  if (answer.code === 409)
    return 'the Bot API answers 409: a webhook is set (set the account up again), or the bot is polled elsewhere';
  return `the Bot API answers ${answer.code}`;
}
