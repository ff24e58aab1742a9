import { failure } from '../../protocol/failures.ts';
import type { DeliveryRow, Tx } from '../store/port.ts';
import type { Gate } from './gates.ts';
import type { DispatchOptions } from './options.ts';
import { end } from './outcomes.ts';

const atOnce = 500;
const holdsAtOnce = 100;

type Cursor = Parameters<DispatchOptions['store']['read']['deliveries']['dueOf']>[0]['after'];

/** What time does to deliveries, whatever their accounts can take: it ends them, it gives them their place, it makes them wait. */
export class Upkeep {
  readonly #o: DispatchOptions;
  /** How far a hold has been said, for each class of each account that is held. */
  readonly #said = new Map<string, Cursor>();

  constructor(options: DispatchOptions) {
    this.#o = options;
  }

  /** Ends those whose time is over, and those whose outcome nobody will know any more. */
  async endOld(): Promise<void> {
    const { store, clock } = this.#o;
    const { deliveries } = store.read;
    const now = clock.now();
    await this.#each(await deliveries.expired(now, atOnce), async (tx, { messageId }) => {
      const current = await tx.deliveries.byMessage(messageId);
      if (current?.state === 'queued' && !current.inFlight)
        await end(tx, this.#o, current, failure('expired'));
    });
    await this.#each(await deliveries.uncertainDue(now, atOnce), (tx, delivery) =>
      end(tx, this.#o, delivery, failure('outcome_unknown')),
    );
  }

  /** Gives those whose hour has come the last place in their conversation; gives these conversations. */
  async takePlaces(): Promise<string[]> {
    const { store, clock } = this.#o;
    const due = await store.read.deliveries.scheduledDue(clock.now(), atOnce);
    await this.#each(due, async (tx, { messageId }) => {
      const current = await tx.deliveries.byMessage(messageId);
      if (current?.state !== 'queued' || !current.scheduled) return;
      const conversation = await tx.conversations.byId(current.conversationId);
      const sequence = (conversation?.lastSequence ?? current.sequence) + 1;
      await tx.deliveries.takePlace(messageId, sequence);
      await tx.messages.takePlace(messageId, sequence);
      await tx.conversations.update(current.conversationId, { lastSequence: sequence });
    });
    return [...new Set(due.map(({ conversationId }) => conversationId))];
  }

  /** Says once, in the trace of what waits at an account, why nothing goes out there. A few at each look. */
  async sayHold(accountId: string, { why, untilMs }: NonNullable<ReturnType<Gate['hold']>>): Promise<void> {
    const { store, clock } = this.#o;
    const now = clock.now();
    for (const bulk of [false, true]) {
      const key = `${accountId} ${bulk}`;
      const after = this.#said.get(key) ?? { at: -1, messageId: '' };
      const rows = await store.read.deliveries.dueOf({ accountId, bulk, now, after, limit: holdsAtOnce });
      const last = rows.at(-1);
      if (!last) continue;
      this.#said.set(key, { at: last.nextAttemptAt, messageId: last.messageId });
      await this.#each(
        rows.filter(({ hold }) => hold === null),
        async (tx, { messageId }) => {
          const current = await tx.deliveries.byMessage(messageId);
          if (current?.state !== 'queued' || current.inFlight || current.hold) return;
          // a breaker may close before its time; what is throttled has no reason to be looked at before
          const nextAttemptAt = why === 'throttled' ? untilMs : current.nextAttemptAt;
          await tx.deliveries.update(messageId, { hold: why, nextAttemptAt });
          const detail = { until: new Date(untilMs).toISOString() };
          await tx.trace.insert({ messageId, at: now, step: why, detail });
        },
      );
    }
  }

  /** The account takes something again. */
  forgetHold(accountId: string): void {
    for (const bulk of [false, true]) this.#said.delete(`${accountId} ${bulk}`);
  }

  async #each(rows: DeliveryRow[], unit: (tx: Tx, row: DeliveryRow) => Promise<void>): Promise<void> {
    await Promise.all(rows.map((row) => this.#o.store.write((tx) => unit(tx, row))));
  }
}
