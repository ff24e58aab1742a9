import type { Content } from '../../protocol/content.ts';
import type {
  CallResult,
  Context,
  InquiryOutcome,
  InquiryRequest,
  RevokeOutcome,
  RevokeRequest,
  SendOutcome,
  SendRequest,
} from '../contract/index.ts';
import { answerAs } from '../kit/http.ts';
import { rejected } from '../kit/json-answer.ts';
import { emojiNameOf } from '../kit/emoji.ts';
import { escapeMarkdown } from '../kit/markdown-escape.ts';
import { fileName } from '../kit/file-name.ts';
import { userIdOf } from './address.ts';
import { callServer } from './api.ts';
import type { Server } from './api.ts';
import type { MattermostAccount } from './manifest.ts';
import { draftOf } from './render.ts';
import { outcomeIn } from './status.ts';
import { createdSchema, postListSchema, postSchema, reactionsSchema, uploadedSchema } from './wire.ts';

const uploadTimeoutMs = 120_000;
/** A request that is still on its way so long after it was sent has been given up by everybody. */
const settledAfterMs = 60_000;
const clocksMayDifferMs = 600_000;

/** In the props of a post of ours: which send it came from. */
const sendProp = 'passerelle_send';
const isPostId = (id: string | undefined): id is string => id !== undefined && /^[a-z0-9]{26}$/.test(id);

export async function send(
  request: SendRequest,
  account: MattermostAccount,
  context: Context,
): Promise<SendOutcome> {
  const at = { account, context };
  const { content } = request.part;
  if (content.kind === 'reaction' || content.kind === 'edit' || content.kind === 'removal')
    return isPostId(request.replyTo)
      ? aboutEarlier(content, request.replyTo, at)
      : rejected('content_refused');
  const channel = await channelWith(request.address, at);
  if (channel.type !== 'open') return channel;
  if (content.kind === 'typing') {
    if (content.on === false) return { type: 'sent', providerIds: [] };
    const json = { channel_id: channel.id };
    return done(
      await callServer(at, { method: 'POST', path: `users/${account.config.bot_id}/typing`, json }),
      at,
    );
  }
  return post(request, channel.id, at);
}

const done = (result: CallResult, at: Server): SendOutcome => outcomeIn(result, at.context.now(), () => []);

/** The direct channel with someone: made if there is none, found if there is. */
async function channelWith(address: string, at: Server): Promise<{ type: 'open'; id: string } | SendOutcome> {
  const json = [at.account.config.bot_id, userIdOf(address)];
  const result = await callServer(at, { method: 'POST', path: 'channels/direct', json });
  const channel = answerAs(result, createdSchema);
  return channel ? { type: 'open', id: channel.id } : outcomeIn(result, at.context.now());
}

async function post(request: SendRequest, channelId: string, at: Server): Promise<SendOutcome> {
  const { content } = request.part;
  const draft = draftOf({
    part: request.part,
    userId: userIdOf(request.address),
    hookUrl: at.account.hookUrl,
    secret: at.account.credentials.action_secret,
  });
  const native =
    content.kind === 'native' && content.connector === 'mattermost' ? content.payload : undefined;
  if (!draft && !native)
    return rejected(content.kind === 'native' ? 'content_refused' : 'content_unsupported');
  const file = draft?.media && (await upload(draft.media.id, request, { ...at, channelId }));
  if (file && file.type !== 'file') return file;
  const rootId = request.replyTo === undefined ? undefined : await rootOf(request.replyTo, at);
  const { media: _media, ...drafted } = draft ?? {};
  const props = (native?.['props'] ?? draft?.props ?? {}) as object;
  const json = {
    ...(native ?? drafted),
    ...(file ? { file_ids: [file.id] } : {}),
    ...(rootId ? { root_id: rootId } : {}),
    props: { ...props, [sendProp]: request.idempotencyKey },
    channel_id: channelId,
  };
  return outcomeIn(
    await callServer(at, { method: 'POST', path: 'posts', json }),
    at.context.now(),
    (answer) => {
      const created = createdSchema.safeParse(answer).data;
      return created && [created.id];
    },
  );
}

