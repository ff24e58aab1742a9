import type { Context, Log } from '../../../connectors/contract/index.ts';
import { exchangeRecord, hasFailed, withEndedCalls } from '../../../connectors/kit/exchange-record.ts';
import type { EndedCall } from '../../../connectors/kit/exchange-record.ts';
import { createRedaction } from '../../../connectors/kit/redaction.ts';
import { maxWireExchanges, maxWireExchangesBytes } from '../../../protocol/connector-wire/index.ts';
import type { WireExchange } from '../../../protocol/connector-wire/index.ts';
import type { CallOf } from '../../exchanges/record.ts';
import type { Recorder } from '../../exchanges/recording.ts';
import { exchangeToWire } from '../exchange.ts';
import type { Link } from './link.ts';

const tellEveryMs = 500;
/** What waits to be told: beyond it there are samples, of failures more. */
const maxPending = { sound: 100, all: 200 };
/** At once, below what the gateway reads of a connector in a second where two instances tell all they may. */
const maxMessages = 5;
/** Around the exchanges of a message. */
const envelopeBytes = 64;

interface Pending {
  call: EndedCall;
  of: CallOf;
}

/**
 * The exchange log where the ledger is elsewhere: what the connector says to its platform is redacted here and told to the gateway in
 * batches. A call waits for nothing of it; what cannot be told is lost.
 */
export class Exchanges implements Recorder {
  readonly #o: { link: Pick<Link, 'exchanges'>; now: () => number; log: Log };
  #pending: Pending[] = [];
  #skipped = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: { link: Pick<Link, 'exchanges'>; now: () => number; log: Log }) {
    this.#o = options;
  }

  start(): void {
    this.#timer = setInterval(() => this.flush(), tellEveryMs).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.flush();
  }

  context<C extends Context>(context: C, of: CallOf): C {
    const http = withEndedCalls(context.http, {
      now: this.#o.now,
      onEnded: (call) => this.#take({ call, of }),
    });
    return { ...context, http };
  }

  /** Tells what waits. */
  flush(): void {
    const pending = this.#pending;
    this.#pending = [];
    const batches = batchesOf(
      pending.map(({ call, of }) =>
        exchangeToWire(exchangeRecord(call, createRedaction(of.account.credentials)), of),
      ),
    );
    for (const batch of batches.slice(0, maxMessages)) this.#o.link.exchanges(batch);
    for (const batch of batches.slice(maxMessages)) this.#skipped += batch.length;
    if (this.#skipped > 0) this.#o.log.warn('exchanges.skipped', { skipped: this.#skipped });
    this.#skipped = 0;
  }

  #take(pending: Pending): void {
    const { length } = this.#pending;
    const max = hasFailed(pending.call.result) ? maxPending.all : maxPending.sound;
    if (length >= max) this.#skipped++;
    else this.#pending.push(pending);
  }
}

/** In messages that the gateway reads. */
function batchesOf(exchanges: readonly WireExchange[]): WireExchange[][] {
  const batches: WireExchange[][] = [];
  let left = 0;
  for (const exchange of exchanges) {
    const bytes = Buffer.byteLength(JSON.stringify(exchange)) + 1;
    const last = batches.at(-1);
    if (last && last.length < maxWireExchanges && bytes <= left) last.push(exchange);
    else {
      batches.push([exchange]);
      left = maxWireExchangesBytes - envelopeBytes;
    }
    left -= bytes;
  }
  return batches;
}
