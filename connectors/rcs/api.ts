import { failure } from '../../protocol/failures.ts';
import type { Context, ProbeOutcome, ReachOutcome, SendOutcome } from '../contract/index.ts';
import { BearerCalls } from '../kit/bearer.ts';
import type { BearerRequest } from '../kit/bearer.ts';
import { serviceAccountRequest } from '../kit/google-account.ts';
import { answerJson } from '../kit/http.ts';
import { endedBy, meaningIn } from '../kit/json-answer.ts';
import { nameUuid } from '../kit/name-uuid.ts';
import { phoneOf } from './address.ts';
import type { RcsAccount } from './manifest.ts';
import { statuses } from './status.ts';
import { errorSchema } from './wire.ts';

const bearer = new BearerCalls<RcsAccount>({
  basis: ({ config, credentials }) => [config.token_url, config.service_account, credentials.private_key],
  request: ({ config, credentials }, nowMs) =>
    serviceAccountRequest(
      {
        email: config.service_account,
        privateKey: credentials.private_key,
        tokenUrl: config.token_url,
        scope: 'https://www.googleapis.com/auth/rcsbusinessmessaging',
      },
      nowMs,
    ),
});

export interface RcsCall extends Omit<BearerRequest, 'url'> {
  /** From the origin on: `v1/phones/…`, `upload/v1/files`. */
  path: string;
  query?: Record<string, string>;
}

export function callRcs(account: RcsAccount, { path, query, ...request }: RcsCall, context: Context) {
  const { agent_id, region, base_url } = account.config;
  const origin = base_url ?? `https://${region ? `${region}-` : ''}rcsbusinessmessaging.googleapis.com`;
  const parameters = new URLSearchParams({ ...query, agentId: agent_id });
  return bearer.call(
    account,
    { ...request, url: `${origin.replace(/\/+$/, '')}/${path}?${parameters}` },
    context,
  );
}

export const ended = endedBy((json) => {
  const code = errorSchema.safeParse(json).data?.error.status;
  return code === undefined ? undefined : { code, meaning: meaningIn(statuses, code) };
});

/** A call that prepares a send: nothing was sent yet, so that not knowing is no uncertainty. */
export const notPrepared = (outcome: SendOutcome): SendOutcome =>
  outcome.type === 'uncertain' || outcome.type === 'sent'
    ? { type: 'rejected', failure: failure('platform_unavailable', 'prepare') }
    : outcome;

/** What the device of a number can do for this agent ("Method: phones.getCapabilities"). A repeated request id would be ignored. */
function askCapabilities(account: RcsAccount, address: string, context: Context) {
  const query = {
    requestId: nameUuid(`rcs capabilities ${Buffer.from(context.random(16)).toString('hex')}`),
  };
  return callRcs(account, { method: 'GET', path: `v1/${phoneOf(address)}/capabilities`, query }, context);
}

/** A number kept for fiction (North American Numbering Plan): whether it has RCS doesn't matter, only who asks. */
const nobody = 'tel:+12025550123';

/** A capability check: it sends nothing, and 404 says that the question was allowed. */
export async function probe(account: RcsAccount, context: Context): Promise<ProbeOutcome> {
  const called = await askCapabilities(account, nobody, context);
  if (!called.ok)
    return {
      ok: false,
      detail: 'Google gives no token for this service account and key',
      fields: ['config.service_account', 'credentials.private_key'],
    };
  const { result } = called;
  if (result.type !== 'answer')
    return { ok: false, detail: `RCS for Business did not answer: ${result.reason}`, fields: [] };
  return result.status === 200 || result.status === 404
    ? { ok: true, detail: account.config.agent_id }
    : {
        ok: false,
        detail: `RCS for Business answers ${result.status}: is the service account one of the agent's partner, and the id right?`,
        fields: ['config.agent_id', 'config.service_account'],
      };
}

/**
 * NOT_FOUND: no RCS on this number, or the agent is not launched on its network. PERMISSION_DENIED is left open: it is also what an
 * agent of somebody else's would be told.
 */
export async function reach(address: string, account: RcsAccount, context: Context): Promise<ReachOutcome> {
  const called = await askCapabilities(account, address, context);
  if (!called.ok || called.result.type !== 'answer') return { type: 'unknown' };
  const { result } = called;
  if (result.status === 200) return { type: 'yes' };
  const code = errorSchema.safeParse(answerJson(result)).data?.error.status;
  return result.status === 404 && code === 'NOT_FOUND'
    ? { type: 'no', failure: failure('unreachable', code) }
    : { type: 'unknown' };
}
