import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { InboundReceipt } from '../../connectors/contract/index.ts';
import { failure } from '../../protocol/failures.ts';
import { isFinal, mayFollow } from '../../protocol/delivery.ts';
import type { DeliveryState } from '../../protocol/delivery.ts';
import { startEngine } from '../../test/gateway/engine.ts';
import type { Engine } from '../../test/gateway/engine.ts';
import { addressRow, conversationRow, deliveryRow, messageRow } from '../../test/gateway/rows.ts';
import type { LiveAccount } from '../accounts/registry.ts';
import { settleAttempt } from '../dispatch/outcomes.ts';
import { takeReceipt } from './receipts.ts';

let engine: Engine;
let live: LiveAccount;
beforeAll(async () => {
  engine = await startEngine();
  live = await engine.account();
});
afterAll(() => engine.close());

let made = 0;
/** A message accepted for sending, with ids of its own; `p{part}` of it is `{id}.p{part}` at the platform. */
async function accepted(partCount = 1, at = engine.clock.now()): Promise<{ id: string; address: string }> {
  const n = ++made;
  const id = engine.clock.id('message');
  const address = `probe:person-${n}`;
  const lane = { conversationId: `cnv_${n}`, accountId: live.row.id };
  await engine.store.write(async (tx) => {
    await tx.directory.insertAddress(addressRow(address, { consumerId: `csm_${n}`, accountId: live.row.id }));
    await tx.conversations.insert(conversationRow(`cnv_${n}`, { consumerId: `csm_${n}` }));
    await tx.messages.insert(messageRow(id, { ...lane, address, direction: 'outbound', createdAt: at }));
    await tx.deliveries.insert(deliveryRow(id, { ...lane, partCount }));
  });
  return { id, address };
}

/** What the dispatcher writes down when the platform took the next part. */
const sends = async (id: string, providerIds = [`${id}.p${0}`]) => {
  const delivery = (await engine.store.read.deliveries.byMessage(id))!;
  const number = delivery.attempts + 1;
  await engine.store.write(async (tx) => {
    await settleAttempt(tx, engine, {
      live,
      delivery,
      part: delivery.partsSent,
      number,
      startedAtMs: 1,
      outcome: { type: 'sent', providerIds },
    });
  });
};
const receives = (receipt: Partial<InboundReceipt>) =>
  engine.store.write((tx) =>
    takeReceipt(tx, engine, live.row.id, {
      type: 'receipt',
      providerIds: [],
      state: 'delivered',
      ...receipt,
    }),
  );
const state = async (id: string) => (await engine.store.read.deliveries.byMessage(id))!.state;
const told = (id: string) =>
  engine.emitted
    .map(
      ({ envelope }) =>
        JSON.parse(envelope) as {
          data: { message_id: string; previous: DeliveryState; state: DeliveryState };
        },
    )
    .filter(({ data }) => data.message_id === id)
    .map(({ data }) => data);
const states = (id: string) => told(id).map((one) => one.state);

test('receipts move a delivery on, and each move is told once', async () => {
  const { id } = await accepted();
  await sends(id);
  for (const next of ['delivered', 'delivered', 'read', 'read'] as const)
    await receives({ providerIds: [`${id}.p0`], state: next });
  expect(states(id)).toEqual(['sent', 'delivered', 'read']);
});

test('invariant 5: a late or repeated receipt never moves it back', async () => {
  const { id } = await accepted();
  await sends(id);
  for (const next of ['read', 'delivered', 'sent', 'failed', 'read'] as const)
    await receives({ providerIds: [`${id}.p0`], state: next });
  expect(states(id)).toEqual(['sent', 'read']);
});

test('a receipt before the answer to its send is kept and matched', async () => {
  const { id } = await accepted();
  await receives({ providerIds: ['early-1'], state: 'read' });
  await receives({ providerIds: ['early-1'], state: 'delivered' });
  expect(await state(id)).toBe('queued');
  await sends(id, ['early-1']);
  expect(await state(id)).toBe('read');
  expect(states(id)[0]).toBe('sent');
});

test('an early receipt by another way to write the id counts', async () => {
  const { id } = await accepted();
  await receives({ providerIds: ['ff', '255'], state: 'delivered' });
  await sends(id, ['255']);
  expect(await state(id)).toBe('delivered');
});

test('another account’s receipt with the same id is none of it', async () => {
  const { id } = await accepted();
  await sends(id, ['same-id']);
  const other = await engine.account();
  await engine.store.write((tx) =>
    takeReceipt(tx, engine, other.row.id, { type: 'receipt', providerIds: ['same-id'], state: 'read' }),
  );
  expect(await state(id)).toBe('sent');
});

