import { expect, test } from 'vitest';
import type { Connector, InquiryOutcome } from '../../connectors/contract/index.ts';
import { probeConnector } from '../../test/gateway/engine.ts';
import { until } from '../../test/gateway/ports.ts';
import { addressRow } from '../../test/gateway/rows.ts';
import { beginWith, delivery, engine, inState, useDispatcher } from '../dispatch/dispatcher.testing.ts';
import { ada, chain, makeFallbacks, platforms, send, sentTo } from './fallbacks.testing.ts';

useDispatcher();

let asked: number;
let answer: () => Promise<InquiryOutcome>;

const inquire = () => {
  asked++;
  return answer();
};

/** A first channel of which nobody knows whether it took a send: one that can be asked and doesn't know yet, or another. */
async function begin(first: Connector = { ...probeConnector(), inquire }): Promise<void> {
  asked = 0;
  answer = async () => ({ type: 'unknown' });
  await beginWith([
    first,
    {
      ...probeConnector({ name: 'pigeon', channel: 'pigeon', schemes: ['pigeon'] }),
      address: { normalise: (address) => address },
    },
  ]);
  const [probe, pigeon] = [await engine.account(), await engine.account({ connector: 'pigeon' })];
  const consumer = {
    id: ada,
    merchantId: 'mer_1',
    name: null,
    language: null,
    createdAt: 1,
    mergedInto: null,
  };
  const of = { consumerId: ada };
  await engine.store.write(async (tx) => {
    await tx.directory.insertConsumer(consumer);
    await tx.directory.insertAddress(
      addressRow('probe:ada', { ...of, accountId: probe.row.id, lastInboundAt: 2 }),
    );
    await tx.directory.insertAddress(
      addressRow('pigeon:ada', { ...of, accountId: pigeon.row.id, channel: 'pigeon', lastInboundAt: 1 }),
    );
  });
  platforms({ probe: { type: 'uncertain', reason: 'timeout' } });
}

const isTried = (id: string) =>
  until('the attempt to end', async () => {
    const [attempt] = await engine.store.read.deliveries.attemptsOf(id);
    return attempt?.endedAt != null;
  });

const isAsked = async (id: string) => {
  await isTried(id);
  engine.clock.advance(2000);
  await until('the inquiry', () => asked > 0);
};

test('invariant 6: while the platform is asked what became of it, nothing goes by another way', async () => {
  await begin();
  const id = await send({ fallback: [{ after: 60 }] });
  await isAsked(id);
  engine.clock.advance(10 * 60_000);
  await makeFallbacks().look();
  expect((await chain(id)).ways).toEqual([id]);
  expect((await delivery(id)).state).toBe('queued');
  answer = async () => ({ type: 'sent', providerIds: ['known'] });
  await inState(id, 'sent');
  await makeFallbacks().look();
  expect(sentTo()).toEqual(['probe:ada']);
});

test('where the merchant accepts doubt: it goes, and the first is sent no more, whatever the answer', async () => {
  await begin();
  const id = await send({ fallback: [{ after: 60, even_if_uncertain: true }] });
  await isAsked(id);
  engine.clock.advance(60_000);
  await makeFallbacks().look();
  expect(await delivery(id)).toMatchObject({ state: 'uncertain', inFlight: false });
  answer = async () => ({ type: 'absent' });
  await inState((await chain(id)).ways[1]!, 'sent');
  engine.clock.advance(10 * 60_000);
  await new Promise((resolve) => setTimeout(resolve, 600));
  expect(sentTo()).toEqual(['probe:ada', 'pigeon:ada']);
});

test('invariant 6: nor while it is repeated where the platform de-duplicates', async () => {
  await begin(probeConnector({ idempotentSends: true }));
  const id = await send({ fallback: [{ after: 1 }] });
  await isTried(id);
  // before the repeat is due
  await engine.store.write((tx) =>
    tx.deliveries.update(id, { nextAttemptAt: engine.clock.now() + 10 * 60_000 }),
  );
  engine.clock.advance(5 * 60_000);
  await makeFallbacks().look();
  expect((await chain(id)).ways).toEqual([id]);
  expect((await delivery(id)).state).toBe('queued');
  platforms({});
  engine.clock.advance(5 * 60_000);
  await inState(id, 'sent');
  await makeFallbacks().look();
  expect(sentTo()).toEqual(['probe:ada', 'probe:ada']);
});

test('where the merchant accepts doubt: it is repeated no more, and what became of it is not known', async () => {
  await begin(probeConnector({ idempotentSends: true }));
  const id = await send({ fallback: [{ after: 1, even_if_uncertain: true }] });
  await isTried(id);
  await engine.store.write((tx) =>
    tx.deliveries.update(id, { nextAttemptAt: engine.clock.now() + 10 * 60_000 }),
  );
  engine.clock.advance(1000);
  await makeFallbacks().look();
  expect((await delivery(id)).state).toBe('uncertain');
  await inState((await chain(id)).ways[1]!, 'sent');
  engine.clock.advance(10 * 60_000);
  await new Promise((resolve) => setTimeout(resolve, 600));
  expect(sentTo()).toEqual(['probe:ada', 'pigeon:ada']);
});
