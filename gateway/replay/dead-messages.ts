import { makeId } from '../../protocol/ids.ts';
import type { DeliveryRow, ReplayRow, Repositories } from '../store/port.ts';

export type MessageScope = Extract<ReplayRow['scope'], { of: 'messages' }>;

/** A piece of a replay of dead messages. `cursor`: everything up to here was looked at. */
export interface DeadMessages {
  deliveries: DeliveryRow[];
  cursor: string;
  more: boolean;
}

const atOnce = 50;

/** The id that sorts before every message made at that time. */
export const firstMessageId = (atMs: number): string =>
  makeId('message', { nowMs: Math.max(0, atMs), random: new Uint8Array(10) });

/** The next dead messages of a scope, in the order in which they were accepted. */
export async function nextDeadMessages(
  { deadLetters }: Repositories,
  merchantId: string,
  scope: MessageScope,
  after: string,
): Promise<DeadMessages> {
  const ids = scope.ids?.filter((id) => id > after).slice(0, atOnce);
  const from = scope.sinceMs === undefined ? '' : firstMessageId(scope.sinceMs);
  const rows = ids
    ? await deadLetters.messagesByIds(merchantId, ids)
    : await deadLetters.messagesAfter({ merchantId, from, after, upTo: scope.upTo, limit: atOnce });
  return {
    deliveries: rows.filter(({ failure }) => !scope.codes || scope.codes.includes(failure?.code ?? '')),
    cursor: (ids ? ids.at(-1) : rows.at(-1)?.messageId) ?? after,
    more: (ids ?? rows).length === atOnce,
  };
}

/** How many there are, looked at page by page so that nobody waits for it. */
export async function countDeadMessages(
  read: Repositories,
  merchantId: string,
  scope: MessageScope,
  goesOn: () => boolean,
): Promise<number> {
  let total = 0;
  for (let after = ''; goesOn();) {
    const page = await nextDeadMessages(read, merchantId, scope, after);
    total += page.deliveries.length;
    if (!page.more) break;
    after = page.cursor;
    await new Promise((resolve) => setImmediate(resolve));
  }
  return total;
}
