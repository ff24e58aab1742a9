import { expect, test } from 'vitest';
import { answered, recording } from '../../test/conformance/scripted.ts';
import { connector } from './index.ts';
import { spec } from './viber.conformance.ts';

const id = 'bm9hLWV4ZW1wbGU=';
const ask = async (body: unknown, status = 200) => {
  const { context, requests } = recording(answered({ status, body }));
  return { outcome: await connector.reach!(`viber:${id}`, spec.account, context), requests };
};
const told = (online_status: number) => ask({ status: 0, users: [{ id, online_status }] });

test('a subscriber is there, online or not; one who left Viber or the bot is not', async () => {
  const { requests } = await told(0);
  expect(requests).toMatchObject([
    { method: 'POST', url: expect.stringMatching(/\/get_online$/) as unknown, json: { ids: [id] } },
  ]);
  for (const status of [0, 1, 2]) expect((await told(status)).outcome).toEqual({ type: 'yes' });
  expect((await told(4)).outcome).toMatchObject({ type: 'no', failure: { code: 'unreachable' } });
});

test('"try later", another’s status, a refusal and no answer say nothing', async () => {
  for (const asked of [
    told(3),
    told(9),
    ask({ status: 0, users: [{ id: 'another', online_status: 4 }] }),
    ask({ status: 12, status_message: 'tooManyRequests' }),
    ask({ status: 0 }),
    ask('x'),
    ask({ status: 0, users: [{ id, online_status: 4 }] }, 500),
  ])
    expect((await asked).outcome).toEqual({ type: 'unknown' });
});
