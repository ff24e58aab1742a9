import { failure } from '../../protocol/failures.ts';
import type { CallResult, Context, OutgoingRequest, ProbeOutcome, SendOutcome } from '../contract/index.ts';
import type { CodeMeaning } from '../kit/json-answer.ts';
import { meaningIn, outcomeOf } from '../kit/json-answer.ts';
import { hmac } from '../kit/signature.ts';
import type { AppleAccount } from './manifest.ts';

/** "Authorizing Messages": under the decoded secret, issued by the provider, new for each call. */
function tokenOf({ config, credentials }: AppleAccount, nowMs: number): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { iss: config.msp_id, iat: Math.floor(nowMs / 1000) };
  const data = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
  const signature = hmac('sha256', Buffer.from(credentials.secret, 'base64'), data);
  return `${data}.${signature.toString('base64url')}`;
}

export type AppleCall = Omit<OutgoingRequest, 'url' | 'signal'> & {
  /** Below `/v1`. */
  path: string;
};

export const callApple = (
  account: AppleAccount,
  { path, headers, ...request }: AppleCall,
  context: Context,
): Promise<CallResult> =>
  context.http.call({
    ...request,
    url: `${account.config.base_url.replace(/\/+$/, '')}/${path}`,
    headers: {
      ...headers,
      authorization: `Bearer ${tokenOf(account, context.now())}`,
      'source-id': account.config.business_id,
    },
    signal: context.signal,
  });

/** "Response Codes" */
const statuses: Readonly<Record<string, CodeMeaning>> = {
  400: 'content_refused',
  401: 'account_unauthorized',
  403: 'account_unauthorized',
  // "failed to recognize the destination-id value"
  404: 'address_invalid',
};

/** What was taken has no body, or JSON: anything else is somebody else's page. */
const isApples = (result: CallResult, json: unknown): boolean =>
  (result.type === 'answer' && result.body.length === 0) || (typeof json === 'object' && json !== null);

export const ended = (result: CallResult, nowMs: number, providerIds: string[]): SendOutcome =>
  outcomeOf(result, {
    nowMs,
    sent: (json) => (isApples(result, json) ? providerIds : undefined),
    refused: (_, { status }) => {
      const meaning = meaningIn(statuses, status);
      return meaning && { code: String(status), meaning };
    },
  });

/** A call that prepares a send: nothing was sent yet, so that not knowing is no uncertainty. */
export function notPrepared(result: CallResult, nowMs: number): SendOutcome {
  const outcome = ended(result, nowMs, []);
  return outcome.type === 'uncertain' || outcome.type === 'sent'
    ? { type: 'rejected', failure: failure('platform_unavailable', 'prepare') }
    : outcome;
}

/** Room for a file of one byte, which is never filled: it takes a valid token, and sends nothing to nobody. */
export async function probe(account: AppleAccount, context: Context): Promise<ProbeOutcome> {
  const result = await callApple(
    account,
    { method: 'GET', path: 'preUpload', headers: { 'mmcs-size': '1' } },
    context,
  );
  if (result.type !== 'answer')
    return { ok: false, detail: `Apple did not answer: ${result.reason}`, fields: [] };
  if (result.status === 200) return { ok: true, detail: account.config.business_id };
  return {
    ok: false,
    detail: `Apple answers ${result.status}: do MSP ID, Business ID and secret belong together?`,
    fields: ['config.msp_id', 'config.business_id', 'credentials.secret'],
  };
}
