import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bot, call, useAccounts } from './accounts.testing.ts';

useAccounts([]);

/** Something inside that nobody outside should be able to have called. */
let reached = 0;
const inside = createServer((_, response) => {
  reached++;
  response.end('{}');
});
let port = 0;
beforeAll(async () => {
  await new Promise<void>((resolve) => inside.listen(0, '127.0.0.1', resolve));
  port = (inside.address() as AddressInfo).port;
});
afterAll(() => {
  inside.closeAllConnections();
  inside.close();
});

describe('attack: an address inside, in the configuration of an account', () => {
  test.each([
    'http://127.0.0.1:PORT',
    'http://localhost:PORT',
    'http://[::ffff:127.0.0.1]:PORT',
    'http://169.254.169.254',
    'http://10.0.0.1',
  ])(
    '%s is not connected to, neither to check it nor to set it up, and the log says why',
    async (template) => {
      const config = { base_url: template.replace('PORT', String(port)) };
      const refused = await call('POST', '/v1/accounts', bot({ config }));
      expect(refused.status).toBe(422);
      const made = await call('POST', '/v1/accounts?validate=false', bot({ config }));
      expect(made).toMatchObject({ status: 201, body: { setup: { state: 'failed' } } } as never);
      const id = String(made.body['id']);
      await call('POST', `/v1/accounts/${id}/setup`);
      await call('POST', `/v1/accounts/${id}/probe`);
      const log = (await call('GET', `/v1/accounts/${id}/exchanges`)).body['data'] as unknown as {
        ended: string;
      }[];
      expect(log.length).toBeGreaterThan(2);
      expect(new Set(log.map(({ ended }) => ended))).toEqual(new Set(['guard']));
      expect((await call('DELETE', `/v1/accounts/${id}`)).status).toBe(204);
      expect(reached).toBe(0);
    },
  );
});
