import { expect, test } from 'vitest';
import type { InquiryOutcome } from '../../connectors/contract/index.ts';
import { probeConnector } from '../../test/gateway/engine.ts';
import { until } from '../../test/gateway/ports.ts';
import { addressRow } from '../../test/gateway/rows.ts';
import { beginWith, delivery, engine, inState, useDispatcher } from '../dispatch/dispatcher.testing.ts';
import { ada, chain, makeFallbacks, platforms, send, sentTo } from './fallbacks.testing.ts';

useDispatcher();

let asked: number;
let answer: () => Promise<InquiryOutcome>;

/** A first channel that can be asked what became of a send, and doesn't know yet. */
async function begin(): Promise<void> {
  asked = 0;
  answer = async () => ({ type: 'unknown' });
  const inquire = () => {
    asked++;
    return answer();
  };
  await beginWith([
    { ...probeConnector(), inquire },
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

const isAsked = async (id: string) => {
  await until('the attempt to end', async () => {
    const [attempt] = await engine.store.read.deliveries.attemptsOf(id);
    return attempt?.endedAt != null;
  });
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
