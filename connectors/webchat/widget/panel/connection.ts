import type { ClientFrame, ServerFrame } from '../../wire.ts';
import { post } from './session.ts';

export type Line = 'connecting' | 'online' | 'offline' | 'refused';

export interface ConnectionOptions {
  hookUrl: string;
  /** A token, or why there is none. Called at each attempt. */
  token(): Promise<string | 'offline' | 'refused'>;
  /** The place after which history is wanted. */
  after(): number;
  frame(frame: ServerFrame): void;
  line(line: Line): void;
  /** The token was refused: the next attempt needs another. */
  unauthorized(): void;
}

const pingEveryMs = 25_000;
const answerWithinMs = 10_000;
const openWithinMs = 8000;
const longestWaitMs = 30_000;
/** Sockets that never opened before the long poll is tried instead. */
const socketsBeforePoll = 2;

/** Keeps a line to the gateway: a WebSocket, or a long poll where none gets through; comes back by itself, with back-off. */
export class Connection {
  #options: ConnectionOptions;
  #send: ((frame: ClientFrame) => void) | undefined;
  #end: (() => void) | undefined;
  #failures = 0;
  #neverOpened = 0;
  #timer = 0;
  #stopped = false;
  #attempt = 0;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    addEventListener('online', this.#now);
    addEventListener('offline', this.#cut);
    document.addEventListener('visibilitychange', this.#now);
    void this.#connect();
  }

  send(frame: ClientFrame): boolean {
    this.#send?.(frame);
    return this.#send !== undefined;
  }

  stop(): void {
    this.#stopped = true;
    removeEventListener('online', this.#now);
    removeEventListener('offline', this.#cut);
    document.removeEventListener('visibilitychange', this.#now);
    clearTimeout(this.#timer);
    this.#attempt++;
    this.#end?.();
  }

  #now = (): void => {
    if (document.visibilityState !== 'visible' || this.#end || !this.#timer) return;
    clearTimeout(this.#timer);
    void this.#connect();
  };

  #cut = (): void => {
    this.#end?.();
  };

  async #connect(): Promise<void> {
    const attempt = ++this.#attempt;
    this.#timer = 0;
    this.#options.line('connecting');
    const token = await this.#options.token();
    if (this.#stopped || attempt !== this.#attempt) return;
    if (token === 'refused') return this.#options.line('refused');
    if (token === 'offline') return this.#later();
    const resume: ClientFrame = {
      type: 'resume',
      token,
      after: this.#options.after(),
      language: navigator.language,
    };
    if (this.#neverOpened < socketsBeforePoll) this.#socket(resume);
    else void this.#poll(resume);
  }

  #later(): void {
    this.#send = this.#end = undefined;
    if (this.#stopped) return;
    this.#options.line('offline');
    const waitMs = Math.min(longestWaitMs, 500 * 2 ** this.#failures++) * (0.6 + 0.4 * Math.random());
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#connect(), waitMs);
  }

  #closed(code: number): void {
    if (code === 4401) this.#options.unauthorized();
    if (code !== 4403) return this.#later();
    this.#send = this.#end = undefined;
    this.#options.line('refused');
  }

  #take(frame: ServerFrame): void {
    if (frame.type === 'history' && frame.complete) {
      this.#failures = 0;
      this.#options.line('online');
    }
    this.#options.frame(frame);
  }

  #socket(resume: ClientFrame): void {
    const socket = new WebSocket(`${this.#options.hookUrl.replace(/^http/, 'ws')}/socket`);
    let opened = false;
    let over = false;
    let answerTimer = setTimeout(() => end(1006), openWithinMs);
    const pings = setInterval(() => {
      if (!opened) return;
      socket.send('{"type":"ping"}');
      answerTimer = setTimeout(() => end(1006), answerWithinMs);
    }, pingEveryMs);
    // a dead line may take minutes to say so: what decides is our own clock, not the socket's close event
    const end = (code: number): void => {
      if (over) return;
      over = true;
      clearInterval(pings);
      clearTimeout(answerTimer);
      socket.close();
      this.#neverOpened = opened || !navigator.onLine ? 0 : this.#neverOpened + 1;
      this.#closed(code);
    };
    this.#end = () => end(1006);
    socket.onopen = () => {
      opened = true;
      clearTimeout(answerTimer);
      this.#send = (frame) => {
        if (socket.readyState === 1) socket.send(JSON.stringify(frame));
      };
      this.#send(resume);
    };
    socket.onmessage = ({ data }) => {
      clearTimeout(answerTimer);
      if (!over) this.#take(JSON.parse(data as string) as ServerFrame);
    };
    socket.onclose = ({ code }) => end(code);
  }

  async #poll(resume: ClientFrame): Promise<void> {
    let over = false;
    let waiting: ClientFrame[] = [];
    let id: string | undefined;
    const end = (code: number): void => {
      if (over) return;
      over = true;
      this.#neverOpened = 0; // next time the socket has its chance again
      this.#closed(code);
    };
    const ask = async (frames: ClientFrame[]): Promise<boolean> => {
      const answer = await post(`${this.#options.hookUrl}/poll`, { ...(id && { poll: id }), frames });
      const body = answer?.ok
        ? ((await answer.json()) as { poll: string; frames: ServerFrame[] })
        : undefined;
      if (!body) end(answer?.status === 403 ? 4403 : 1006);
      if (!body || over) return false;
      id = body.poll;
      for (const frame of body.frames) {
        if (frame.type === 'closed') end(frame.code);
        else this.#take(frame);
      }
      return !over;
    };
    this.#end = () => end(1006);
    this.#send = (frame) => {
      // one frame or many: what is said in the same moment goes in one request; it ends the one that waits
      if (waiting.push(frame) === 1)
        queueMicrotask(() => {
          const frames = waiting;
          waiting = [];
          void ask(frames);
        });
    };
    let frames: ClientFrame[] = [resume];
    while (await ask(frames)) frames = [];
  }
}
