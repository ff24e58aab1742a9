import { expect, test } from 'vitest';
import { answered, recording } from '../../test/conformance/scripted.ts';
import { connector } from './index.ts';
import { spec } from './messenger.conformance.ts';

const address = 'messenger:4242';
const ask = async (status: number, body: unknown) => {
  const { context, requests } = recording(answered({ status, body }));
  return { outcome: await connector.profile!(address, spec.account, context), requests };
};
const refused = (code: number, more: object = {}) => ask(400, { error: { code, ...more } });

test('a consumer is asked for by the page-scoped id, and the token stands in no address', async () => {
  const { outcome, requests } = await ask(200, { id: '4242', name: 'Noa Exemple', first_name: 'Noa' });
  expect(outcome).toEqual({ type: 'found', name: 'Noa Exemple' });
  expect(requests).toMatchObject([
    {
      method: 'GET',
      url: expect.stringMatching(/\/v25\.0\/4242\?fields=name,first_name,last_name$/) as unknown,
      headers: { authorization: expect.stringMatching(/^Bearer ./) as unknown },
    },
  ]);
});

test('first and last name do where there is no whole one; who may not be seen has none', async () => {
  const named = await ask(200, { first_name: 'Noa', last_name: 'Exemple' });
  expect(named.outcome).toEqual({ type: 'found', name: 'Noa Exemple' });
  expect((await ask(200, {})).outcome).toEqual({ type: 'none' });
  expect((await ask(200, { name: ' ', first_name: null })).outcome).toEqual({ type: 'none' });
});

test('a refusal says that there is none, unless it is the account’s trouble or passes', async () => {
  expect((await refused(100, { error_subcode: 2_018_218 })).outcome).toEqual({ type: 'none' });
  expect((await refused(2_018_218)).outcome).toEqual({ type: 'none' });
  for (const passing of [refused(190), refused(200), refused(4), refused(2), ask(500, ''), ask(200, 'no')])
    expect((await passing).outcome).toEqual({ type: 'unknown' });
});