test('a failed receipt fails it with the platform’s reason', async () => {
  const { id } = await accepted();
  await sends(id);
  await receives({ providerIds: [`${id}.p0`], state: 'failed', failure: failure('unreachable', 131_026) });
  expect((await engine.store.read.deliveries.byMessage(id))?.failure).toMatchObject({
    code: 'unreachable',
    platform_code: '131026',
  });
});

test('a failed receipt without a reason is undelivered', async () => {
  const { id } = await accepted();
  await sends(id);
  await receives({ providerIds: [`${id}.p0`], state: 'failed' });
  expect((await engine.store.read.deliveries.byMessage(id))?.failure?.code).toBe('undelivered');
});

test('of several parts, it is what the least of them is; before all are sent nothing moves', async () => {
  const { id } = await accepted(3);
  const part = (n: number) => `${id}.p${n}`;
  await sends(id, [part(0)]);
  await receives({ providerIds: [part(0)], state: 'read' });
  expect(states(id)).toEqual([]);
  await sends(id, [part(1)]);
  await receives({ providerIds: [part(2)], state: 'delivered' });
  await sends(id, [part(2)]);
  expect(await state(id)).toBe('sent');
  await receives({ providerIds: [part(1)], state: 'delivered' });
  expect(await state(id)).toBe('delivered');
  await receives({ providerIds: [part(1)], state: 'read' });
  await receives({ providerIds: [part(2)], state: 'read' });
  expect(states(id)).toEqual(['sent', 'delivered', 'read']);
});

test('one part that fails fails it, also before the others were sent', async () => {
  const { id } = await accepted(2);
  await sends(id, [`${id}.p0`]);
  await receives({ providerIds: [`${id}.p0`], state: 'failed' });
  expect(await state(id)).toBe('failed');
});

test('a watermark moves everything of its address up to its time', async () => {
  const { id, address } = await accepted(1, 1000);
  await sends(id);
  const other = await accepted(1, 1000);
  await sends(other.id);
  await receives({ state: 'read', upToMs: 999, address });
  expect(await state(id)).toBe('sent');
  await receives({ state: 'read', upToMs: 1000, address });
  expect(await state(id)).toBe('read');
  expect(await state(other.id)).toBe('sent');
  await receives({ state: 'delivered', upToMs: 2000, address });
  expect(states(id)).toEqual(['sent', 'read']);
});

test('a receipt for nothing we know changes nothing', async () => {
  const before = engine.emitted.length;
  await receives({ providerIds: ['who-knows'], state: 'read' });
  await receives({ state: 'read', upToMs: Number.MAX_SAFE_INTEGER, address: 'probe:nobody' });
  expect(engine.emitted).toHaveLength(before);
});

test('invariant 5: no sequence of sends and receipts, early, late, repeated, in any order, ever moves a delivery back', async () => {
  const step = fc.oneof(
    fc.constant('send' as const),
    fc.record({
      part: fc.integer({ min: 0, max: 2 }),
      state: fc.constantFrom('sent', 'delivered', 'read', 'failed'),
    }),
    fc.constant('watermark' as const),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 3 }),
      fc.array(step, { maxLength: 14 }),
      async (partCount, steps) => {
        const { id, address } = await accepted(partCount);
        const seen: DeliveryState[] = ['queued'];
        let parts = 0;
        for (const one of steps) {
          if (one === 'send') {
            // the dispatcher sends only what is still queued
            if (parts < partCount && (await state(id)) === 'queued') await sends(id, [`${id}.p${parts++}`]);
          } else if (one === 'watermark')
            await receives({ state: 'read', upToMs: Number.MAX_SAFE_INTEGER, address });
          else await receives({ providerIds: [`${id}.p${one.part}`], state: one.state });
          const now = await state(id);
          const before = seen.at(-1)!;
          if (now !== before) {
            expect(mayFollow(before, now)).toBe(true);
            expect(isFinal(before)).toBe(false);
            seen.push(now);
          }
        }
        const moves = told(id);
        expect(moves.every(({ previous, state: next }) => mayFollow(previous, next))).toBe(true);
        expect(moves.map(({ previous }) => previous)).toEqual([
          ...(moves.length ? ['queued'] : []),
          ...moves.slice(0, -1).map((move) => move.state),
        ]);
        expect(moves.at(-1)?.state ?? 'queued').toBe(seen.at(-1));
      },
    ),
    { numRuns: 150 },
  );
});
