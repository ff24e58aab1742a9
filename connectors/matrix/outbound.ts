import { failure } from '../../protocol/failures.ts';
import type {
  CallResult,
  Context,
  RevokeOutcome,
  RevokeRequest,
  SendOutcome,
  SendRequest,
} from '../contract/index.ts';
import { userIdOf } from './address.ts';
import { callHomeserver, said } from './api.ts';
import type { Homeserver } from './api.ts';
import type { MatrixAccount } from './manifest.ts';
import { render } from './render.ts';
import type { Rendered, Rendering } from './render.ts';
import { openRoom, talkWith } from './rooms.ts';
import { outcomeIn } from './status.ts';
import { relationsSchema, sentSchema, uploadedSchema } from './wire.ts';

const typingMs = 20_000;
const uploadTimeoutMs = 120_000;
const signals = new Set(['typing', 'read', 'reaction', 'edit', 'removal']);

export async function send(
  request: SendRequest,
  account: MatrixAccount,
  context: Context,
): Promise<SendOutcome> {
  const at = { account, context };
  const { content } = request.part;
  const user = userIdOf(request.address);
  const known = await talkWith(user, at);
  if (known.type === 'left') return { type: 'rejected', failure: failure('blocked') };
  if (known.type === 'none' && signals.has(content.kind))
    return content.kind === 'typing'
      ? { type: 'sent', providerIds: [] }
      : { type: 'rejected', failure: failure('content_refused') };
  const talk = known.type === 'none' ? await openRoom(user, at) : known;
  if (talk.type !== 'room')
    return talk.type === 'refused' ? talk.outcome : { type: 'rejected', failure: failure('blocked') };
  const uploaded = await upload(request, at);
  if (uploaded && 'type' in uploaded) return uploaded;
  return carryOut(render({ content, replyTo: request.replyTo, file: uploaded }), {
    ...at,
    roomId: talk.roomId,
    key: request.idempotencyKey,
  });
}

async function upload(
  { part, media }: SendRequest,
  at: Homeserver,
): Promise<Rendering['file'] | SendOutcome> {
  const id = part.content.kind === 'media' ? part.content.media.id : undefined;
  const held = id === undefined ? undefined : media.get(id);
  if (!held) return undefined;
  const result = await callHomeserver(at, {
    method: 'POST',
    path: ['media', 'v3', 'upload'],
    query: held.name ? `?filename=${encodeURIComponent(held.name.toWellFormed())}` : '',
    headers: { 'content-type': held.mediaType },
    body: await held.read(),
    timeoutMs: uploadTimeoutMs,
  });
  const uri = said(result, uploadedSchema)?.content_uri;
  return uri === undefined ? outcomeIn(result, at.context.now()) : { url: uri, held };
}

interface Room extends Homeserver {
  roomId: string;
  /** The transaction id that the homeserver de-duplicates by. */
  key: string;
}

async function carryOut(rendered: Rendered, room: Room): Promise<SendOutcome> {
  const inRoom = ['client', 'v3', 'rooms', room.roomId];
  switch (rendered.type) {
    case 'refused':
      return { type: 'rejected', failure: failure(rendered.code) };
    case 'event': {
      const path = [...inRoom, 'send', rendered.event, room.key];
      return sentOf(await callHomeserver(room, { method: 'PUT', path, json: rendered.content }), room);
    }
    case 'redact': {
      const path = [...inRoom, 'redact', rendered.target, room.key];
      return doneOf(await callHomeserver(room, { method: 'PUT', path, json: {} }), room);
    }
    case 'unreact':
      return unreact(rendered.target, room);
    case 'typing': {
      const path = [...inRoom, 'typing', room.account.config.user_id];
      const json = rendered.on ? { typing: true, timeout: typingMs } : { typing: false };
      return doneOf(await callHomeserver(room, { method: 'PUT', path, json }), room);
    }
    case 'read': {
      const path = [...inRoom, 'receipt', 'm.read', rendered.target];
      return doneOf(await callHomeserver(room, { method: 'POST', path, json: {} }), room);
    }
  }
}

const doneOf = (result: CallResult, at: Homeserver): SendOutcome =>
  outcomeIn(result, at.context.now(), () => []);

const sentOf = (result: CallResult, at: Homeserver): SendOutcome =>
  outcomeIn(result, at.context.now(), (json) => {
    const sent = sentSchema.safeParse(json).data;
    return sent && [sent.event_id];
  });

/** Our reactions to an event are events of their own: they are looked up, and redacted. */
async function unreact(target: string, room: Room): Promise<SendOutcome> {
  const path = ['client', 'v1', 'rooms', room.roomId, 'relations', target, 'm.annotation', 'm.reaction'];
  const result = await callHomeserver(room, { method: 'GET', path });
  const found = said(result, relationsSchema);
  if (!found) return outcomeIn(result, room.context.now());
  const own = found.chunk.filter(({ sender }) => sender === room.account.config.user_id);
  for (const [index, { event_id: reaction }] of own.entries()) {
    const redact = ['client', 'v3', 'rooms', room.roomId, 'redact', reaction, `${room.key}/${index}`];
    const outcome = doneOf(await callHomeserver(room, { method: 'PUT', path: redact, json: {} }), room);
    if (outcome.type !== 'sent') return outcome;
  }
  return { type: 'sent', providerIds: [] };
}

/** Redacts what was sent. */
export async function revoke(
  { address, messageId, providerIds }: RevokeRequest,
  account: MatrixAccount,
  context: Context,
): Promise<RevokeOutcome> {
  const at = { account, context };
  const talk = await talkWith(userIdOf(address), at);
  if (talk.type !== 'room') return 'too_late';
  for (const [index, target] of providerIds.entries()) {
    const room = { ...at, roomId: talk.roomId, key: `${messageId}/revoke/${index}` };
    if ((await carryOut({ type: 'redact', target }, room)).type !== 'sent') return 'too_late';
  }
  return 'revoked';
}
