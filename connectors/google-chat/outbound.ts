import { createHash } from 'node:crypto';
import { failure } from '../../protocol/failures.ts';
import type { FailureCode } from '../../protocol/failures.ts';
import type { Context, SendOutcome, SendRequest } from '../contract/index.ts';
import { messageOf, userOf } from './address.ts';
import { callChat, ended, spaceOf } from './api.ts';
import type { ChatCall } from './api.ts';
import type { GoogleChatAccount } from './manifest.ts';
import { isTooLarge, render } from './render.ts';
import { postedSchema } from './wire.ts';

const rejected = (code: FailureCode): SendOutcome => ({ type: 'rejected', failure: failure(code) });

/** Chat gives back the message that was made with the same id: a repeat doubles nothing. */
export const requestIdOf = (idempotencyKey: string): string =>
  createHash('sha256').update(idempotencyKey).digest('hex').slice(0, 36);

export async function send(
  request: SendRequest,
  account: GoogleChatAccount,
  context: Context,
): Promise<SendOutcome> {
  const { content } = request.part;
  if (content.kind === 'edit' || content.kind === 'removal') {
    const name = messageOf(request.replyTo);
    if (name === undefined) return rejected('content_refused');
    const call: ChatCall =
      content.kind === 'removal'
        ? { method: 'DELETE', path: name }
        : { method: 'PATCH', path: `${name}?updateMask=text`, json: render(request) };
    return act(call, account, context);
  }
  const message = render(request);
  if (!message) return rejected(content.kind === 'media' ? 'media_unavailable' : 'content_unsupported');
  if (isTooLarge(message)) return rejected('content_too_large');
  const found = await spaceOf(userOf(request.address), account, context);
  if (!found.ok)
    // nothing was sent yet: not knowing is no uncertainty
    return found.outcome.type === 'uncertain' ? rejected('platform_unavailable') : found.outcome;
  const path = `${found.id}/messages?requestId=${requestIdOf(request.idempotencyKey)}`;
  return act({ method: 'POST', path, json: message }, account, context);
}

async function act(call: ChatCall, account: GoogleChatAccount, context: Context): Promise<SendOutcome> {
  const called = await callChat(account, call, context);
  if (!called.ok) return called.outcome;
  return ended(called.result, context.now(), (json) => {
    if (call.method !== 'POST') return [];
    const posted = postedSchema.safeParse(json).data;
    return posted && [posted.name];
  });
}
