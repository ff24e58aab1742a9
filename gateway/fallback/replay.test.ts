import { expect, test } from 'vitest';
import { failure } from '../../protocol/failures.ts';
import { delivery, engine, inState, useDispatcher } from '../dispatch/dispatcher.testing.ts';
import { obstacleTo } from '../replay/resend.ts';
import { beginWithTwo, chain, makeFallbacks, platforms, send } from './fallbacks.testing.ts';

useDispatcher();

const obstacle = async (id: string, force = false) => {
  const { read } = engine.store;
  return obstacleTo(read, await delivery(id), await read.messages.byId(id), force);
};
const refused = { type: 'rejected' as const, failure: failure('blocked') };

test('what went on by another way is not sent anew; its last way may be, once the chain has ended', async () => {
  await beginWithTwo();
  platforms({ probe: refused, pigeon: refused });
  const id = await send({ fallback: true });
  await inState(id, 'failed');
  expect(await obstacle(id)).toBe('rerouted');
  await makeFallbacks().look();
  const second = (await chain(id)).ways[1]!;
  await inState(second, 'failed');
  expect([await obstacle(id), await obstacle(id, true), await obstacle(second)]).toEqual([
    'rerouted',
    'rerouted',
    'rerouted',
  ]);
  await makeFallbacks().look();
  expect([await obstacle(id), await obstacle(second)]).toEqual(['rerouted', undefined]);
});
