import { failure } from '../../protocol/failures.ts';
import type { ContentOf } from '../../protocol/content.ts';
import type { Context, SendOutcome, SendRequest } from '../contract/index.ts';
import { outcomeOf } from '../kit/json-answer.ts';
import { targetOf, userOf } from './address.ts';
import { ask, callSlack, ended, isSlacks } from './api.ts';
import type { SlackAccount } from './manifest.ts';
import { escape } from './text.ts';
import { completedSchema, openedSchema, uploadSchema } from './wire.ts';

const uploadTimeoutMs = 120_000;

/**
 * "Working with files": ask for an address, put the bytes there, share the file. Until it is shared nobody sees it, so only the last
 * step can be uncertain. Files are shared in a conversation, not with a member, so that is opened first.
 */
export async function upload(
  { caption }: ContentOf<'media'>,
  request: SendRequest,
  { account, context }: { account: SlackAccount; context: Context },
): Promise<SendOutcome> {
  const { content } = request.part;
  const id = content.kind === 'media' ? content.media.id : undefined;
  const held = id === undefined ? undefined : request.media.get(id);
  if (!held) return { type: 'rejected', failure: failure('media_unavailable') };
  const users = userOf(request.address);
  const opened = await ask(
    account,
    { method: 'conversations.open', json: { users }, schema: openedSchema },
    context,
  );
  if (!opened.ok) return notYet(ended(opened.result, context.now(), () => undefined));
  const bytes = await held.read();
  const filename = held.name ?? 'file';
  const form = { filename, length: String(bytes.length) };
  const ticket = await ask(
    account,
    { method: 'files.getUploadURLExternal', form, schema: uploadSchema },
    context,
  );
  if (!ticket.ok) return notYet(ended(ticket.result, context.now(), () => undefined));
  const { upload_url: url, file_id } = ticket.value;
  if (!isSlacks(url, account))
    return { type: 'rejected', failure: failure('platform_refused', 'upload_url') };
  const put = await context.http.call({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/octet-stream' },
    body: bytes,
    signal: context.signal,
    timeoutMs: uploadTimeoutMs,
  });
  const stored = outcomeOf(put, { nowMs: context.now(), sent: () => [], refused: () => undefined });
  if (stored.type !== 'sent') return notYet(stored);
  const about = targetOf(request.replyTo);
  const json = {
    files: [{ id: file_id, title: filename }],
    channel_id: opened.value.channel.id,
    ...(caption ? { initial_comment: escape(caption) } : {}),
    ...(about ? { thread_ts: about.ts } : {}),
  };
  const result = await callSlack(account, { method: 'files.completeUploadExternal', json }, context);
  return ended(result, context.now(), (answer) =>
    completedSchema.safeParse(answer).data?.files.map((file) => file.id),
  );
}

/** A step before anything was shown: if its answer is lost, the whole can safely be done again. */
const notYet = (outcome: SendOutcome): SendOutcome =>
  outcome.type === 'uncertain'
    ? { type: 'rejected', failure: failure('platform_unavailable', outcome.reason) }
    : outcome;
