import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Chance } from './chance.ts';
import type { Client } from './client.ts';

/** A conversation of the workload: one person at one account of one merchant. */
export interface Person {
  conversation: number;
  /** Page-scoped id. */
  psid: string;
  merchant: number;
  account: number;
}

/** An account as both sides know it. */
export interface PageAccount {
  pageId: string;
  appSecret: string;
  /** Where the platform calls the gateway; known once the account is made there. */
  hookUrl: string;
}

export interface PlatformOptions {
  chance: Chance;
  accounts: readonly PageAccount[];
  people: readonly Person[];
  client: Client;
  /** The consumer sees it. */
  onShown(of: { conversation: number; number: number }): void;
}

const textOfWorkload = /^out (\d+) (\d+)$/;
const firstPsid = 7_100_000_000_000_000;
export const psidOf = (conversation: number): string => String(firstPsid + conversation);

/** What a call of the Send API comes to. Shares of all calls; what is left is plain. */
const outcomes = [
  ['throttled', 0.01],
  ['broken', 0.02],
  ['refused', 0.01],
  ['shown, then reset', 0.01],
  ['shown, then 504', 0.005],
  ['shown, slowly', 0.05],
] as const;
type Outcome = (typeof outcomes)[number][0] | 'shown';

/**
 * Messenger's Send API and call-backs (Messenger Platform documentation, "Send API" and "Webhooks"), with no memory but of what
 * is under way. It misbehaves by the seed: what becomes of a call depends on the message and on how often it came.
 */
export class Platform {
  readonly #o: PlatformOptions;
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  /** How often a message that wasn't shown was sent. */
  readonly #tries = new Map<string, number>();
  /** Receipts of a conversation follow one another. */
  readonly #receipts = new Map<number, Promise<void>>();
  readonly #closing = new AbortController();
  #made = 0;
  #underWay = 0;

  constructor(options: PlatformOptions) {
    this.#o = options;
  }

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.#server.keepAliveTimeout = 3000;
    return (this.#server.address() as AddressInfo).port;
  }

  /** Call-backs that the gateway hasn't taken yet. */
  get underWay(): number {
    return this.#underWay;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** One signed call of the webhook; the status of the answer. */
  call(account: PageAccount, event: object): Promise<number> {
    const time = Date.now();
    const body = JSON.stringify({
      object: 'page',
      entry: [
        {
          id: account.pageId,
          time,
          messaging: [{ recipient: { id: account.pageId }, timestamp: time, ...event }],
        },
      ],
    });
    const signature = createHmac('sha256', account.appSecret).update(body).digest('hex');
    return this.#o.client
      .post(account.hookUrl, body, { 'x-hub-signature-256': `sha256=${signature}` })
      .then(({ status }) => status);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      // cut off before the end: it was never asked
      return;
    }
    const answer = (status: number, body: object, headers: Record<string, string> = {}) =>
      void response
        .writeHead(status, { 'content-type': 'application/json', ...headers })
        .end(JSON.stringify(body));
    const asked = read(Buffer.concat(chunks).toString('utf8'));
    if (!asked) return answer(400, { error: { code: 100, message: 'Invalid parameter' } });
    const { conversation, number } = asked;
    const key = `${conversation}/${number}`;
    const tries = this.#tries.get(key) ?? 0;
    this.#tries.set(key, tries + 1);
    const outcome = this.#outcome(conversation, number, tries);
    if (outcome === 'throttled')
      return answer(429, { error: { code: 4, message: 'Too many calls' } }, { 'retry-after': '1' });
    if (outcome === 'broken')
      return answer(500, { error: { code: 2, message: 'Try later', is_transient: true } });
    this.#tries.delete(key);
    if (outcome === 'refused') return answer(400, { error: { code: 551, message: 'Not available' } });
    this.#o.onShown({ conversation, number });
    const messageId = `m_${conversation}_${number}_${this.#made++}`;
    const sent = { recipient_id: psidOf(conversation), message_id: messageId };
    const receipts = this.#receive(conversation, number, messageId);
    if (this.#o.chance('early receipt', conversation, number) < 0.1) await receipts.catch(() => undefined);
    if (outcome === 'shown, then reset') return void request.socket.resetAndDestroy();
    if (outcome === 'shown, then 504') return answer(504, {});
    if (outcome === 'shown, slowly') await pause(50 + this.#o.chance('slow', conversation, number) * 700);
    answer(200, sent);
  }

  #outcome(conversation: number, number: number, tries: number): Outcome {
    let left = this.#o.chance('send', conversation, number, tries);
    for (const [outcome, share] of outcomes) {
      if (left < share) return outcome;
      left -= share;
    }
    return 'shown';
  }

  /** Delivered and read, mostly; some twice, some the wrong way round. Resolves when the first was taken or the patience ended. */
  #receive(conversation: number, number: number, messageId: string): Promise<void> {
    const { chance, people, accounts } = this.#o;
    const account = accounts[people[conversation]!.account]!;
    const sender = { id: psidOf(conversation) };
    const delivered = { sender, delivery: { mids: [messageId], watermark: Date.now() } };
    const seen = { sender, read: { watermark: Date.now() } };
    const events: object[] = [];
    if (chance('delivered', conversation, number) < 0.8) events.push(delivered);
    if (chance('read', conversation, number) < 0.4) events.push(seen);
    if (chance('reordered', conversation, number) < 0.15) events.reverse();
    if (chance('twice', conversation, number) < 0.15) events.push(...events);
    const before = this.#receipts.get(conversation) ?? Promise.resolve();
    this.#underWay += events.length;
    const all = before.then(async () => {
      for (const event of events) {
        await this.#untilTaken(account, event);
        this.#underWay--;
      }
    });
    this.#receipts.set(conversation, all);
    return Promise.race([all, pause(400)]);
  }

  async #untilTaken(account: PageAccount, event: object): Promise<void> {
    while (!this.#closing.signal.aborted) {
      const status = await this.call(account, event).catch(() => 0);
      if (status >= 200 && status < 300) return;
      await pause(100);
    }
  }
}

/** Which message of the workload a call of the Send API carries. */
function read(body: string): { conversation: number; number: number } | undefined {
  try {
    const { message } = JSON.parse(body) as { message?: { text?: string } };
    const found = textOfWorkload.exec(message?.text ?? '');
    return found ? { conversation: Number(found[1]), number: Number(found[2]) } : undefined;
  } catch {
    return undefined;
  }
}
