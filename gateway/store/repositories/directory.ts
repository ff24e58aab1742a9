import { and, asc, eq, gt, or, sql } from 'drizzle-orm';
import type { AddressRow, ConsumerRow } from '../rows.ts';
import { addresses, consumers } from '../schema.ts';
import type { Db } from '../db.ts';

export const directoryRepository = (db: Db) => {
  const byAddress = db
    .select()
    .from(addresses)
    .where(and(eq(addresses.merchantId, sql.placeholder('merchantId')), eq(addresses.address, sql.placeholder('address'))))
    .prepare();
  return {
    insertConsumer: async (row: ConsumerRow): Promise<void> => void db.insert(consumers).values(row).run(),
    consumer: async (id: string): Promise<ConsumerRow | undefined> => db.select().from(consumers).where(eq(consumers.id, id)).get(),
    consumersOf: async (merchantId: string, after: string, limit: number): Promise<ConsumerRow[]> =>
      db
        .select()
        .from(consumers)
        .where(and(eq(consumers.merchantId, merchantId), gt(consumers.id, after), sql`${consumers.mergedInto} is null`))
        .orderBy(asc(consumers.id))
        .limit(limit)
        .all(),
    updateConsumer: async (id: string, change: Partial<Pick<ConsumerRow, 'name' | 'language'>>): Promise<void> =>
      void db.update(consumers).set(change).where(eq(consumers.id, id)).run(),

    /** One consumer is another from now on, and so is whoever was the first before. */
    mergeConsumer: async (fromConsumerId: string, intoConsumerId: string): Promise<void> =>
      void db
        .update(consumers)
        .set({ mergedInto: intoConsumerId })
        .where(or(eq(consumers.id, fromConsumerId), eq(consumers.mergedInto, fromConsumerId)))
        .run(),

    address: async (merchantId: string, address: string): Promise<AddressRow | undefined> => byAddress.get({ merchantId, address }),
    insertAddress: async (row: AddressRow): Promise<void> => void db.insert(addresses).values(row).run(),
    addressesOf: async (consumerId: string): Promise<AddressRow[]> =>
      db.select().from(addresses).where(eq(addresses.consumerId, consumerId)).orderBy(asc(addresses.createdAt), asc(addresses.address)).all(),
    updateAddress: async (
      merchantId: string,
      address: string,
      change: Partial<Pick<AddressRow, 'accountId' | 'optedOutAt' | 'lastInboundAt'>>,
    ): Promise<void> =>
      void db
        .update(addresses)
        .set(change)
        .where(and(eq(addresses.merchantId, merchantId), eq(addresses.address, address)))
        .run(),
    moveAddresses: async (fromConsumerId: string, toConsumerId: string): Promise<void> =>
      void db.update(addresses).set({ consumerId: toConsumerId }).where(eq(addresses.consumerId, fromConsumerId)).run(),
  };
};
