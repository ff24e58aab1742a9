import { heartbeatMs } from '../../protocol/connector-wire/index.ts';
import type { Clock } from '../clock.ts';

const goneAfterMs = 3 * heartbeatMs;

interface Connector {
  /** Living instances in the order in which they came; the first is the active one. */
  instances: Map<string, number>;
  lastSeenMs: number;
  /** How many instances have come so far. */
  arrivals: number;
}

/** What changed by a sign of life, or by its absence. */
export interface Change {
  connector: string;
  /** It was away before, or is now. */
  up?: boolean;
  /** The instance that keeps polls and held connections from now on. */
  active?: string;
}

/** Which instances of which connectors are alive, by their own word. In memory: after a restart they say so again at once. */
export class Presence {
  readonly #clock: Clock;
  readonly #connectors = new Map<string, Connector>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  seen(name: string, instance: string): Change {
    const now = this.#clock.now();
    const connector = this.#connectors.get(name) ?? {
      instances: new Map<string, number>(),
      lastSeenMs: now,
      arrivals: 0,
    };
    this.#connectors.set(name, connector);
    const before = this.#activeOf(connector);
    if (!connector.instances.has(instance)) connector.arrivals++;
    connector.instances.set(instance, now);
    connector.lastSeenMs = now;
    return this.#change(name, connector, before);
  }

  left(name: string, instance: string): Change {
    const connector = this.#connectors.get(name);
    if (!connector) return { connector: name };
    const before = this.#activeOf(connector);
    connector.instances.delete(instance);
    return this.#change(name, connector, before);
  }

  /** Takes out those that were silent for too long. */
  sweep(): Change[] {
    const since = this.#clock.now() - goneAfterMs;
    return [...this.#connectors].flatMap(([name, connector]) => {
      const before = this.#activeOf(connector);
      for (const [instance, at] of connector.instances) if (at < since) connector.instances.delete(instance);
      const change = this.#change(name, connector, before);
      return change.up === undefined && change.active === undefined ? [] : [change];
    });
  }

  up(name: string): boolean {
    return (this.#connectors.get(name)?.instances.size ?? 0) > 0;
  }

  instances(name: string): number {
    return this.#connectors.get(name)?.instances.size ?? 0;
  }

  /** Grows with each instance that comes: what an earlier one said of itself may be otherwise now. */
  arrivals(name: string): number {
    return this.#connectors.get(name)?.arrivals ?? 0;
  }

  lastSeenMs(name: string): number | undefined {
    return this.#connectors.get(name)?.lastSeenMs;
  }

  active(name: string): string | undefined {
    const connector = this.#connectors.get(name);
    return connector && this.#activeOf(connector);
  }

  #activeOf({ instances }: Connector): string | undefined {
    return instances.keys().next().value;
  }

  #change(name: string, connector: Connector, before: string | undefined): Change {
    const after = this.#activeOf(connector);
    return {
      connector: name,
      ...((before === undefined) === (after === undefined) ? {} : { up: after !== undefined }),
      ...(after !== undefined && after !== before ? { active: after } : {}),
    };
  }
}
