import { createHash } from 'node:crypto';
import { failure } from '../../protocol/failures.ts';
import type { Context, SendOutcome } from '../contract/index.ts';
import { writeForm } from '../kit/form.ts';
import { answerJson, urlUnder } from '../kit/http.ts';
import type { ZaloAccount } from './manifest.ts';
import { answerSchema, pairSchema } from './wire.ts';

interface Pair {
  access_token: string;
  refresh_token: string;
}
type Renewed = { ok: true } | { ok: false; outcome: Exclude<SendOutcome, { type: 'sent' }> };

const maxSpent = 100;
const hashOf = (token: string): string => createHash('sha256').update(token).digest('base64');

/** The pair that an account has now, with what was spent on the way to it: an account handed out before a renewal finds the pair by that. */
const pairs = new Map<string, { pair: Pair; spent: Set<string> }>();
const pending = new Map<string, Promise<Renewed>>();

export function pairOf({ id, credentials }: ZaloAccount): Pair {
  const known = pairs.get(id);
  return known?.spent.has(hashOf(credentials.refresh_token)) ? known.pair : credentials;
}

/**
 * "Get an access token by a refresh token": both are replaced, and what was asked with is good no more. So it is asked once at a time, and
 * only where the answer can be kept. `refused` is the access token that Zalo did not take: another call may have renewed it meanwhile.
 */
export function renew(account: ZaloAccount, refused: string, context: Context): Promise<Renewed> {
  if (pairOf(account).access_token !== refused) return Promise.resolve({ ok: true });
  const asked = pending.get(account.id) ?? ask(account, context);
  pending.set(account.id, asked);
  return asked.finally(() => pending.delete(account.id));
}

const not = (code: 'platform_unavailable' | 'account_unauthorized', platformCode?: number): Renewed => ({
  ok: false,
  outcome: { type: 'rejected', failure: failure(code, platformCode) },
});

async function ask(account: ZaloAccount, context: Context): Promise<Renewed> {
  const { id, config, credentials } = account;
  const { access_token, refresh_token } = pairOf(account);
  const keep = context.renewal?.({
    ...account,
    credentials: { ...credentials, access_token, refresh_token },
  });
  // the account is another by now, or none yet: whoever sends next has the right one
  if (context.renewal && !keep) return not('platform_unavailable');
  const result = await context.http.call({
    method: 'POST',
    url: urlUnder(config.oauth_url, 'v4/oa/access_token'),
    headers: { 'content-type': 'application/x-www-form-urlencoded', secret_key: credentials.app_secret },
    body: writeForm({ refresh_token, app_id: config.app_id, grant_type: 'refresh_token' }),
    signal: context.signal,
  });
  if (result.type !== 'answer') return not('platform_unavailable');
  const given = pairSchema.safeParse(answerJson(result)).data;
  if (!given) {
    const error = answerSchema.safeParse(answerJson(result)).data?.error;
    return error === undefined || result.status >= 500
      ? not('platform_unavailable')
      : not('account_unauthorized', error);
  }
  const pair = { access_token: given.access_token, refresh_token: given.refresh_token };
  const spent = [...(pairs.get(id)?.spent ?? []), hashOf(refresh_token)].slice(-maxSpent);
  pairs.set(id, { pair, spent: new Set(spent) });
  try {
    await keep?.(pair);
  } catch (error) {
    // in memory it holds; the next renewal keeps the one after it
    context.log.error('zalo.tokens_not_kept', { accountId: id, error });
  }
  return { ok: true };
}
