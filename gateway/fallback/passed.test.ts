import { expect, test } from 'vitest';
import { delivery, engine, inState, useDispatcher } from '../dispatch/dispatcher.testing.ts';
import { beginWithTwo, chain, makeFallbacks, platforms, send, sentTo, trace } from './fallbacks.testing.ts';

useDispatcher();

const look = () => makeFallbacks().look();
/** Of Ada's two channels the first is the one that the message itself goes by. */
const nowhere = { channel: 'probe', after: 1, until: 'delivered' as const, even_if_uncertain: true };

test('a step that leads nowhere is passed over with its terms: what the next one wants is there', async () => {
  await beginWithTwo();
  const id = await send({ fallback: [nowhere, { channel: 'pigeon', after: 600 }] });
  await inState(id, 'sent');
  for (const ms of [1000, 600_000]) {
    engine.clock.advance(ms);
    await look();
  }
  expect(await chain(id)).toMatchObject({ ways: [id], step: 1 });
  expect(sentTo()).toEqual(['probe:ada']);
  expect((await trace(id)).find(({ step }) => step === 'fallback_passed')?.detail).toMatchObject({
    passed: [{ step: 0 }],
  });
});

test('nor does its doubt count, or its time, for the next one', async () => {
  await beginWithTwo();
  platforms({ probe: { type: 'uncertain', reason: 'timeout' } });
  const id = await send({ fallback: [nowhere, { channel: 'pigeon', after: 600 }] });
  await inState(id, 'uncertain');
  engine.clock.advance(1000);
  await look();
  engine.clock.advance(600_000);
  await look();
  expect((await chain(id)).ways).toEqual([id]);
  expect((await delivery(id)).state).toBe('uncertain');
});

test('the next one is taken at once where its time is over too, and says what was passed over', async () => {
  await beginWithTwo();
  const id = await send({ fallback: [nowhere, { channel: 'pigeon', after: 1, until: 'read' }] });
  await inState(id, 'sent');
  engine.clock.advance(1000);
  await look();
  const { ways } = await chain(id);
  await inState(ways[1]!, 'sent');
  const rerouted = (await trace(id)).find(({ step }) => step === 'rerouted')!;
  expect(rerouted.detail).toMatchObject({ step: 1, reason: 'not_read', passed: [{ step: 0 }] });
});