/** Nobody sees a file before it is in a post: without an answer, it is simply sent again. */
async function upload(
  id: string | undefined,
  { media }: SendRequest,
  at: Server & { channelId: string },
): Promise<{ type: 'file'; id: string } | SendOutcome> {
  const held = id === undefined ? undefined : media.get(id);
  if (!held) return rejected('media_unavailable');
  const form = new FormData();
  const bytes = (await held.read()) as Uint8Array<ArrayBuffer>;
  form.append('channel_id', at.channelId);
  form.append('files', new Blob([bytes], { type: held.mediaType }), fileName(held));
  const result = await callServer(at, {
    method: 'POST',
    path: 'files',
    body: form,
    timeoutMs: uploadTimeoutMs,
  });
  const [file] = answerAs(result, uploadedSchema)?.file_infos ?? [];
  if (file) return { type: 'file', id: file.id };
  const outcome = outcomeIn(result, at.context.now());
  return outcome.type === 'uncertain' ? rejected('platform_unavailable') : outcome;
}

/** `root_id` must be the beginning of a thread; an answer to an answer belongs to the same one. */
async function rootOf(postId: string, at: Server): Promise<string | undefined> {
  const id = postId.split(':')[0];
  if (!isPostId(id)) return undefined;
  const answered = answerAs(await callServer(at, { method: 'GET', path: `posts/${id}` }), postSchema);
  return answered && (answered.root_id || answered.id);
}

async function aboutEarlier(
  content: Extract<Content, { kind: 'reaction' | 'edit' | 'removal' }>,
  postId: string,
  at: Server,
): Promise<SendOutcome> {
  if (content.kind === 'removal')
    return done(await callServer(at, { method: 'DELETE', path: `posts/${postId}` }), at);
  if (content.kind === 'edit') {
    const json = { message: escapeMarkdown(content.text) };
    return done(await callServer(at, { method: 'PUT', path: `posts/${postId}/patch`, json }), at);
  }
  if (content.emoji === '') return unreact(postId, at);
  const name = emojiNameOf(content.emoji);
  if (name === undefined) return rejected('content_refused');
  const json = { user_id: at.account.config.bot_id, post_id: postId, emoji_name: name };
  return done(await callServer(at, { method: 'POST', path: 'reactions', json }), at);
}

async function unreact(postId: string, at: Server): Promise<SendOutcome> {
  const { bot_id: own } = at.account.config;
  const result = await callServer(at, { method: 'GET', path: `posts/${postId}/reactions` });
  const found = answerAs(result, reactionsSchema);
  if (found === undefined) return outcomeIn(result, at.context.now());
  for (const { emoji_name: name } of (found ?? []).filter((reaction) => reaction.user_id === own)) {
    const path = `users/${own}/posts/${postId}/reactions/${encodeURIComponent(name)}`;
    const outcome = done(await callServer(at, { method: 'DELETE', path }), at);
    if (outcome.type !== 'sent') return outcome;
  }
  return { type: 'sent', providerIds: [] };
}

/** Each post of ours says which send it came from: the channel is read again, and holds it or doesn't. */
export async function inquire(
  { address, idempotencyKey, sentAtMs }: InquiryRequest,
  account: MattermostAccount,
  context: Context,
): Promise<InquiryOutcome> {
  const at = { account, context };
  const channel = await channelWith(address, at);
  if (channel.type !== 'open') return { type: 'unknown' };
  const path = `channels/${channel.id}/posts?since=${Math.max(0, sentAtMs - clocksMayDifferMs)}`;
  const list = answerAs(await callServer(at, { method: 'GET', path, maxBytes: 8 << 20 }), postListSchema);
  if (!list) return { type: 'unknown' };
  const found = Object.values(list.posts).flatMap((value) => {
    const read = postSchema.safeParse(value).data;
    return read?.user_id === account.config.bot_id && read.props?.[sendProp] === idempotencyKey
      ? [read.id]
      : [];
  });
  if (found.length > 0) return { type: 'sent', providerIds: found };
  return context.now() - sentAtMs > settledAfterMs ? { type: 'absent' } : { type: 'unknown' };
}

export async function revoke(
  { providerIds }: RevokeRequest,
  account: MattermostAccount,
  context: Context,
): Promise<RevokeOutcome> {
  const at = { account, context };
  for (const id of providerIds) {
    if (!isPostId(id)) return 'unsupported';
    const result = await callServer(at, { method: 'DELETE', path: `posts/${id}` });
    const gone = result.type === 'answer' && (result.status === 200 || result.status === 404);
    if (!gone) return 'too_late';
  }
  return 'revoked';
}
