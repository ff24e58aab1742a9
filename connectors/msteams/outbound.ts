import { failure } from '../../protocol/failures.ts';
import type { FailureCode } from '../../protocol/failures.ts';
import type { Context, SendOutcome, SendRequest } from '../contract/index.ts';
import { messageIdOf, targetOf, userOf } from './address.ts';
import { callTeams, conversationOf, ended } from './api.ts';
import type { TeamsCall } from './api.ts';
import type { TeamsAccount } from './manifest.ts';
import { isTooLarge, render } from './render.ts';
import { postedSchema } from './wire.ts';

const rejected = (code: FailureCode): SendOutcome => ({ type: 'rejected', failure: failure(code) });
const activitiesOf = (conversation: string, activity = ''): string =>
  `/v3/conversations/${encodeURIComponent(conversation)}/activities${activity && `/${encodeURIComponent(activity)}`}`;

export async function send(
  request: SendRequest,
  account: TeamsAccount,
  context: Context,
): Promise<SendOutcome> {
  const { content } = request.part;
  if (content.kind === 'typing' && content.on === false) return { type: 'sent', providerIds: [] };
  const activity = render(request);
  if (content.kind === 'edit' || content.kind === 'removal') {
    const target = targetOf(request.replyTo);
    if (!target) return rejected('content_refused');
    const path = activitiesOf(target.conversation, target.activity);
    const call: TeamsCall =
      content.kind === 'removal' ? { method: 'DELETE', path } : { method: 'PUT', path, json: activity };
    return act(call, { account, context, ids: () => [] });
  }
  if (!activity) return rejected(content.kind === 'media' ? 'media_unavailable' : 'content_unsupported');
  if (isTooLarge(activity)) return rejected('content_too_large');
  const opened = await conversationOf(userOf(request.address), account, context);
  if (!opened.ok)
    // opening a conversation sends nothing: not knowing is no uncertainty
    return opened.outcome.type === 'uncertain' ? rejected('platform_unavailable') : opened.outcome;
  const { id: conversation } = opened;
  const call = { method: 'POST', path: activitiesOf(conversation), json: activity } as const;
  return act(call, {
    account,
    context,
    ids: (json) => {
      if (content.kind === 'typing') return [];
      const posted = postedSchema.safeParse(json).data;
      return posted && [messageIdOf({ conversation, activity: posted.id })];
    },
  });
}

async function act(
  call: TeamsCall,
  {
    account,
    context,
    ids,
  }: { account: TeamsAccount; context: Context; ids(json: unknown): string[] | undefined },
): Promise<SendOutcome> {
  const called = await callTeams(account, call, context);
  return called.ok ? ended(called.result, context.now(), ids) : called.outcome;
}
