import { closeSync, openSync, readSync, writeSync } from 'node:fs';

/**
 * What happened, as seen from outside the gateway: by the platform, by the merchants, and by whoever breaks things. `conversation`
 * and `number` name a message of the workload; each direction counts its own.
 */
export const steps = [
  /** The platform's call was answered with 2xx. */
  'in accepted',
  /** The merchant processed a `message.received`; `value` is its place in the conversation. */
  'in processed',
  /** The merchant's request was answered with 202; `id` is the message's. */
  'out accepted',
  /** The platform showed it to the consumer. */
  'out shown',
  /** The merchant processed a `delivery.updated` of the message `id`; the conversation is not known from it. */
  'out moved',
  /** The gateway was asked for the state of the message `id`, after everything had come to rest. */
  'out asked',
  /** A webhook id that this merchant had processed came again, and was passed over. */
  'repeated',
  /** Something was broken or mended; `value` is its place in the plan. */
  'fault',
] as const;
export type Step = (typeof steps)[number];

/** Delivery states as a history writes them: by their place here. */
export const states = [
  'accepted',
  'queued',
  'uncertain',
  'sent',
  'delivered',
  'read',
  'failed',
  'expired',
  'suppressed',
  'cancelled',
] as const;
export type State = (typeof states)[number];

export interface Entry {
  step: Step;
  /** Milliseconds since the run began. */
  atMs: number;
  conversation: number;
  number: number;
  /** A digest; 0 where there is none. */
  id: number;
  value: number;
  from?: State | undefined;
  to?: State | undefined;
  /** Whether a failure says why. */
  reason?: boolean | undefined;
}

const entryBytes = 32;
const pageEntries = 2048;
const none = 255;

/** A history in a file of fixed entries: a million messages are some 200 MB on disk and nothing in memory. */
export class HistoryFile {
  readonly path: string;
  readonly #file: number;
  readonly #page = Buffer.alloc(entryBytes * pageEntries);
  #used = 0;
  #written = 0;

  constructor(path: string) {
    this.path = path;
    this.#file = openSync(path, 'w+');
  }

  get length(): number {
    return this.#written + this.#used;
  }

  append({ step, atMs, conversation, number, id, value, from, to, reason }: Entry): void {
    const at = this.#used * entryBytes;
    this.#page.writeDoubleLE(id, at);
    this.#page.writeUInt32LE(atMs >>> 0, at + 8);
    this.#page.writeUInt32LE(conversation, at + 12);
    this.#page.writeUInt32LE(number, at + 16);
    this.#page.writeUInt32LE(value, at + 20);
    this.#page.writeUInt8(steps.indexOf(step), at + 24);
    this.#page.writeUInt8(from === undefined ? none : states.indexOf(from), at + 25);
    this.#page.writeUInt8(to === undefined ? none : states.indexOf(to), at + 26);
    this.#page.writeUInt8(reason ? 1 : 0, at + 27);
    if (++this.#used === pageEntries) this.#flush();
  }

  /** All entries, oldest first. */
  *entries(): Generator<Entry> {
    this.#flush();
    const page = Buffer.alloc(entryBytes * pageEntries);
    for (let position = 0; ;) {
      const bytes = readSync(this.#file, page, 0, page.length, position);
      if (bytes === 0) return;
      position += bytes;
      for (let at = 0; at < bytes; at += entryBytes) yield entryAt(page, at);
    }
  }

  close(): void {
    this.#flush();
    closeSync(this.#file);
  }

  #flush(): void {
    writeSync(this.#file, this.#page, 0, this.#used * entryBytes, this.#written * entryBytes);
    this.#written += this.#used;
    this.#used = 0;
  }
}

const entryAt = (page: Buffer, at: number): Entry => ({
  id: page.readDoubleLE(at),
  atMs: page.readUInt32LE(at + 8),
  conversation: page.readUInt32LE(at + 12),
  number: page.readUInt32LE(at + 16),
  value: page.readUInt32LE(at + 20),
  step: steps[page.readUInt8(at + 24)]!,
  from: states[page.readUInt8(at + 25)],
  to: states[page.readUInt8(at + 26)],
  reason: page.readUInt8(at + 27) === 1,
});

/** One entry as a line for people. */
export function lineOf({ step, atMs, conversation, number, id, value, from, to, reason }: Entry): string {
  const what =
    step === 'out moved' || step === 'out asked' ? `message ${id.toString(36)}` : `${conversation}/${number}`;
  const detail = {
    'in accepted': '',
    'in processed': ` at place ${value}`,
    'out accepted': ` as ${id.toString(36)}`,
    'out shown': '',
    'out moved': ` ${from} → ${to}${reason ? ', with a reason' : ''}`,
    'out asked': ` is ${to}${reason ? ', with a reason' : ''}`,
    repeated: '',
    fault: ` number ${value}`,
  }[step];
  return `${(atMs / 1000).toFixed(3).padStart(10)} s  ${step.padEnd(12)} ${what}${detail}`;
}
