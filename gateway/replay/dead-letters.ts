import { Refusal } from '../problems.ts';
import type { DeliveryRow, Repositories } from '../store/port.ts';
import { endpointOf } from '../webhooks/manage.ts';
import type { Store } from '../store/port.ts';
import { firstMessageId } from './dead-messages.ts';

export type DeadEvent = Awaited<ReturnType<Repositories['deadLetters']['events']>>[number];

export interface DeadEventFilter {
  /** Left out: of all merchants. */
  merchantId: string | undefined;
  endpointId?: string | undefined;
  type?: string | undefined;
  /** `status`, `timeout` …, or a status such as `503`. */
  reason?: string | undefined;
  sinceMs?: number | undefined;
}

export interface DeadMessageFilter {
  merchantId: string | undefined;
  accountId?: string | undefined;
  code?: string | undefined;
  sinceMs?: number | undefined;
}

/** A page, newest first. `next`: where the page after it begins; it may be there though nothing on this page fitted the filter. */
export interface DeadPage<T, C> {
  rows: T[];
  next: C | undefined;
}

/** Rows looked at for one page, whatever the filter leaves out. */
const maxLooked = 2000;
const atOnce = 200;
const maxEndpoints = 1000;

/** Events that endpoints were given up for. */
export async function deadEvents(
  store: Store,
  filter: DeadEventFilter,
  { before, limit }: { before: number; limit: number },
): Promise<DeadPage<DeadEvent, number>> {
  const endpointIds = await endpointsOf(store, filter);
  const fits = ({ delivery, event }: DeadEvent) =>
    (filter.type === undefined || event.type === filter.type) &&
    (filter.sinceMs === undefined || event.at >= filter.sinceMs) &&
    (filter.reason === undefined ||
      delivery.lastReason === filter.reason ||
      String(delivery.lastStatus) === filter.reason);
  return scan(fits, limit, before, {
    page: (place, count) => store.read.deadLetters.events({ endpointIds, before: place, limit: count }),
    placeOf: ({ delivery }) => delivery.id,
  });
}

/** Outbound messages that failed or expired. */
export async function deadMessages(
  store: Store,
  filter: DeadMessageFilter,
  { before, limit }: { before: string; limit: number },
): Promise<DeadPage<DeliveryRow, string>> {
  const first = filter.sinceMs === undefined ? '' : firstMessageId(filter.sinceMs);
  const fits = (row: DeliveryRow) =>
    row.messageId >= first &&
    (filter.accountId === undefined || row.accountId === filter.accountId) &&
    (filter.code === undefined || row.failure?.code === filter.code);
  const { merchantId } = filter;
  return scan(fits, limit, before, {
    page: (place, count) => store.read.deadLetters.messages({ merchantId, before: place, limit: count }),
    placeOf: ({ messageId }) => messageId,
  });
}

async function endpointsOf(
  store: Store,
  { merchantId, endpointId }: DeadEventFilter,
): Promise<string[] | undefined> {
  if (endpointId !== undefined) {
    if (merchantId !== undefined) await endpointOf({ store }, merchantId, endpointId);
    else if (!(await store.read.webhooks.endpoint(endpointId)))
      throw new Refusal('not_found', `There is no webhook endpoint ${endpointId}.`);
    return [endpointId];
  }
  if (merchantId === undefined) return undefined;
  return (await store.read.webhooks.endpointsOf(merchantId, '', maxEndpoints)).map(({ id }) => id);
}

/** Rows that fit, until a page is full or enough was looked at. */
async function scan<T, C>(
  fits: (row: T) => boolean,
  limit: number,
  before: C,
  ledger: { page: (before: C, limit: number) => Promise<T[]>; placeOf: (row: T) => C },
): Promise<DeadPage<T, C>> {
  const rows: T[] = [];
  for (let looked = 0; looked < maxLooked;) {
    const page = await ledger.page(before, atOnce);
    for (const row of page) {
      if (rows.length === limit) return { rows, next: before };
      before = ledger.placeOf(row);
      if (fits(row)) rows.push(row);
    }
    if (page.length < atOnce) return { rows, next: undefined };
    looked += page.length;
  }
  return { rows, next: before };
}
