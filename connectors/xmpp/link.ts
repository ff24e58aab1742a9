import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { bareJid } from './address.ts';
import { attr, ns, text, write } from './stanza.ts';
import { conditionOf, streamReason } from './status.ts';
import { streamsNs, XmlStream } from './xml-stream.ts';
import type { Element, StreamEvent } from './xml-stream.ts';

/**
 * How a message of ours went. `taken`: the server read it, and had nothing against it at once. `lost`: it was written, and the line ended
 * before that was known. `unsent`: nothing of it went out.
 */
export type Delivery =
  | { type: 'taken' }
  | { type: 'refused'; stanza: Element }
  | { type: 'lost'; reason: string }
  | { type: 'unsent' };

export interface LinkOptions {
  domain: string;
  secret: string;
  /** How long the server may take to come back to us; then the line is dead. */
  answerMs: number;
  /** A stanza that is nothing of the link's own. */
  onStanza(stanza: Element): void;
}

interface Fence {
  settle(reason?: string): void;
  timer: NodeJS.Timeout;
}

/**
 * One component stream (XEP-0114). Its protocol acknowledges nothing, but a server reads a stream in order: each message is followed by a ping to
 * ourselves, and when that comes back the message was read. A class because it has a life cycle.
 */
export class Link {
  readonly closed: Promise<string>;
  readonly ready: Promise<void>;
  readonly #announce: (reason: string) => void;
  readonly #begin: () => void;
  readonly #socket: Socket;
  readonly #options: LinkOptions;
  readonly #fences = new Map<string, Fence>();
  readonly #refused = new Map<string, (stanza: Element) => void>();
  #ended: string | undefined;
  #isReady = false;
  #leaving = false;
  #count = 0;

  constructor(socket: Socket, options: LinkOptions) {
    this.#socket = socket;
    this.#options = options;
    const closed = Promise.withResolvers<string>();
    const ready = Promise.withResolvers<void>();
    this.closed = closed.promise;
    this.ready = ready.promise;
    this.#announce = closed.resolve;
    this.#begin = ready.resolve;
    const stream = new XmlStream();
    socket.on('data', (chunk: Buffer) => {
      for (const event of stream.push(chunk)) if (this.#ended === undefined) this.#take(event);
    });
    socket.on('error', () => this.end('connection_error'));
    socket.on('close', () => this.end('connection_closed'));
    const header = { xmlns: ns.component, 'xmlns:stream': streamsNs, to: options.domain };
    socket.write(`<?xml version='1.0'?>${write('stream:stream', header).replace(/\/>$/, '>')}`);
  }

  /** Whether something can still be sent. */
  get alive(): boolean {
    return this.#ended === undefined && !this.#leaving;
  }

  /** Writes stanzas of which nothing more is asked; false if there is no line any more. */
  say(stanzas: readonly string[]): boolean {
    if (this.alive && stanzas.length) this.#socket.write(stanzas.join(''));
    return this.alive;
  }

  /** Ends our direction of the stream and takes what the server sent before it saw that (RFC 6120, 4.4), for `waitMs` at most. */
  async leave(waitMs: number): Promise<void> {
    if (this.alive) this.#socket.write('</stream:stream>');
    this.#leaving = true;
    const late = setTimeout(() => this.end('closed'), waitMs);
    await this.closed;
    clearTimeout(late);
  }

  /** Sends a message and finds out whether the server took it. */
  async deliver(id: string, stanza: string): Promise<Delivery> {
    if (!this.alive) return { type: 'unsent' };
    let refused: Element | undefined;
    this.#refused.set(id, (error) => (refused = error));
    const lost = await this.ask(stanza);
    this.#refused.delete(id);
    if (refused) return { type: 'refused', stanza: refused };
    return lost === undefined ? { type: 'taken' } : { type: 'lost', reason: lost };
  }

  /** A ping that goes by way of the server, after `before`. Resolves when it is back, or with why it will not be. */
  ask(before = ''): Promise<string | undefined> {
    if (!this.alive) return Promise.resolve(this.#ended ?? 'closed');
    const { domain, answerMs } = this.#options;
    const id = `fence-${++this.#count}`;
    return new Promise((settle) => {
      const timer = setTimeout(() => this.end('server_silent'), answerMs);
      this.#fences.set(id, { settle, timer });
      const ping = { type: 'get', from: domain, to: domain, id };
      this.#socket.write(before + write('iq', ping, write('ping', { xmlns: ns.ping })));
    });
  }

  /** Ends the stream, after `last` and what was written before. What is unanswered ends so. */
  end(reason: string, last = ''): void {
    if (this.#ended !== undefined) return;
    this.#ended = reason;
    if (this.#socket.writable && !this.#leaving) this.#socket.write(`${last}</stream:stream>`);
    this.#socket.destroySoon();
    for (const { settle, timer } of this.#fences.values()) {
      clearTimeout(timer);
      settle(reason);
    }
    this.#fences.clear();
    this.#announce(reason);
  }

  #take(event: StreamEvent): void {
    switch (event.type) {
      case 'open':
        return this.#greet(event.attrs.get('id'));
      case 'stanza':
        return this.#stanza(event.element);
      case 'close':
        return this.end('closed_by_server');
      case 'broken':
        return this.end(
          `stream_error_${event.fault.replaceAll('-', '_')}`,
          write('stream:error', {}, write(event.fault, { xmlns: ns.streams })),
        );
    }
  }

  /** SHA-1 is the protocol's; the secret itself never goes out. */
  #greet(streamId: string | undefined): void {
    // without an id there is an error to come
    if (!streamId) return;
    const proof = createHash('sha1').update(streamId).update(this.#options.secret).digest('hex');
    this.#socket.write(write('handshake', {}, text(proof)));
  }

  #stanza(stanza: Element): void {
    if (stanza.ns === streamsNs && stanza.name === 'error')
      return this.end(streamReason(conditionOf(stanza, ns.streams)));
    if (!this.#isReady) {
      if (stanza.name !== 'handshake') return;
      this.#isReady = true;
      return this.#begin();
    }
    if (stanza.name === 'iq' && bareJid(attr(stanza, 'from') ?? '') === this.#options.domain)
      return this.#back(attr(stanza, 'id') ?? '');
    const isError = stanza.name === 'message' && attr(stanza, 'type') === 'error';
    const refused = isError ? this.#refused.get(attr(stanza, 'id') ?? '') : undefined;
    if (refused) refused(stanza);
    else this.#options.onStanza(stanza);
  }

  #back(id: string): void {
    const fence = this.#fences.get(id);
    if (!fence) return;
    this.#fences.delete(id);
    clearTimeout(fence.timer);
    fence.settle();
  }
}
