import { expect, test } from 'vitest';
import { answered, recording } from '../../test/conformance/scripted.ts';
import { connector } from './index.ts';
import { spec } from './line.conformance.ts';

const userId = `U${'0123456789abcdef'.repeat(2)}`;
const ask = async (status: number, body: unknown) => {
  const { context, requests } = recording(answered({ status, body }));
  return { outcome: await connector.profile!(`line:${userId}`, spec.account, context), requests };
};

test('a user is asked for by id, with the token of the channel', async () => {
  const { outcome, requests } = await ask(200, { displayName: 'Noa 🌸', userId, language: 'fr' });
  expect(outcome).toEqual({ type: 'found', name: 'Noa 🌸', language: 'fr' });
  expect(requests).toMatchObject([
    {
      method: 'GET',
      url: expect.stringMatching(new RegExp(`/v2/bot/profile/${userId}$`)) as unknown,
      headers: { authorization: expect.stringMatching(/^Bearer ./) as unknown },
    },
  ]);
});

test('the language may be missing; a user of whom LINE tells nothing has no name', async () => {
  expect((await ask(200, { displayName: 'Noa' })).outcome).toEqual({ type: 'found', name: 'Noa' });
  expect((await ask(200, { displayName: ' ' })).outcome).toEqual({ type: 'none' });
  expect((await ask(404, { message: 'Not found' })).outcome).toEqual({ type: 'none' });
  for (const [status, body] of [
    [401, {}],
    [429, {}],
    [500, 'x'],
    [200, {}],
  ] as const)
    expect((await ask(status, body)).outcome).toEqual({ type: 'unknown' });
});
