import type { Log } from '../../connectors/contract/index.ts';
import {
  exchangesSchema,
  maxWireExchangesBytes,
  wireExchangesPerSecond,
} from '../../protocol/connector-wire/index.ts';
import type { AccountRegistry } from '../accounts/registry.ts';
import type { Clock } from '../clock.ts';
import type { ExchangeLog } from '../exchanges/log.ts';
import type { Store } from '../store/port.ts';
import { readWire } from './codec.ts';
import { exchangeFromWire } from './exchange.ts';

/** Whoever floods fills no log of ours either. */
const complainEveryMs = 60_000;

export interface ExchangeIntakeOptions {
  registry: Pick<AccountRegistry, 'get'>;
  store: Pick<Store, 'read'>;
  exchanges: Pick<ExchangeLog, 'told'>;
  clock: Pick<Clock, 'now'>;
  log: Log;
}

/** Takes in what connectors say that they said to their platforms. Nothing of it is answered: it is a log. */
export class ExchangeIntake {
  readonly #o: ExchangeIntakeOptions;
  /** Messages of each connector in the second that runs. */
  readonly #taken = new Map<string, { second: number; count: number }>();
  readonly #complained = new Map<string, number>();

  constructor(options: ExchangeIntakeOptions) {
    this.#o = options;
  }

  /** Of accounts of the connector alone. What is too much or cannot be read is left out. */
  async take(name: string, payload: string): Promise<undefined> {
    const { registry, exchanges, clock } = this.#o;
    if (!this.#mayTake(name)) return this.#complain(name, 'remote.exchanges_skipped');
    if (payload.length > maxWireExchangesBytes || Buffer.byteLength(payload) > maxWireExchangesBytes)
      return this.#complain(name, 'remote.exchanges_unreadable', { bytes: payload.length });
    const read = readWire(payload, exchangesSchema);
    if (!read.ok) {
      const pointers = read.errors?.map(({ pointer }) => pointer);
      return this.#complain(name, 'remote.exchanges_unreadable', { pointers });
    }
    for (const wire of read.value.exchanges) {
      const live = registry.get(wire.account_id);
      if (live?.row.connector !== name) continue;
      const messageId = await this.#messageOf(wire.account_id, wire.message_id);
      const of = { account: live.account, purpose: wire.purpose, messageId };
      exchanges.told(exchangeFromWire(wire, clock.now()), of);
    }
    return undefined;
  }

  /** The message, where it is one of the account: nobody writes into the trace of another. */
  async #messageOf(accountId: string, messageId: string | undefined): Promise<string | undefined> {
    if (messageId === undefined) return undefined;
    const message = await this.#o.store.read.messages.byId(messageId);
    return message?.accountId === accountId ? messageId : undefined;
  }

  #mayTake(name: string): boolean {
    const second = Math.floor(this.#o.clock.now() / 1000);
    let taken = this.#taken.get(name);
    if (taken?.second !== second) this.#taken.set(name, (taken = { second, count: 0 }));
    return ++taken.count <= wireExchangesPerSecond;
  }

  #complain(connector: string, event: string, fields: Record<string, unknown> = {}): undefined {
    const { clock, log } = this.#o;
    const key = `${connector} ${event}`;
    if (clock.now() - (this.#complained.get(key) ?? -Infinity) < complainEveryMs) return undefined;
    this.#complained.set(key, clock.now());
    log.warn(event, { connector, ...fields });
    return undefined;
  }
}
