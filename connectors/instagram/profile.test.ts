import { expect, test } from 'vitest';
import { answered, recording } from '../../test/conformance/scripted.ts';
import { connector } from './index.ts';
import { spec } from './instagram.conformance.ts';

const ask = async (status: number, body: unknown) => {
  const { context, requests } = recording(answered({ status, body }));
  return { outcome: await connector.profile!('instagram:4242', spec.account, context), requests };
};

test('a consumer is asked for by the Instagram-scoped id, with name and user name', async () => {
  const { outcome, requests } = await ask(200, { name: 'Noa Exemple', username: 'noa.exemple' });
  expect(outcome).toEqual({ type: 'found', name: 'Noa Exemple' });
  expect(requests).toMatchObject([
    {
      method: 'GET',
      url: expect.stringMatching(/\/v25\.0\/4242\?fields=name,username$/) as unknown,
      headers: { authorization: expect.stringMatching(/^Bearer ./) as unknown },
    },
  ]);
});

test('who set no name is known by the user name; who did not agree has none', async () => {
  const unnamed = await ask(200, { name: null, username: 'noa.exemple' });
  expect(unnamed.outcome).toEqual({ type: 'found', name: 'noa.exemple' });
  expect((await ask(400, { error: { code: 100 } })).outcome).toEqual({ type: 'none' });
  for (const code of [230, 190, 613]) {
    const { outcome } = await ask(400, { error: { code } });
    expect(outcome).toEqual({ type: 'unknown' });
  }
});
