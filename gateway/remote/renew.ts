import type { Context } from '../../connectors/contract/index.ts';
import { renewRequestSchema } from '../../protocol/connector-wire/index.ts';
import type { WireRenewReply } from '../../protocol/connector-wire/index.ts';
import { problemErrors } from '../../protocol/problem.ts';
import type { AccountRegistry } from '../accounts/registry.ts';
import { readWire } from './codec.ts';

export interface RenewOptions {
  registry: AccountRegistry;
  renewal: NonNullable<Context['renewal']>;
}

type Refused = Extract<WireRenewReply, { ok: false }>;
const refused = (code: Refused['code'], detail: string, errors?: Refused['errors']): Refused => ({
  ok: false,
  code,
  detail,
  ...(errors ? { errors } : {}),
});
const superseded = () => refused('superseded', 'The account has other credentials by now.');

/**
 * Seals what a platform gave a connector in place of spent credentials with the account, which must be one of the connector's own and still
 * have what was spent. Rejects if the ledger cannot be written.
 */
export async function renew(
  { registry, renewal }: RenewOptions,
  name: string,
  payload: string,
): Promise<WireRenewReply> {
  const read = readWire(payload, renewRequestSchema);
  if (!read.ok) return refused('invalid', read.detail, read.errors);
  const { account_id: id, spent, credentials } = read.value;
  const live = registry.get(id);
  // another connector's account is told apart from one that is not there by nobody
  if (live?.row.connector !== name)
    return refused('unknown_account', 'This connector has no such active account.');
  const current = live.account.credentials as Readonly<Record<string, unknown>>;
  if (Object.keys(credentials).some((field) => current[field] !== spent[field])) return superseded();
  const checked = live.connector.manifest.credentials.safeParse({ ...current, ...credentials });
  if (!checked.success) {
    const errors = problemErrors(checked.error).map(({ pointer, detail }) => ({
      pointer: `/credentials${pointer}`,
      detail,
    }));
    return refused('invalid', 'These are no credentials by the schema of the manifest.', errors.slice(0, 20));
  }
  const keep = renewal(live.account);
  if (!keep) return superseded();
  await keep(credentials);
  const kept = registry.get(id)?.account.credentials as Readonly<Record<string, unknown>> | undefined;
  const holds = Object.entries(credentials).every(([field, value]) => kept?.[field] === value);
  return holds ? { ok: true } : superseded();
}
