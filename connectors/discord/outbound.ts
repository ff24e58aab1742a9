import { failure } from '../../protocol/failures.ts';
import type { ContentOf } from '../../protocol/content.ts';
import type { Context, SendOutcome, SendRequest } from '../contract/index.ts';
import { answerJson } from '../kit/http.ts';
import { messageIdOf, targetOf, userOf } from './address.ts';
import { callDiscord, channelOf, ended, nonceOf } from './api.ts';
import type { DiscordCall } from './api.ts';
import { knownOf } from './known.ts';
import type { DiscordAccount } from './manifest.ts';
import { fileName, render } from './render.ts';
import { postedSchema, reactedSchema } from './wire.ts';

const uploadTimeoutMs = 120_000;
const none = () => [];
const silent = { allowed_mentions: { parse: [] } };

export async function send(
  request: SendRequest,
  account: DiscordAccount,
  context: Context,
): Promise<SendOutcome> {
  const { content } = request.part;
  if (content.kind === 'reaction' || content.kind === 'edit' || content.kind === 'removal')
    return change(content, request, { account, context });
  if (content.kind === 'typing' && content.on === false) return { type: 'sent', providerIds: [] };
  const opened = await channelOf(userOf(request.address), account, context);
  // opening a conversation sends nothing: if its answer is lost, the whole can safely be done again
  if (!opened.ok)
    return opened.outcome.type === 'uncertain'
      ? { type: 'rejected', failure: failure('platform_unavailable', opened.outcome.reason) }
      : opened.outcome;
  const { channel } = opened;
  return content.kind === 'typing'
    ? act({ method: 'POST', path: `/channels/${channel}/typing` }, { account, context })
    : post(request, channel, { account, context });
}

interface Call {
  account: DiscordAccount;
  context: Context;
}

async function post(request: SendRequest, channel: string, { account, context }: Call): Promise<SendOutcome> {
  const rendered = render(request);
  if (!rendered.ok) return { type: 'rejected', failure: failure(rendered.code) };
  const { body, file } = rendered.message;
  const about = targetOf(request.replyTo);
  const json = {
    ...body,
    ...silent,
    ...(about?.channel === channel
      ? { message_reference: { message_id: about.message, fail_if_not_exists: false } }
      : {}),
    nonce: nonceOf(request.idempotencyKey),
    enforce_nonce: true,
  };
  const call = { method: 'POST', path: `/channels/${channel}/messages` } as const;
  const result = await callDiscord(
    account,
    file ? { ...call, body: await withFile(json, file), timeoutMs: uploadTimeoutMs } : { ...call, json },
    context,
  );
  return ended(result, context.now(), (answer) => {
    const posted = postedSchema.safeParse(answer).data;
    if (posted) knownOf(account).noteOwn(posted.id);
    return posted && [messageIdOf({ channel: posted.channel_id, message: posted.id })];
  });
}

/** "Uploading Files": the message as one field, the file as another. */
async function withFile(json: object, file: NonNullable<Parameters<typeof fileName>[0]>): Promise<FormData> {
  const form = new FormData();
  form.append('payload_json', JSON.stringify(json));
  form.append(
    'files[0]',
    new Blob([Uint8Array.from(await file.read())], { type: file.mediaType }),
    fileName(file),
  );
  return form;
}

const act = async (call: DiscordCall, { account, context }: Call): Promise<SendOutcome> =>
  ended(await callDiscord(account, call, context), context.now(), none);

type Changing = ContentOf<'reaction'> | ContentOf<'edit'> | ContentOf<'removal'>;

async function change(content: Changing, request: SendRequest, call: Call): Promise<SendOutcome> {
  const target = targetOf(request.replyTo);
  if (!target) return { type: 'rejected', failure: failure('content_refused') };
  const path = `/channels/${target.channel}/messages/${target.message}`;
  if (content.kind === 'edit') {
    const rendered = render(request);
    return act(
      { method: 'PATCH', path, json: { ...(rendered.ok ? rendered.message.body : {}), ...silent } },
      call,
    );
  }
  if (content.kind === 'removal') {
    knownOf(call.account).noteOwn(target.message);
    return act({ method: 'DELETE', path }, call);
  }
  if (content.emoji === '') return takeBack(path, call);
  return act({ method: 'PUT', path: `${path}/reactions/${encodeURIComponent(content.emoji)}/@me` }, call);
}

/** Discord wants to hear which reaction goes: ours are looked for. */
async function takeBack(path: string, call: Call): Promise<SendOutcome> {
  const { account, context } = call;
  const result = await callDiscord(account, { method: 'GET', path }, context);
  const read =
    result.type === 'answer' && result.status === 200
      ? reactedSchema.safeParse(answerJson(result)).data
      : undefined;
  if (!read) return ended(result, context.now(), () => undefined);
  for (const { me, emoji } of read.reactions ?? []) {
    if (!me || !emoji.name) continue;
    const name = emoji.id ? `${emoji.name}:${emoji.id}` : emoji.name;
    const outcome = await act(
      { method: 'DELETE', path: `${path}/reactions/${encodeURIComponent(name)}/@me` },
      call,
    );
    if (outcome.type !== 'sent') return outcome;
  }
  return { type: 'sent', providerIds: [] };
}
