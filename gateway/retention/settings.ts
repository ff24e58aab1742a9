import type { Clock } from '../clock.ts';
import { Refusal } from '../problems.ts';
import type { Repositories, RetentionRow, Store } from '../store/port.ts';

/** How many days things are kept; null: for good. */
export interface RetentionDays {
  content: number | null;
  events: number | null;
  media: number | null;
}

/**
 * A thread is the merchant's record: it stays until an operator says otherwise. Events are a log to catch up from, as others keep
 * theirs: three months.
 */
export const defaultDays: RetentionDays = { content: null, events: 90, media: null };

const daysOf = (row: RetentionRow | undefined): RetentionDays =>
  row ? { content: row.contentDays, events: row.eventDays, media: row.mediaDays } : defaultDays;

export const retentionOf = async (
  read: Pick<Repositories, 'retention'>,
  merchantId: string,
): Promise<RetentionDays> => daysOf(await read.retention.byMerchant(merchantId));

/** Changes how long a merchant's things are kept; what is left out stays as it is. */
export async function changeRetention(
  { store, clock }: { store: Store; clock: Clock },
  merchantId: string,
  change: { [K in keyof RetentionDays]?: RetentionDays[K] | undefined },
): Promise<RetentionDays> {
  return store.write(async (tx) => {
    if (!(await tx.merchants.byId(merchantId)))
      throw new Refusal('not_found', `There is no merchant ${merchantId}.`);
    const before = daysOf(await tx.retention.byMerchant(merchantId));
    const pick = (name: keyof RetentionDays) => (change[name] === undefined ? before[name] : change[name]);
    const after = { content: pick('content'), events: pick('events'), media: pick('media') };
    await tx.retention.put({
      merchantId,
      contentDays: after.content,
      eventDays: after.events,
      mediaDays: after.media,
    });
    await tx.trace.insertAudit({
      at: clock.now(),
      actor: 'operator',
      action: 'merchant.retention_changed',
      subject: merchantId,
    });
    return after;
  });
}
