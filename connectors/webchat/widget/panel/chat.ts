import type { FieldValues, ServerFrame, WireEntry } from '../../wire.ts';
import type { Bridge } from '../bridge.ts';
import { names, read, remove, write } from '../storage.ts';
import { Connection } from './connection.ts';
import type { Line } from './connection.ts';
import { newClientId, Outbox } from './outbox.ts';
import type { Waiting } from './outbox.ts';
import { openSession } from './session.ts';
import type { Session } from './session.ts';

/** Entries asked for again at each resume: their ticks may have moved meanwhile. */
const overlap = 30;
const typingForMs = 8000;

/** The thread as this panel knows it: what the gateway has, what waits, who is typing. Draws nothing. */
export class Chat {
  readonly bridge: Bridge;
  line: Line = 'connecting';
  session: Session | undefined;
  entries: WireEntry[] = [];
  waiting: Waiting[] = [];
  typing = false;
  /** The first history is here. */
  ready = false;
  /** The visitor's messages up to this sequence were read by the merchant. */
  merchantRead = 0;
  #known = new Map<string, WireEntry>();
  #seen = 0;
  #received = 0;
  #visible = false;
  #sending: string | undefined;
  /** Confirmed, but not yet come back as entries: still drawn. */
  #stored = new Map<string, Waiting>();
  #retry = 0;
  #typingTimer = 0;
  #owner = '';
  #outbox: Outbox;
  #connection: Connection | undefined;
  #changed: () => void;

  constructor(bridge: Bridge, changed: () => void) {
    this.bridge = bridge;
    this.#changed = changed;
    this.#outbox = new Outbox(this.#prefix());
    addEventListener('storage', ({ key }) => this.#outbox.owns(key) && this.#reload());
    document.addEventListener('visibilitychange', () => this.#seeAll());
    this.#connect();
  }

  say(text: string, payload?: string, values?: FieldValues): void {
    this.#put({
      client_id: newClientId(),
      at_ms: Date.now(),
      text,
      ...(payload && { payload }),
      ...(values && { values }),
    });
  }

