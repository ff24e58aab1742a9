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
  const { probe } = dialect;
  if (!probe) return { ok: true, detail: 'There is nothing to ask: no probe is configured.' };
  const asked = await ask(client, dialect, probe, { account, context });
  if (asked.problem !== undefined) return { ok: false, detail: asked.problem };
  const detail = probe.detail && textAt(asked.json, probe.detail);
  return {
    ok: true,
    ...(detail ? { detail: detail.slice(0, 200) } : {}),
    ...(await expiryOf(client, dialect, { account, context })),
  };
}

/** When the credentials end. That it could not be read, or must not be (a right that is missing), says nothing of them. */
async function expiryOf(
  client: SmsClient,
  dialect: Dialect,
  asking: Asking,
): Promise<{ expiresAtMs?: number | null }> {
  const { expiry } = dialect;
  if (!expiry) return {};
  const { json, problem } = await ask(client, dialect, expiry, asking);
  if (problem !== undefined || typeof json !== 'object' || json === null) return {};
  const ends = textAt(json, expiry.ends);
  const expiresAtMs = ends === undefined ? null : Date.parse(ends);
  return Number.isNaN(expiresAtMs) ? {} : { expiresAtMs };
}

async function ask(
  client: SmsClient,
  dialect: Dialect,
  template: NonNullable<Dialect['probe' | 'expiry']>,
  { account, context }: Asking,
): Promise<{ json?: unknown; problem?: string }> {
  const withHeaders = { ...template, headers: { ...dialect.send.headers, ...template.headers } };
  const lookup = accountLookup(account);
  const called = await client.call(dialect, withHeaders, { account, context, lookup });
  const problem = problemOf(called);
  if (problem !== undefined) return { problem };
  return called.ok && called.result.type === 'answer' ? { json: answerJson(called.result) } : {};
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
