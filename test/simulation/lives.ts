import { inspect } from 'node:util';
import type { Life } from './gateway.ts';
import { begin } from './life.ts';
import type { Surroundings } from './life.ts';
import type { Ending } from './mortal.ts';
import type { VirtualTime } from './virtual-time.ts';

interface LivesOptions {
  time: VirtualTime;
  random: () => number;
  say(said: string): void;
  /** What the next life finds. */
  surroundings(): Omit<Surroundings, 'log'>;
}

/** The gateway as the world knows it: one life after the other. */
export class Lives {
  readonly #o: LivesOptions;
  #life: Life | undefined;
  /** Rejects whatever was asked of the life that ended. */
  #onCrash = new AbortController();
  kills = 0;
  /** How often each event was logged. */
  readonly logged = new Map<string, number>();

  constructor(options: LivesOptions) {
    this.#o = options;
  }

  async begin(): Promise<void> {
    this.#onCrash = new AbortController();
    const say = (event: string, fields: Record<string, unknown> = {}) => {
      this.logged.set(event, (this.logged.get(event) ?? 0) + 1);
      this.#o.say(`${event} ${fields['error'] === undefined ? '' : inspect(fields['error'])}`);
    };
    this.#life = await begin({ ...this.#o.surroundings(), log: { info: say, warn: say, error: say } });
  }

  crash(): void {
    this.#life?.crash();
    this.#life = undefined;
    this.#onCrash.abort();
  }

  /** Crashes now, or at one of the next commits if there are any soon, and begins anew after a while. */
  async restart(at?: Omit<Ending, 'onEnd'>): Promise<void> {
    const { time, random, say } = this.#o;
    this.kills++;
    if (at) await this.#endAt(at);
    say(`the gateway crashes${at ? ` ${at.when} a commit` : ''}`);
    this.crash();
    await time.pause(random() < 0.3 ? 0 : random() * 500);
    await this.begin();
    say('the gateway works again');
  }

  failWrites(count: number): void {
    this.#life?.failWrites(count);
  }

  /** Asks the life of now, again and again until one of them answers. */
  readonly untilTaken = async <T>(ask: (life: Life) => Promise<T>): Promise<T> => {
    const { time, random } = this.#o;
    for (;;) {
      const life = this.#life;
      if (life) {
        const crashed = new Promise<never>((_, reject) =>
          this.#onCrash.signal.addEventListener('abort', () => reject(new Error('the connection broke')), {
            once: true,
          }),
        );
        try {
          return await Promise.race([ask(life), crashed]);
        } catch {
          // refused, overloaded or gone: what is not accepted is asked again
        }
      }
      await time.pause(20 + random() * 200);
    }
  };

  #endAt(at: Omit<Ending, 'onEnd'>): Promise<void> {
    return new Promise((resolve) => {
      this.#life?.endAt({ ...at, onEnd: resolve });
      void this.#o.time.pause(2000).then(resolve);
    });
  }
}
