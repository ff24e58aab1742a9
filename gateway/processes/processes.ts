import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Log } from '../../connectors/contract/index.ts';
import type { NatsLogin } from '../bus/calls.ts';
import type { Broken, FromWork, ToWork } from './messages.ts';
import type { Role } from './roles.ts';

const program = fileURLToPath(new URL('child.ts', import.meta.url));
const stopWithinMs = 7000;
const metricsWithinMs = 1000;
const firstPauseMs = 250;
const maxPauseMs = 10_000;
/** After this long a process that ends is no failed start, and is begun again at once. */
const soundAfterMs = 5000;

export interface ProcessesOptions {
  roles: readonly (readonly Role[])[];
  login: NatsLogin;
  publicUrl: () => string;
  log: Log;
  onMessage(message: Extract<FromWork, { type: 'ended' | 'endpoint' }>): void;
}

/** A process at work, as the gateway that started it sees it. */
interface Member {
  roles: readonly Role[];
  child: ChildProcess | undefined;
  broken: Broken[];
  pauseMs: number;
  /** Of who waits for its metrics. */
  waiting: ((of: unknown) => void)[];
}

/**
 * The processes beside this one: started, told what changed, started again when they end. What they work on is in the ledger, so
 * nothing is lost with one: the next goes on where it was.
 */
export class Processes {
  readonly #o: ProcessesOptions;
  readonly #members: Member[];
  #started = false;
  #stopping = false;

  constructor(options: ProcessesOptions) {
    this.#o = options;
    this.#members = options.roles.map((roles) => ({
      roles,
      child: undefined,
      broken: [],
      pauseMs: firstPauseMs,
      waiting: [],
    }));
  }

  /** Resolves when all are at work; rejects if one cannot begin. */
  async start(): Promise<void> {
    await Promise.all(this.#members.map((member) => this.#begin(member)));
    this.#started = true;
  }

  /** Whether all have begun once. One that ended since is begun again, and what it works on waits in the ledger. */
  get started(): boolean {
    return this.#started;
  }

  has(role: Role): boolean {
    return this.#members.some(({ roles }) => roles.includes(role));
  }

  /** Breakers over there that are not closed. */
  get broken(): Broken[] {
    return this.#members.flatMap(({ broken }) => broken);
  }

  tell(message: ToWork): void {
    for (const { child } of this.#members) if (child?.connected) child.send(message);
  }

  /** What each counts now; without those that don't say in time. */
  async metrics(): Promise<object[]> {
    const answers = this.#members.map(
      (member) =>
        new Promise<unknown>((resolve) => {
          if (!member.child?.connected) return resolve(undefined);
          member.waiting.push(resolve);
          setTimeout(resolve, metricsWithinMs, undefined).unref();
          member.child.send({ type: 'metrics' } satisfies ToWork);
        }),
    );
    return (await Promise.all(answers)).filter((one) => typeof one === 'object' && one !== null);
  }

  /** Lets them finish what is in hand. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all(this.#members.map(({ child }) => child && ended(child)));
  }

  #begin(member: Member): Promise<void> {
    const { login, log } = this.#o;
    const startedMs = performance.now();
    const child = fork(program, { serialization: 'advanced', stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    member.child = child;
    return new Promise((resolve, reject) => {
      child.on('message', (message: FromWork) => {
        if (message.type === 'begun') resolve();
        else if (message.type === 'failed') reject(new Error(message.problem));
        else this.#take(member, message);
      });
      const gone = (fields: Record<string, unknown>) => {
        if (member.child !== child) return;
        member.child = undefined;
        member.broken = [];
        for (const answer of member.waiting.splice(0)) answer(undefined);
        reject(new Error(`the process for ${member.roles.join(', ')} ended while it began`));
        if (this.#stopping) return;
        log.error('process.ended', { roles: member.roles, ...fields });
        this.#again(member, performance.now() - startedMs > soundAfterMs);
      };
      child.once('exit', (code, signal) => gone({ code, signal }));
      // one that could not be started has no exit; one that no longer listens has
      child.on('error', (error) => {
        if (child.pid === undefined) gone({ error });
      });
      child.send({
        type: 'begin',
        roles: member.roles,
        login,
        publicUrl: this.#o.publicUrl(),
      } satisfies ToWork);
    });
  }

  #again(member: Member, sound: boolean): void {
    member.pauseMs = sound ? firstPauseMs : Math.min(member.pauseMs * 2, maxPauseMs);
    setTimeout(() => {
      // its failure ends it, and that begins it again
      if (!this.#stopping) this.#begin(member).catch(() => {});
    }, member.pauseMs);
  }

  #take(member: Member, message: FromWork): void {
    if (message.type === 'breakers') member.broken = message.broken;
    else if (message.type === 'metrics') for (const answer of member.waiting.splice(0)) answer(message.of);
    else if (message.type === 'ended' || message.type === 'endpoint') this.#o.onMessage(message);
  }
}

async function ended(child: ChildProcess): Promise<void> {
  const exit = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  if (child.connected) child.send({ type: 'stop' } satisfies ToWork);
  const late = setTimeout(() => child.kill('SIGKILL'), stopWithinMs);
  await exit;
  clearTimeout(late);
}
