import { expect, test } from 'vitest';
import { answered, recording } from '../../test/conformance/scripted.ts';
import { connector } from './index.ts';
import { spec } from './messenger.conformance.ts';

test('the probe tells when the token of the Page ends, where Meta says it', async () => {
  const probe = async (inspected: { status: number; body: object }) => {
    const { context, requests } = recording(({ url }) =>
      answered(
        url.includes('/debug_token')
          ? inspected
          : { status: 200, body: { id: '100200300', name: 'Example shop' } },
      ),
    );
    const account = { ...spec.account, config: { ...(spec.account.config as object), app_id: '77' } };
    return { outcome: await connector.probe!(account, context), requests };
  };
  const told = await probe({ status: 200, body: { data: { is_valid: true, expires_at: 1_800_000_000 } } });
  expect(told.outcome).toEqual({ ok: true, detail: 'Example shop', expiresAtMs: 1_800_000_000_000 });
  expect(told.requests[1]!.headers?.['authorization']).toMatch(/^Bearer 77\|.+/);
  const refused = await probe({ status: 400, body: { error: { code: 190 } } });
  expect(refused.outcome).toEqual({ ok: true, detail: 'Example shop' });
});
