import type { Host, HookRequest, HookResponse, SendOutcome } from '../contract/index.ts';
import { readJsonAs } from '../kit/body.ts';
import { addressOf } from './address.ts';
import { callHomeserver } from './api.ts';
import type { Homeserver } from './api.ts';
import { verify } from './inbound.ts';
import type { MatrixAccount, MatrixConfig, MatrixCredentials } from './manifest.ts';
import { remember, talkWith } from './rooms.ts';
import { outcomeIn } from './status.ts';
import { eventSchema, transactionSchema } from './wire.ts';
import type { MatrixEvent } from './wire.ts';

/**
 * Who comes and goes. An invitation into a direct chat has to be accepted before anything of it can be read, and parsing may not call
 * anybody: so the calls are made here, before the transaction goes to the hook. What cannot be done now answers 503, and the homeserver
 * sends the same transaction again.
 */
export async function welcome(
  request: HookRequest,
  account: MatrixAccount,
  host: Host<MatrixConfig, MatrixCredentials, undefined>,
): Promise<HookResponse | undefined> {
  if (request.method !== 'PUT' || !verify(request, account).ok) return undefined;
  const body = readJsonAs(request.body, transactionSchema);
  if (!body.ok) return undefined;
  for (const value of body.value.events) {
    const event = eventSchema.safeParse(value).data;
    if (event?.type !== 'm.room.member') continue;
    const failed = await moved(event, { account, context: host });
    if (failed === undefined) continue;
    if (failed.type !== 'rejected' || !failed.failure.permanent) return { status: 503 };
    host.log.warn('matrix.room_refused', { account: account.id, code: failed.failure.code });
  }
  return undefined;
}

/** What a change of membership asks for. Undefined when it is done. */
async function moved(event: MatrixEvent, at: Homeserver): Promise<SendOutcome | undefined> {
  const { user_id: own } = at.account.config;
  const { membership, is_direct: direct } = event.content;
  if (event.sender === own && event.state_key === own) return undefined;
  if (event.state_key === own && membership === 'invite')
    return direct && addressOf(event.sender) ? accept(event, at) : undefined;
  const consumer = event.state_key === own ? event.sender : (event.state_key ?? '');
  if (consumer === own || addressOf(consumer) === undefined) return undefined;
  if (membership !== 'leave' && membership !== 'ban' && membership !== 'join') return undefined;
  const talk = await talkWith(consumer, at);
  if (talk.type === 'refused') return talk.outcome;
  if (talk.type === 'none' || talk.roomId !== event.room_id) return undefined;
  const left = membership !== 'join';
  return left === (talk.type === 'left') ? undefined : remember(consumer, { roomId: talk.roomId, left }, at);
}

async function accept(
  { room_id: roomId, sender }: MatrixEvent,
  at: Homeserver,
): Promise<SendOutcome | undefined> {
  const joined = await callHomeserver(at, {
    method: 'POST',
    path: ['client', 'v3', 'rooms', roomId, 'join'],
    json: {},
  });
  return joined.type === 'answer' && joined.status === 200
    ? remember(sender, { roomId }, at)
    : outcomeIn(joined, at.context.now());
}
