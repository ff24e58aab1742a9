import { createHash } from 'node:crypto';
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
import { callRocket } from './api.ts';
import type { Workspace } from './api.ts';
import type { RocketAccount } from './manifest.ts';
import { messageOf } from './render.ts';
import { outcomeIn } from './status.ts';
import { meSchema, messageSchema, roomSchema, uploadedSchema, userSchema } from './wire.ts';

const uploadTimeoutMs = 120_000;

/** Rocket.Chat writes ids as its database does. */
const idIn = ({ _id: id }: { _id: string }): string => id;
/** `chat.sendMessage` takes the id of the message: the same send has the same, and a message that is there is not written again. */
export const messageIdOf = (idempotencyKey: string): string =>
  createHash('sha256').update(idempotencyKey).digest('hex').slice(0, 24);

/** The message itself, of whatever happened to it. */
const targetOf = (providerId: string | undefined): string | undefined => {
  const [id = ''] = (providerId ?? '').split(':');
  return /^[A-Za-z0-9_-]{1,64}$/.test(id) ? id : undefined;
};

export async function send(
  request: SendRequest,
  account: RocketAccount,
  context: Context,
): Promise<SendOutcome> {
  const at = { account, context };
  const { content } = request.part;
  const target = targetOf(request.replyTo);
  if (content.kind === 'reaction')
    return target ? react(target, content.emoji, at) : rejected('content_refused');
  const message = messageOf(request);
  const about = content.kind === 'edit' || content.kind === 'removal' || content.kind === 'read';
  if (!message && !about && content.kind !== 'media')
    return rejected(content.kind === 'native' ? 'content_refused' : 'content_unsupported');
  const room = await roomWith(request.address, at);
  if (room.type !== 'open') return room;
  if (content.kind === 'read') return post('subscriptions.read', { rid: room.id }, at);
  if (content.kind === 'edit')
    return target
      ? post('chat.update', { roomId: room.id, msgId: target, text: escapeMarkdown(content.text) }, at)
      : rejected('content_refused');
  if (content.kind === 'removal')
    return target ? post('chat.delete', { roomId: room.id, msgId: target }, at) : rejected('content_refused');
  const thread = target ? { tmid: target } : {};
  if (content.kind === 'media') return file(request, { ...at, roomId: room.id, thread });
  const json = { message: { ...message, ...thread, rid: room.id, _id: messageIdOf(request.idempotencyKey) } };
  return sentOf(await callRocket(at, { method: 'POST', path: 'chat.sendMessage', json }), at);
}

const post = async (path: string, json: object, at: Workspace): Promise<SendOutcome> =>
  outcomeIn(await callRocket(at, { method: 'POST', path, json }), at.context.now(), () => []);

const sentOf = (result: CallResult, at: Workspace): SendOutcome =>
  outcomeIn(result, at.context.now(), (json) => {
    const sent = messageSchema.safeParse(json).data;
    return sent && [idIn(sent.message)];
  });

/** Rooms are opened by user names, which change; addresses hold ids, which don't. */
async function roomWith(address: string, at: Workspace): Promise<{ type: 'open'; id: string } | SendOutcome> {
  const asked = await callRocket(at, { method: 'GET', path: `users.info?userId=${userIdOf(address)}` });
  const username = answerAs(asked, userSchema)?.user.username;
  if (username === undefined) return outcomeIn(asked, at.context.now());
  const opened = await callRocket(at, { method: 'POST', path: 'im.create', json: { username } });
  const room = answerAs(opened, roomSchema)?.room;
  return room ? { type: 'open', id: idIn(room) } : outcomeIn(opened, at.context.now());
}

/** Nobody sees a file before it is confirmed: only that step can be uncertain. */
async function file(
  { part, media }: SendRequest,
  at: Workspace & { roomId: string; thread: object },
): Promise<SendOutcome> {
  const { content } = part;
  if (content.kind !== 'media') return rejected('content_unsupported');
  const held = content.media.id === undefined ? undefined : media.get(content.media.id);
  if (!held) return rejected('media_unavailable');
  const form = new FormData();
  const bytes = (await held.read()) as Uint8Array<ArrayBuffer>;
  form.append('file', new Blob([bytes], { type: held.mediaType }), fileName(held));
  const path = `rooms.media/${at.roomId}`;
  const stored = await callRocket(at, { method: 'POST', path, body: form, timeoutMs: uploadTimeoutMs });
  const uploaded = answerAs(stored, uploadedSchema)?.file;
  if (!uploaded) {
    const outcome = outcomeIn(stored, at.context.now());
    return outcome.type === 'uncertain' ? rejected('platform_unavailable') : outcome;
  }
  const json = { msg: escapeMarkdown(content.caption ?? ''), ...at.thread };
  return sentOf(
    await callRocket(at, { method: 'POST', path: `rooms.mediaConfirm/${at.roomId}/${idIn(uploaded)}`, json }),
    at,
  );
}

async function react(messageId: string, emoji: string, at: Workspace): Promise<SendOutcome> {
  if (emoji !== '') {
    const name = emojiNameOf(emoji);
    return name === undefined
      ? rejected('content_refused')
      : post('chat.react', { messageId, emoji: name, shouldReact: true }, at);
  }
  const asked = await callRocket(at, { method: 'GET', path: 'me' });
  const username = answerAs(asked, meSchema)?.username;
  if (username === undefined) return outcomeIn(asked, at.context.now());
  const read = await callRocket(at, { method: 'GET', path: `chat.getMessage?msgId=${messageId}` });
  const message = answerAs(read, messageSchema)?.message;
  if (!message) return outcomeIn(read, at.context.now());
  for (const [name, { usernames }] of Object.entries(message.reactions ?? {})) {
    if (!usernames.includes(username)) continue;
    const outcome = await post(
      'chat.react',
      { messageId, emoji: name.replaceAll(':', ''), shouldReact: false },
      at,
    );
    if (outcome.type !== 'sent') return outcome;
  }
  return { type: 'sent', providerIds: [] };
}

/** The message has the id that we gave it, if it is there. Files have ids of the server's: that one is not there says nothing. */
export async function inquire(
  { idempotencyKey }: InquiryRequest,
  account: RocketAccount,
  context: Context,
): Promise<InquiryOutcome> {
  const id = messageIdOf(idempotencyKey);
  const result = await callRocket(
    { account, context },
    { method: 'GET', path: `chat.getMessage?msgId=${id}` },
  );
  const message = answerAs(result, messageSchema)?.message;
  return message && idIn(message) === id ? { type: 'sent', providerIds: [id] } : { type: 'unknown' };
}

export async function revoke(
  { address, providerIds }: RevokeRequest,
  account: RocketAccount,
  context: Context,
): Promise<RevokeOutcome> {
  const at = { account, context };
  const room = await roomWith(address, at);
  if (room.type !== 'open') return 'too_late';
  for (const msgId of providerIds)
    if ((await post('chat.delete', { roomId: room.id, msgId }, at)).type !== 'sent') return 'too_late';
  return 'revoked';
}
