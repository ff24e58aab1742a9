import { isDeepStrictEqual } from 'node:util';
import type { Context } from '../../connectors/contract/index.ts';
import { openFields, sealFields } from '../security/seal.ts';
import type { AccountOptions } from './options.ts';

/**
 * Lets a connector keep what its platform gave in place of credentials that are spent. Nothing but the fields that it names changes, and
 * only while they are still what was spent: a merchant who replaced them meanwhile is not overruled.
 */
export function createRenewal({
  store,
  clock,
  log,
  vault,
  registry,
}: Pick<AccountOptions, 'store' | 'clock' | 'log' | 'vault' | 'registry'>): NonNullable<Context['renewal']> {
  return ({ id, credentials }) => {
    const live = registry.get(id);
    if (!live || !isDeepStrictEqual(live.account.credentials, credentials)) return undefined;
    const spent = credentials as Readonly<Record<string, unknown>>;
    return async (fields) => {
      const changed = await store.write(async (tx) => {
        const row = await tx.accounts.byId(id);
        if (!row) return undefined;
        const owner = { merchantId: row.merchantId, ownerId: id };
        const stored = openFields(vault, row.credentials, owner);
        if (Object.keys(fields).some((name) => stored[name] !== spent[name])) return undefined;
        const renewed = sealFields(vault, { ...stored, ...fields }, owner);
        await tx.accounts.update(id, { credentials: renewed });
        await tx.trace.insertAudit({
          at: clock.now(),
          actor: 'gateway',
          action: 'account.credentials_renewed',
          subject: id,
        });
        return { ...row, credentials: renewed };
      });
      if (changed) registry.put(changed);
      else log.warn('account.renewal_superseded', { accountId: id });
    };
  };
}
