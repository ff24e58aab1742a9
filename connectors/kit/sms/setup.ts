import type { Context, ProbeOutcome, SetupOutcome } from '../../contract/index.ts';
import { answerJson } from '../http.ts';
import type { Called, SmsAccount, SmsClient } from './client.ts';
import type { Dialect } from './dialect.ts';
import { textAt } from './path.ts';
import type { Lookup } from './template.ts';
import { accountLookup } from './variables.ts';

interface Asking {
  account: SmsAccount;
  context: Context;
}

/** Asks the platform whether the credentials work. */
export async function probeSms(
  client: SmsClient,
  dialect: Dialect,
  { account, context }: Asking,
): Promise<ProbeOutcome> {
  const { probe, send } = dialect;
  if (!probe) return { ok: true, detail: 'There is nothing to ask: no probe is configured.' };
  const template = { ...probe, headers: { ...send.headers, ...probe.headers } };
  const called = await client.call(dialect, template, { account, context, lookup: accountLookup(account) });
  const problem = problemOf(called);
  if (problem !== undefined) return { ok: false, detail: problem };
  const answer = called.ok && called.result.type === 'answer' ? answerJson(called.result) : undefined;
  const detail = probe.detail && textAt(answer, probe.detail);
  return { ok: true, ...(detail ? { detail: detail.slice(0, 200) } : {}) };
}

/** Tells the platform where to call, one request after the other until one is refused. */
export async function setUpSms(
  client: SmsClient,
  dialect: Dialect,
  { account, context }: Asking,
): Promise<SetupOutcome> {
  const { setup = [] } = dialect;
  const settings = accountLookup(account);
  const lookup: Lookup = (name) => (name === 'hook' ? account.hookUrl : settings(name));
  for (const template of setup) {
    const called = await client.call(dialect, template, { account, context, lookup });
    const problem = problemOf(called);
    if (problem !== undefined) return { ok: false, detail: `The hook could not be registered: ${problem}.` };
  }
  return { ok: true };
}

function problemOf(called: Called): string | undefined {
  if (!called.ok) return called.outcome.type === 'rejected' ? called.outcome.failure.code : 'no access token';
  const { result } = called;
  if (result.type !== 'answer') return result.reason;
  return result.status >= 200 && result.status < 300 ? undefined : `status ${result.status}`;
}
