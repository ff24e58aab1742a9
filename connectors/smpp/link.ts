import type { Socket } from 'node:net';
import { commands, createFraming, encodePdu, isResponse, responseTo } from './wire.ts';
import type { Pdu } from './wire.ts';
import { invalidCommandId, invalidCommandLength, ok } from './status.ts';

/** How a request of ours ended. `unsent`: it is certain that nothing of it went out. */
export type Answer =
  | { type: 'answered'; status: number; body: Buffer }
  | { type: 'unanswered'; reason: 'timeout' | 'closed' }
  | { type: 'unsent' };

export interface LinkOptions {
  responseMs: number;
  /** A message of the SMSC's. Its response is `link.respond`. */
  onMessage(pdu: Pdu, link: Link): void;
  /** `outcome` of everything else, for the log: a PDU that is not understood. */
  onOdd(what: string): void;
}

interface Waiting {
  mark: number;
  settle(answer: Answer): void;
  /** The answer is here, or the link is gone: also when `settle` was called for a time-out before. */
  over(): void;
  timer: NodeJS.Timeout;
}

/**
 * One TCP connection: PDUs cut out of it, requests matched with their answers by sequence number. A class because it has a life cycle;
 * what it carries is of no concern to it.
 */
export class Link {
  readonly closed: Promise<string>;
  private ended: string | undefined;
  private announce!: (reason: string) => void;
  private sequence = 0;
  private written = 0;
  private proven = 0;
  private readonly waiting = new Map<number, Waiting>();
  private readonly socket: Socket;
  private readonly options: LinkOptions;

  constructor(socket: Socket, options: LinkOptions) {
    this.socket = socket;
    this.options = options;
    this.closed = new Promise((resolve) => (this.announce = resolve));
    const framing = createFraming();
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => {
      const pdus = framing.push(chunk);
      if (pdus) for (const pdu of pdus) this.receive(pdu);
      else this.breakOff();
    });
    socket.on('error', () => this.end('connection_error'));
    socket.on('close', () => this.end('connection_closed'));
  }

  get alive(): boolean {
    return this.ended === undefined;
  }

  /** How many PDUs were written: a mark for `isProven`. */
  get mark(): number {
    return this.written;
  }

  /** Whether the SMSC has read everything up to a mark: it answered a request that was written after it. */
  isProven(mark: number): boolean {
    return this.proven > mark;
  }

  /** Sends a request. `over` is called once when its answer is here or can no longer come. */
  request(commandId: number, body: Buffer, over: () => void = () => {}): Promise<Answer> {
    if (!this.alive) {
      over();
      return Promise.resolve({ type: 'unsent' });
    }
    const sequence = (this.sequence = (this.sequence % 0x7fff_ffff) + 1);
    return new Promise((settle) => {
      const timer = setTimeout(
        () => settle({ type: 'unanswered', reason: 'timeout' }),
        this.options.responseMs,
      );
      this.write({ commandId, status: 0, sequence, body });
      this.waiting.set(sequence, { mark: this.written, settle, over, timer });
    });
  }

  respond({ commandId, sequence }: Pdu, status: number, body: Buffer = Buffer.alloc(0)): void {
    if (this.alive) this.write({ commandId: responseTo(commandId), status, sequence, body });
  }

  /** Cuts the connection; everything unanswered ends so. */
  end(reason: string): void {
    if (this.ended !== undefined) return;
    this.ended = reason;
    this.socket.destroy();
    for (const { settle, over, timer } of this.waiting.values()) {
      clearTimeout(timer);
      settle({ type: 'unanswered', reason: 'closed' });
      over();
    }
    this.waiting.clear();
    this.announce(reason);
  }

  private write(pdu: Pdu): void {
    this.written++;
    this.socket.write(encodePdu(pdu));
  }

  private receive(pdu: Pdu): void {
    if (!this.alive) return;
    if (isResponse(pdu.commandId)) return this.answered(pdu);
    switch (pdu.commandId) {
      case commands.enquireLink:
        return this.respond(pdu, ok);
      case commands.unbind:
        this.respond(pdu, ok);
        this.socket.end();
        return this.endSoon('unbound_by_smsc');
      case commands.deliverSm:
      case commands.dataSm:
        return this.options.onMessage(pdu, this);
      case commands.alertNotification:
        return;
      default:
        this.options.onOdd('unknown_command');
        this.write({
          commandId: commands.genericNack,
          status: invalidCommandId,
          sequence: pdu.sequence,
          body: Buffer.alloc(0),
        });
    }
  }

  private answered({ sequence, status, body, commandId }: Pdu): void {
    const waiting = this.waiting.get(sequence);
    if (!waiting)
      return this.options.onOdd(commandId === commands.genericNack ? 'generic_nack' : 'answer_to_nothing');
    this.waiting.delete(sequence);
    clearTimeout(waiting.timer);
    this.proven = Math.max(this.proven, waiting.mark);
    // a generic_nack with status 0 would be a contradiction
    waiting.settle({
      type: 'answered',
      status: commandId === commands.genericNack && status === 0 ? invalidCommandId : status,
      body,
    });
    waiting.over();
  }

  /** The stream of PDUs cannot be found again after a length that makes no sense (specification v3.4, 3.2 and 4.3). */
  private breakOff(): void {
    this.options.onOdd('invalid_length');
    if (this.alive)
      this.write({
        commandId: commands.genericNack,
        status: invalidCommandLength,
        sequence: 0,
        body: Buffer.alloc(0),
      });
    this.endSoon('invalid_length');
  }

  /** Lets what was written go out first. */
  private endSoon(reason: string): void {
    setImmediate(() => this.end(reason));
  }
}
