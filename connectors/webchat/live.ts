import { problemErrors } from '../../protocol/problem.ts';
import type { InboundItem, LiveClient, LiveHandler } from '../contract/index.ts';
import { readJson } from '../kit/body.ts';
import {
  advance,
  broadcast,
  entriesAfter,
  inTurn,
  liveKey,
  newLiveThread,
  receiptsUpTo,
  remember,
} from './hub.ts';
import type { LiveThread, Peer, WebchatHost } from './hub.ts';
import { itemOf } from './inbound.ts';
import type { WebchatAccount } from './manifest.ts';
import { mayUse } from './origin.ts';
import { createBucket } from './rate.ts';
import { readVisitor } from './token.ts';
import type { Visitor } from './token.ts';
import { clientFrameSchema, closeCodes, maxFrameBytes } from './wire.ts';
import type { ClientFrame, ServerFrame, WireEntry } from './wire.ts';

/** Live threads by account and visitor. One per process: a send and a panel meet here, whichever way each came in. */
export type Threads = Map<string, LiveThread>;

interface Opened {
  client: LiveClient;
  account: WebchatAccount;
  host: WebchatHost;
  threads: Threads;
}

const maxWaitingFrames = 100;
const maxBadFrames = 20;
/** History goes out in frames of about this many characters. */
const historyChunk = 32_000;

/** A panel came in. Until it has shown a valid token it gets nothing, and what it sends does nothing. */
export function openPanel(opened: Opened): LiveHandler {
  const panel = new Panel(opened);
  if (!mayUse(opened.account, opened.client.headers))
    panel.refuse('origin_refused', closeCodes.originRefused);
  return { message: (text) => panel.receive(text), closed: () => panel.leave() };
}

/** The life of one open panel: resume, then frames one after the other, in the order in which they came. */
class Panel implements Peer {
  readonly #opened: Opened;
  readonly #all = createBucket({ perSecond: 20, burst: 100 });
  readonly #messages = createBucket({ perSecond: 2, burst: 20 });
  #turn: Promise<void> = Promise.resolve();
  #waiting = 0;
  #bad = 0;
  #closed = false;
  #visitor: Visitor | undefined;
  #language: string | undefined;
  #live: LiveThread | undefined;

  constructor(opened: Opened) {
    this.#opened = opened;
  }

