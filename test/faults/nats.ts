import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { natsGreeting } from '../../gateway/bus/embedded/greeting.ts';
import { findNatsServer } from '../../gateway/bus/embedded/find.ts';
import { runGuarded } from '../../gateway/bus/embedded/watchdog.ts';
import type { Guarded } from '../../gateway/bus/embedded/watchdog.ts';
import { freePort, until } from '../gateway/ports.ts';

/** A nats-server apart from the gateway: it can be killed, paused, wiped and rolled back while the gateway goes on. */
export class NatsApart {
  readonly port: number;
  readonly #program: string;
  readonly #folder: string;
  #run: Guarded | undefined;
  #hasCopy = false;

  private constructor(program: string, folder: string, port: number) {
    this.#program = program;
    this.#folder = folder;
    this.port = port;
  }

  static async start(folder: string): Promise<NatsApart> {
    const programFolders = (process.env['PATH'] ?? '').split(':').concat('/usr/sbin');
    const found = await findNatsServer({ programFolders, install: false });
    if (!found.ok) throw new Error('no nats-server: run npm test once, which installs it');
    const nats = new NatsApart(found.program.path, folder, await freePort());
    await nats.start();
    return nats;
  }

  get pid(): number {
    return this.#run?.pid ?? -1;
  }

  async start(): Promise<void> {
    await mkdir(this.#store, { recursive: true });
    const place = { host: '127.0.0.1', port: this.port };
    this.#run = await runGuarded(
      [this.#program, '-a', place.host, '-p', String(place.port), '-js', '-sd', this.#store],
      { onLine: () => undefined },
    );
    await until('nats-server', () => natsGreeting(place, 500), 20_000);
  }

  /** Ends it as a crash does; resolves when it is gone. */
  async kill(): Promise<void> {
    const run = this.#run;
    if (!run) return;
    this.#run = undefined;
    process.kill(run.pid, 'SIGKILL');
    await run.exited;
  }

  /** While it is down: its JetStream store is empty. */
  async wipe(): Promise<void> {
    await rm(this.#store, { recursive: true, force: true });
  }

  /** While it is down: keeps a copy of the store. */
  async copy(): Promise<void> {
    await rm(this.#copy, { recursive: true, force: true });
    await cp(this.#store, this.#copy, { recursive: true });
    this.#hasCopy = true;
  }

  /** While it is down: the store is as the copy was; without one, empty. */
  async rollBack(): Promise<void> {
    await this.wipe();
    if (this.#hasCopy) await cp(this.#copy, this.#store, { recursive: true });
  }

  get #store(): string {
    return join(this.#folder, 'store');
  }

  get #copy(): string {
    return join(this.#folder, 'earlier');
  }
}
