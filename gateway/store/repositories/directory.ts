import { and, asc, eq, gt, or, sql } from 'drizzle-orm';
import type { AddressRow, ConsumerRow } from '../rows.ts';
import { addresses, consumers } from '../schema.ts';
import type { Db } from '../db.ts';
import { inserter, key, updater } from './prepared.ts';
import { finder } from './statement.ts';

export const directoryRepository = (db: Db) => {
  const addressesOf = finder(
    db,
    addresses,
    db
      .select()
      .from(addresses)
      .where(eq(addresses.consumerId, sql.placeholder('consumerId')))
      .orderBy(asc(addresses.createdAt), asc(addresses.address)),
  );
  const byAddress = finder(
    db,
    addresses,
    db
      .select()
      .from(addresses)
      .where(
        and(
          eq(addresses.merchantId, sql.placeholder('merchantId')),
          eq(addresses.address, sql.placeholder('address')),
        ),
      ),
  );
  const consumer = finder(
    db,
    consumers,
    db
      .select()
      .from(consumers)
      .where(eq(consumers.id, sql.placeholder('id'))),
  );
  const insertConsumer = inserter(db, consumers);
  const insertAddress = inserter(db, addresses);
  const updateAddress = updater(
    db,
    addresses,
    and(eq(addresses.merchantId, key('merchantId')), eq(addresses.address, key('address'))),
  );
  return {
    insertConsumer: async (
      row: Omit<ConsumerRow, 'preferredChannel'> & Partial<ConsumerRow>,
    ): Promise<void> => insertConsumer(row),
    consumer: async (id: string): Promise<ConsumerRow | undefined> => consumer.get({ id }),
    consumersOf: async (merchantId: string, after: string, limit: number): Promise<ConsumerRow[]> =>
      db
        .select()
        .from(consumers)
        .where(
          and(
            eq(consumers.merchantId, merchantId),
            gt(consumers.id, after),
            sql`${consumers.mergedInto} is null`,
          ),
        )
        .orderBy(asc(consumers.id))
        .limit(limit)
        .all(),
    updateConsumer: async (
      id: string,
      change: Partial<Pick<ConsumerRow, 'name' | 'language' | 'preferredChannel'>>,
    ): Promise<void> => void db.update(consumers).set(change).where(eq(consumers.id, id)).run(),

    /** One consumer is another from now on, and so is whoever was the first before. */
    mergeConsumer: async (fromConsumerId: string, intoConsumerId: string): Promise<void> =>
      void db
        .update(consumers)
        .set({ mergedInto: intoConsumerId })
        .where(or(eq(consumers.id, fromConsumerId), eq(consumers.mergedInto, fromConsumerId)))
        .run(),

    address: async (merchantId: string, address: string): Promise<AddressRow | undefined> =>
      byAddress.get({ merchantId, address }),
    insertAddress: async (
      row: Omit<AddressRow, 'optedOutBy' | 'promotionsRefused'> & Partial<AddressRow>,
    ): Promise<void> => insertAddress(row),
    addressesOf: async (consumerId: string): Promise<AddressRow[]> => addressesOf.all({ consumerId }),
    updateAddress: async (
      merchantId: string,
      address: string,
      change: Partial<
        Pick<AddressRow, 'accountId' | 'optedOutAt' | 'optedOutBy' | 'promotionsRefused' | 'lastInboundAt'>
      >,
    ): Promise<void> => void updateAddress(change, { merchantId, address }),
    moveAddresses: async (fromConsumerId: string, toConsumerId: string): Promise<void> =>
      void db
        .update(addresses)
        .set({ consumerId: toConsumerId })
        .where(eq(addresses.consumerId, fromConsumerId))
        .run(),
  };
};