  attach(file: File): void {
    const reader = new FileReader();
    reader.onload = () =>
      this.#put({
        client_id: newClientId(),
        at_ms: Date.now(),
        file: { name: file.name, type: file.type, url: reader.result as string },
      });
    reader.readAsDataURL(file);
  }

  retry(message: Waiting): void {
    this.#put({ ...message, refused: false });
  }

  discard({ client_id: clientId }: Waiting): void {
    this.#outbox.drop(clientId);
    this.#reload();
  }

  tellTyping(on: boolean): void {
    if (this.line === 'online') this.#connection?.send({ type: 'typing', on });
  }

  show(visible: boolean): void {
    this.#visible = visible;
    this.#seeAll();
  }

  restart(): void {
    this.#connection?.stop();
    this.#known.clear();
    this.#stored.clear();
    Object.assign(this, { entries: [], session: undefined, ready: false, merchantRead: 0, typing: false });
    this.#seen = this.#received = 0;
    this.#sending = undefined;
    this.#connect();
  }

  forget(): void {
    for (const name of names(`passerelle.${this.bridge.key}.`)) remove(name);
    this.restart();
  }

  #prefix(): string {
    return `passerelle.${this.bridge.key}.${this.#owner}`;
  }

  #connect(): void {
    this.#reload();
    this.#connection = new Connection({
      hookUrl: this.bridge.hookUrl,
      token: () => this.#token(),
      after: () => Math.max(0, (this.entries.at(-1)?.sequence ?? 0) - overlap),
      frame: (frame) => this.#take(frame),
      line: (line) => {
        this.line = line;
        if (line !== 'online') {
          this.#sending = undefined;
          this.typing = false;
        }
        this.#pump();
        this.#changed();
      },
      unauthorized: () => (this.session = undefined),
    });
  }

  async #token(): Promise<string> {
    if (this.session && this.session.expires > Date.now() / 1000 + 5) return this.session.token;
    const opened = await openSession(this.bridge);
    if (!opened.ok) return opened.reason === 'offline' ? 'offline' : 'refused';
    this.session = opened.session;
    this.#owner = opened.owner ?? '';
    this.#outbox = new Outbox(this.#prefix());
    this.merchantRead = Number(read(`${this.#prefix()}read`) ?? 0);
    this.#reload();
    return opened.session.token;
  }

  #take(frame: ServerFrame): void {
    if (frame.type === 'history') this.#merge(frame.entries);
    if (frame.type === 'history' && frame.complete) {
      this.ready = true;
      this.#pump();
      this.#seeAll();
    } else if (frame.type === 'entry') {
      if (frame.entry.direction === 'outbound') this.#setTyping(false);
      this.#merge([frame.entry]);
      this.#seeAll();
    } else if (frame.type === 'ack') this.#confirmed(frame.client_id);
    else if (frame.type === 'typing') this.#setTyping(frame.on);
    else if (frame.type === 'seen') this.#see(frame.up_to);
    else if (frame.type === 'state') {
      this.merchantRead = Math.max(this.merchantRead, this.#known.get(frame.message_id)?.sequence ?? 0);
      write(`${this.#prefix()}read`, String(this.merchantRead));
    } else if (frame.type === 'error' && frame.client_id)
      this.#troubled(frame.client_id, frame.code, frame.retry_after_ms);
    this.#changed();
  }

  #merge(entries: WireEntry[]): void {
    let own = false;
    for (const entry of entries) {
      this.#known.set(entry.message_id, entry);
      if (entry.client_id) {
        this.#outbox.drop(entry.client_id);
        this.#stored.delete(entry.client_id);
        if (this.#sending === entry.client_id) this.#sending = undefined;
        own = true;
      }
      if (entry.direction === 'outbound' && entry.state === 'read')
        this.#seen = Math.max(this.#seen, entry.sequence);
    }
    if (entries.length === 0) return;
    write(`passerelle.${this.bridge.key}.thread`, '1');
    this.entries = [...this.#known.values()].sort((a, b) => a.sequence - b.sequence || a.at_ms - b.at_ms);
    const last = this.entries.findLast((entry) => entry.direction === 'outbound')?.sequence ?? 0;
    if (last > this.#received && this.#connection?.send({ type: 'received', up_to: last }))
      this.#received = last;
    if (own) this.#reload();
    this.#count();
  }

  #seeAll(): void {
    const last = this.entries.findLast((entry) => entry.direction === 'outbound')?.sequence ?? 0;
    if (!this.#visible || document.visibilityState !== 'visible' || last <= this.#seen) return;
    if (this.#connection?.send({ type: 'read', up_to: last })) this.#see(last);
  }

  #see(upTo: number): void {
    this.#seen = Math.max(this.#seen, upTo);
    this.#count();
  }

  #count(): void {
    this.bridge.unread(
      this.entries.filter((entry) => entry.direction === 'outbound' && entry.sequence > this.#seen).length,
    );
  }

  #setTyping(on: boolean): void {
    this.typing = on;
    clearTimeout(this.#typingTimer);
    if (!on) return;
    this.#typingTimer = setTimeout(() => {
      this.typing = false;
      this.#changed();
    }, typingForMs);
  }

  #put(message: Waiting): void {
    this.#outbox.put(message);
    this.#reload();
  }

  #reload(): void {
    const known = new Set(this.entries.map((entry) => entry.client_id));
    this.waiting = [...this.#stored.values(), ...this.#outbox.list()].filter(
      (message) => !known.has(message.client_id),
    );
    this.#pump();
    this.#changed();
  }

  /** One message at a time, the oldest first: the next goes when the gateway has confirmed this one, so order is kept. */
  #pump(): void {
    if (this.line !== 'online' || !this.ready || this.#sending) return;
    const next = this.waiting.find((message) => !message.refused && !message.stored);
    if (!next) return;
    this.#sending = next.client_id;
    if (next.file) return void this.#upload(next, next.file);
    this.#connection?.send({
      type: 'message',
      client_id: next.client_id,
      content: { kind: 'text', text: next.text ?? '' },
      ...(next.payload && { payload: next.payload }),
      ...(next.values && { values: next.values }),
    });
  }

  async #upload({ client_id: clientId }: Waiting, file: NonNullable<Waiting['file']>): Promise<void> {
    const form = new FormData();
    form.set('token', this.session?.token ?? '');
    form.set('client_id', clientId);
    form.set('file', new File([bytesOf(file.url)], file.name, { type: file.type }));
    const answer = await fetch(`${this.bridge.hookUrl}/upload`, {
      method: 'POST',
      body: form,
      credentials: 'omit',
    }).catch(() => undefined);
    if (answer?.ok) return this.#confirmed(clientId);
    const forGood = answer && [413, 415, 422].includes(answer.status);
    this.#troubled(clientId, forGood ? 'bad_frame' : 'unavailable', 3000);
    this.#changed();
  }

  #confirmed(clientId: string): void {
    const message = this.waiting.find((one) => one.client_id === clientId);
    if (message) this.#stored.set(clientId, { ...message, stored: true });
    this.#outbox.drop(clientId);
    if (this.#sending === clientId) this.#sending = undefined;
    this.#reload();
  }

  #troubled(clientId: string, code: string, retryAfterMs = 2000): void {
    const message = this.waiting.find((one) => one.client_id === clientId);
    if (code === 'bad_frame' && message) {
      this.#sending = undefined;
      return this.#put({ ...message, refused: true });
    }
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => {
      this.#sending = undefined;
      this.#pump();
    }, retryAfterMs);
  }
}

/** Not by fetch: a page's `connect-src` need not allow `data:`. */
function bytesOf(dataUrl: string): Uint8Array<ArrayBuffer> {
  const text = atob(dataUrl.slice(dataUrl.indexOf(',') + 1));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