  send(frame: ServerFrame): void {
    if (this.#closed) return;
    if (this.#visitor && this.#expired()) return this.refuse('unauthorized', closeCodes.unauthorized);
    this.#opened.client.send(JSON.stringify(frame));
  }

  refuse(code: 'unauthorized' | 'origin_refused' | 'rate_limited' | 'bad_frame', closeCode: number): void {
    if (this.#closed) return;
    this.#opened.client.send(JSON.stringify({ type: 'error', code } satisfies ServerFrame));
    this.#opened.client.close(closeCode, code);
    this.leave();
  }

  leave(): void {
    this.#closed = true;
    const live = this.#live;
    if (!live) return;
    this.#live = undefined;
    live.peers.delete(this);
    if (--live.holds === 0) this.#opened.threads.delete(live.key);
  }

  receive(text: string): void {
    if (this.#closed) return;
    if (Buffer.byteLength(text) > maxFrameBytes) return this.refuse('bad_frame', closeCodes.tooLarge);
    if (this.#waiting >= maxWaitingFrames || this.#all.take(this.#opened.host.now()) > 0)
      return this.refuse('rate_limited', closeCodes.tooFast);
    this.#waiting++;
    this.#turn = this.#turn.then(async () => {
      this.#waiting--;
      if (this.#closed) return;
      await this.#handle(text);
    });
  }

  async #handle(text: string): Promise<void> {
    const frame = this.#read(text);
    if (!frame) return;
    if (this.#visitor && this.#expired()) return this.refuse('unauthorized', closeCodes.unauthorized);
    try {
      await this.#act(frame);
    } catch {
      // the ledger could not be read or written: say so, and let the client come again
      this.#opened.host.log.error('webchat_frame_failed', {
        account_id: this.#opened.account.id,
        frame: frame.type,
      });
      this.send({
        type: 'error',
        code: 'unavailable',
        retry_after_ms: 2000,
        ...(frame.type === 'message' && { client_id: frame.client_id }),
      });
    }
  }

  #read(text: string): ClientFrame | undefined {
    const json = readJson(Buffer.from(text));
    const parsed = json.ok ? clientFrameSchema.safeParse(json.value) : undefined;
    if (parsed?.success) return parsed.data;
    if (++this.#bad > maxBadFrames) this.refuse('rate_limited', closeCodes.tooFast);
    const pointer = parsed && problemErrors(parsed.error)[0]?.pointer;
    this.send({ type: 'error', code: 'bad_frame', ...clientIdIn(json), ...(pointer && { pointer }) });
    return undefined;
  }

  async #act(frame: ClientFrame): Promise<void> {
    if (frame.type === 'ping') return this.send({ type: 'pong' });
    if (frame.type === 'resume') return this.#resume(frame);
    const live = this.#live;
    if (!live || !this.#visitor) return this.refuse('unauthorized', closeCodes.unauthorized);
    switch (frame.type) {
      case 'message':
        return this.#message(frame, live);
      case 'typing':
        await this.#accept([this.#item(frame)]);
        return;
      case 'received':
      case 'read': {
        const state = frame.type === 'read' ? 'read' : 'delivered';
        const receipts = receiptsUpTo(live, frame.up_to, state, this.#opened.host.now());
        if (state === 'read') broadcast(live, { type: 'seen', up_to: frame.up_to }, this);
        if (receipts.length > 0) await this.#accept(receipts);
      }
    }
  }

  async #resume({ token, after, language }: Extract<ClientFrame, { type: 'resume' }>): Promise<void> {
    const { account, host, threads } = this.#opened;
    const read = readVisitor(token, {
      accountId: account.id,
      secret: account.credentials.secret,
      nowMs: host.now(),
    });
    if (!read.ok || (this.#visitor && this.#visitor.id !== read.visitor.id))
      return this.refuse('unauthorized', closeCodes.unauthorized);
    this.#visitor = read.visitor;
    this.#language = language;
    const key = liveKey(account.id, read.visitor.id);
    const live = this.#live ?? threads.get(key) ?? newLiveThread(account, read.visitor.id);
    if (!this.#live) live.holds++;
    this.#live = live;
    threads.set(key, live);
    await inTurn(live, async () => {
      await this.#history(live, after);
      if (!this.#closed) live.peers.add(this);
    });
  }

  /** Everything after a place, to this panel; what the visitor's other panels don't have yet, to them too. */
  async #history(live: LiveThread, after: number): Promise<void> {
    const { host } = this.#opened;
    for await (const page of entriesAfter(live, host, after)) {
      for (const entry of page) {
        remember(live, entry);
        if (entry.sequence > live.cursor) broadcast(live, { type: 'entry', entry }, this);
        live.cursor = Math.max(live.cursor, entry.sequence);
      }
      for (const entries of chunks(page)) this.send({ type: 'history', entries, complete: false });
    }
    this.send({ type: 'history', entries: [], complete: true });
  }

  async #message(frame: Extract<ClientFrame, { type: 'message' }>, live: LiveThread): Promise<void> {
    const { host } = this.#opened;
    const waitMs = this.#messages.take(host.now());
    if (waitMs > 0)
      return this.send({
        type: 'error',
        code: 'rate_limited',
        client_id: frame.client_id,
        retry_after_ms: waitMs,
      });
    const [accepted] = await this.#accept([this.#item(frame)]);
    // stored: from here on nothing may turn the answer into a refusal, or the client would think it lost
    await inTurn(live, () => advance(live, host)).catch(() => undefined);
    this.send({
      type: 'ack',
      client_id: frame.client_id,
      ...(accepted?.messageId && { message_id: accepted.messageId }),
    });
  }

  #accept(items: Parameters<WebchatHost['accept']>[1]): ReturnType<WebchatHost['accept']> {
    return this.#opened.host.accept(this.#opened.account, items);
  }

  #item(frame: ClientFrame): InboundItem {
    return itemOf(frame, { visitor: this.#visitor!, language: this.#language }, this.#opened.host.now());
  }

  #expired(): boolean {
    return this.#visitor!.expires * 1000 <= this.#opened.host.now();
  }
}

/** The client's id in a frame that is wrong elsewhere, so that the client knows which of its messages was refused. */
function clientIdIn(json: ReturnType<typeof readJson>): { client_id?: string } {
  const value = json.ok ? (json.value as { client_id?: unknown } | null)?.client_id : undefined;
  return typeof value === 'string' && value.length <= 64 ? { client_id: value } : {};
}

function* chunks(entries: WireEntry[]): Generator<WireEntry[]> {
  let chunk: WireEntry[] = [];
  let size = 0;
  for (const entry of entries) {
    const length = JSON.stringify(entry).length;
    if (chunk.length > 0 && size + length > historyChunk) {
      yield chunk;
      [chunk, size] = [[], 0];
    }
    chunk.push(entry);
    size += length;
  }
  if (chunk.length > 0) yield chunk;
}
