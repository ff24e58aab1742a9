import { failure } from '../../protocol/failures.ts';
import type { FailureCode } from '../../protocol/failures.ts';
import type { ContentOf } from '../../protocol/content.ts';
import type { Context, SendOutcome, SendRequest } from '../contract/index.ts';
import { messageIdOf, targetOf, userOf } from './address.ts';
import type { Target } from './address.ts';
import { ask, callSlack, ended } from './api.ts';
import { nameOf } from './emoji.ts';
import type { SlackAccount } from './manifest.ts';
import { render } from './render.ts';
import { upload } from './upload.ts';
import { postedSchema, reactionsSchema, selfSchema } from './wire.ts';

const rejected = (code: FailureCode): SendOutcome => ({ type: 'rejected', failure: failure(code) });

export async function send(
  request: SendRequest,
  account: SlackAccount,
  context: Context,
): Promise<SendOutcome> {
  const { content } = request.part;
  switch (content.kind) {
    case 'media':
      return upload(content, request, { account, context });
    case 'reaction':
    case 'edit':
    case 'removal':
      return change(content, request, { account, context });
    default:
      return post(request, account, context);
  }
}

/** To a member's id a message goes as a direct message of the app. An answer is shown in its thread and in the conversation. */
async function post(request: SendRequest, account: SlackAccount, context: Context): Promise<SendOutcome> {
  const message = render(request);
  if (!message) return rejected('content_unsupported');
  const about = targetOf(request.replyTo);
  const json = {
    ...(about ? { thread_ts: about.ts, reply_broadcast: true } : {}),
    ...message,
    channel: userOf(request.address),
  };
  const result = await callSlack(account, { method: 'chat.postMessage', json }, context);
  return ended(result, context.now(), (answer) => {
    const posted = postedSchema.safeParse(answer).data;
    return posted && [messageIdOf(posted.channel, posted.ts)];
  });
}

type Changing = ContentOf<'reaction'> | ContentOf<'edit'> | ContentOf<'removal'>;
interface Call {
  account: SlackAccount;
  context: Context;
}

async function change(content: Changing, request: SendRequest, call: Call): Promise<SendOutcome> {
  const target = targetOf(request.replyTo);
  const file = /^F[A-Z0-9]{2,32}$/.exec(request.replyTo ?? '')?.[0];
  if (file && content.kind === 'removal') return act('files.delete', { file }, call);
  if (!target) return rejected('content_refused');
  if (content.kind === 'removal') return act('chat.delete', { ...target }, call);
  if (content.kind === 'edit') return act('chat.update', { ...target, ...render(request) }, call);
  if (content.emoji === '') return takeBack(target, call);
  const name = nameOf(content.emoji);
  return name === undefined
    ? rejected('content_refused')
    : act('reactions.add', { channel: target.channel, timestamp: target.ts, name }, call);
}

async function act(method: string, json: object, { account, context }: Call): Promise<SendOutcome> {
  return ended(await callSlack(account, { method, json }, context), context.now(), () => []);
}

/** Slack wants to hear which reaction goes: ours are looked for. */
async function takeBack({ channel, ts }: Target, call: Call): Promise<SendOutcome> {
  const { account, context } = call;
  const nothing = () => [];
  const self = await ask(account, { method: 'auth.test', json: {}, schema: selfSchema }, context);
  if (!self.ok) return ended(self.result, context.now(), nothing);
  const form = { channel, timestamp: ts, full: 'true' };
  const on = await ask(account, { method: 'reactions.get', form, schema: reactionsSchema }, context);
  if (!on.ok) return ended(on.result, context.now(), nothing);
  const own = (on.value.message.reactions ?? []).filter(({ users }) => users.includes(self.value.user_id));
  for (const { name } of own) {
    const outcome = await act('reactions.remove', { channel, timestamp: ts, name }, call);
    if (outcome.type !== 'sent') return outcome;
  }
  return { type: 'sent', providerIds: [] };
}
