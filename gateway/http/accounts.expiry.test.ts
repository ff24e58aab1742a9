import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Account } from '../../connectors/contract/index.ts';
import { probeConnector } from '../../test/gateway/engine.ts';
import { call, engine, services, useAccounts } from './accounts.testing.ts';

/** Its credentials end at the time that they say: Unix milliseconds, or nothing. */
const mortal = {
  ...probeConnector({
    name: 'mortal',
    credentials: z.strictObject({ until: z.int().optional() }),
    tellsExpiry: true,
  }),
  probe: async ({ credentials }: Account) => {
    const { until: expiresAtMs = null } = credentials as { until?: number };
    return { ok: true as const, expiresAtMs };
  },
};
useAccounts(['127.0.0.0/8'], [mortal]);

const get = async (id: string) => (await call('GET', `/v1/accounts/${id}`)).body;

describe('credentials that end', () => {
  const dayMs = 86_400_000;
  const events = () => engine.emitted.filter(({ subject }) => subject.includes('.account.updated.'));
  const add = (until: number) =>
    call('POST', '/v1/accounts', { connector: 'mortal', name: 'Mortal', credentials: { until } });

  test('are shown with the account, as expiring two weeks before, until others are there', async () => {
    const until = engine.clock.now() + 20 * dayMs;
    const { body } = await add(until);
    const id = String(body['id']);
    expect(body['health']).toMatchObject({
      state: 'unknown',
      credentials_expire_at: new Date(until).toISOString(),
    });
    engine.clock.advance(7 * dayMs);
    await services.accountHealth.tick();
    const [listed] = (await call('GET', '/v1/accounts')).body['data'] as unknown as { health: object }[];
    expect(listed!.health).toMatchObject({
      state: 'expiring',
      credentials_expire_at: new Date(until).toISOString(),
    });
    expect(events()).toHaveLength(1);
    const changed = await call('PATCH', `/v1/accounts/${id}`, { credentials: { until: until + 90 * dayMs } });
    expect(changed.body['health']).toMatchObject({
      state: 'unknown',
      credentials_expire_at: new Date(until + 90 * dayMs).toISOString(),
    });
    await services.accountHealth.tick();
    expect((await get(id))['health']).toMatchObject({ state: 'unknown' });
    expect(events()).toHaveLength(2);
  });

  test('are unknown of credentials saved unasked, whatever was known of those before', async () => {
    const id = String((await add(engine.clock.now() + dayMs)).body['id']);
    await call('PATCH', `/v1/accounts/${id}?validate=false`, {
      credentials: { until: engine.clock.now() + 2 * dayMs },
    });
    expect((await get(id))['health']).toMatchObject({ credentials_expire_at: null });
  });
});
