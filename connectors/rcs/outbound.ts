import { failure } from '../../protocol/failures.ts';
import type { FailureCode } from '../../protocol/failures.ts';
import type { Context, RevokeOutcome, RevokeRequest, SendOutcome, SendRequest } from '../contract/index.ts';
import { nameUuid } from '../kit/name-uuid.ts';
import { phoneOf } from './address.ts';
import { callRcs, ended } from './api.ts';
import type { RcsCall } from './api.ts';
import { filesOf } from './files.ts';
import type { RcsAccount } from './manifest.ts';
import { render } from './render.ts';
import { postedSchema } from './wire.ts';

const rejected = (code: FailureCode): SendOutcome => ({ type: 'rejected', failure: failure(code) });

/** Ours to choose: what comes with an id that was there before is ignored, so that a repeat doubles nothing. */
export const messageIdOf = (idempotencyKey: string): string => nameUuid(`rcs message ${idempotencyKey}`);

export async function send(
  request: SendRequest,
  account: RcsAccount,
  context: Context,
): Promise<SendOutcome> {
  const { content } = request.part;
  if (content.kind === 'typing' || content.kind === 'read') return signal(request, account, context);
  const prepared = await filesOf(request, account, context);
  if (!prepared.ok) return prepared.outcome;
  const contentMessage = render(request, (id) => (id === undefined ? undefined : prepared.files.get(id)));
  if (!contentMessage)
    return rejected(content.kind === 'media' ? 'media_unavailable' : 'content_unsupported');
  const messageId = messageIdOf(request.idempotencyKey);
  const call: RcsCall = {
    method: 'POST',
    path: `v1/${phoneOf(request.address)}/agentMessages`,
    query: { messageId },
    json: { contentMessage, ...trafficType(request, account), ...expiry(request) },
  };
  const outcome = await act(call, { account, context }, (json) => {
    const posted = postedSchema.safeParse(json).data;
    return posted && [posted.name.slice(posted.name.lastIndexOf('/') + 1)];
  });
  // it was there already: the id is the one we chose
  return outcome.type === 'sent' && outcome.providerIds.length === 0
    ? { type: 'sent', providerIds: [messageId] }
    : outcome;
}

function trafficType(
  { unsubscribeUrl }: SendRequest,
  { config }: RcsAccount,
): { messageTrafficType?: string } {
  const messageTrafficType = unsubscribeUrl === undefined ? config.traffic_type : 'PROMOTION';
  return messageTrafficType ? { messageTrafficType } : {};
}

const minTtlS = 10;
const maxTtlS = 15 * 86_400;

/** "Set a message expiration": the platform takes it back by itself, and says so. */
const expiry = ({ validForSeconds }: SendRequest): { ttl?: string } =>
  validForSeconds === undefined
    ? {}
    : { ttl: `${Math.min(Math.max(Math.round(validForSeconds), minTtlS), maxTtlS)}s` };

/** "Send events": typing has no end of its own, and a read mark is of one message. */
function signal(request: SendRequest, account: RcsAccount, context: Context): Promise<SendOutcome> {
  const { content } = request.part;
  const nothing = content.kind === 'typing' ? content.on === false : request.replyTo === undefined;
  if (nothing) return Promise.resolve({ type: 'sent', providerIds: [] });
  const json =
    content.kind === 'typing'
      ? { eventType: 'IS_TYPING' }
      : { eventType: 'READ', messageId: request.replyTo };
  const query = { eventId: nameUuid(`rcs event ${request.idempotencyKey}`) };
  const path = `v1/${phoneOf(request.address)}/agentEvents`;
  return act({ method: 'POST', path, query, json }, { account, context }, () => []);
}

async function act(
  call: RcsCall,
  { account, context }: { account: RcsAccount; context: Context },
  ids: (json: unknown) => string[] | undefined,
): Promise<SendOutcome> {
  const called = await callRcs(account, call, context);
  return called.ok ? ended(called.result, context.now(), ids) : called.outcome;
}

/** "Revoke messages": 200 says that it is gone from the queue, 404 that it was delivered. */
export async function revoke(
  { address, providerIds }: RevokeRequest,
  account: RcsAccount,
  context: Context,
): Promise<RevokeOutcome> {
  let gone = true;
  for (const id of providerIds) {
    const path = `v1/${phoneOf(address)}/agentMessages/${encodeURIComponent(id)}`;
    const called = await callRcs(account, { method: 'DELETE', path }, context);
    gone = called.ok && called.result.type === 'answer' && called.result.status === 200 && gone;
  }
  return gone ? 'revoked' : 'too_late';
}
