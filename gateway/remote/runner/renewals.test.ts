import { beforeEach, expect, test } from 'vitest';
import type { Account } from '../../../connectors/contract/index.ts';
import { accountElsewhere } from '../../../test/remote/elsewhere.ts';
import { Renewals } from './renewals.ts';

let nowMs: number;
let told: unknown[];
let refuse: boolean;
let renewals: Renewals;

/** The connector's own schema adds `lang`. */
const account = (token: string): Account => ({ ...accountElsewhere, credentials: { token, lang: 'fr' } });
const wire = (token: string, saved = true) => ({
  id: accountElsewhere.id,
  merchant_id: accountElsewhere.merchantId,
  test: false,
  config: {},
  credentials: { token },
  hook_url: '',
  ...(saved ? { saved } : {}),
});

beforeEach(() => {
  nowMs = 0;
  told = [];
  refuse = false;
  const renew = async (...of: unknown[]) => {
    told.push(of);
    if (refuse) throw new Error('refused');
  };
  renewals = new Renewals({ link: { renew }, now: () => nowMs });
});

test('what was spent and what came instead is told, as the gateway has it', async () => {
  renewals.seen(wire('t1'), account('t1'));
  await renewals.renewal(account('t1'))!({ token: 't2', secret: 's' });
  expect(told).toEqual([[accountElsewhere.id, { token: 't1' }, { token: 't2', secret: 's' }]]);
});

test('nothing is to be spent for an account that is tried, unknown, removed or another by now', () => {
  renewals.seen(wire('t1', false), account('t1'));
  expect(renewals.renewal(account('t1'))).toBeUndefined();
  renewals.seen(wire('t1'), account('t1'));
  expect(renewals.renewal(account('t0'))).toBeUndefined();
  expect(renewals.renewal({ ...account('t1'), id: 'acc_other' })).toBeUndefined();
  expect(renewals.renewal(account('t1'))).toBeDefined();
  renewals.forget(accountElsewhere.id);
  expect(renewals.renewal(account('t1'))).toBeUndefined();
});

test('a call that was on its way with what is spent by now changes nothing; given again later, it does', async () => {
  renewals.seen(wire('t1'), account('t1'));
  await renewals.renewal(account('t1'))!({ token: 't2' });
  renewals.seen(wire('t1'), account('t1'));
  expect(renewals.renewal(account('t1'))).toBeUndefined();
  await renewals.renewal(account('t2'))!({ token: 't3' });
  expect(told.at(-1)).toEqual([accountElsewhere.id, { token: 't2' }, { token: 't3' }]);
  nowMs = 60_001;
  renewals.seen(wire('t1'), account('t1'));
  expect(renewals.renewal(account('t1'))).toBeDefined();
});

test('what the gateway did not keep is an error, and nothing is renewed', async () => {
  renewals.seen(wire('t1'), account('t1'));
  refuse = true;
  await expect(renewals.renewal(account('t1'))!({ token: 't2' })).rejects.toThrow('refused');
  expect(renewals.renewal(account('t1'))).toBeDefined();
  expect(renewals.renewal(account('t2'))).toBeUndefined();
});
