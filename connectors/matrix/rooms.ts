import { createHash } from 'node:crypto';
import type { SendOutcome } from '../contract/index.ts';
import { callHomeserver, said } from './api.ts';
import type { Homeserver } from './api.ts';
import { outcomeIn } from './status.ts';
import { errorSchema, roomSchema, talkSchema } from './wire.ts';
import { answerJson } from '../kit/http.ts';

/** A room to speak in, why there is none, or that the consumer has left it. */
export type Talk = { type: 'room'; roomId: string } | { type: 'none' } | { type: 'left'; roomId: string };
type Refused = { type: 'refused'; outcome: SendOutcome };

const digest = (user: string): string => createHash('sha256').update(user).digest('hex').slice(0, 32);

/** Where to speak to someone is kept on the homeserver, in account data of our user: one entry a consumer, so that nothing is lost between two. */
const entry = ({ account }: Homeserver, user: string): readonly string[] => [
  'client',
  'v3',
  'user',
  account.config.user_id,
  'account_data',
  `io.passerelle.room.${digest(user)}`,
];

export async function talkWith(user: string, at: Homeserver): Promise<Talk | Refused> {
  const result = await callHomeserver(at, { method: 'GET', path: entry(at, user) });
  const talk = said(result, talkSchema);
  if (talk) return { type: talk.left ? 'left' : 'room', roomId: talk.room_id };
  if (result.type === 'answer' && result.status === 404) return { type: 'none' };
  return { type: 'refused', outcome: outcomeIn(result, at.context.now()) };
}

/** Undefined once it is kept. */
export async function remember(
  user: string,
  talk: { roomId: string; left?: boolean },
  at: Homeserver,
): Promise<SendOutcome | undefined> {
  const json = { room_id: talk.roomId, ...(talk.left ? { left: true } : {}) };
  const result = await callHomeserver(at, { method: 'PUT', path: entry(at, user), json });
  return result.type === 'answer' && result.status === 200 ? undefined : outcomeIn(result, at.context.now());
}

/**
 * A room with someone who never wrote. Making a room takes no key, so it gets an alias that only this consumer's can have: made a second
 * time, it is found by that.
 */
export async function openRoom(user: string, at: Homeserver): Promise<Talk | Refused> {
  const alias = `passerelle_${digest(`${at.account.config.user_id} ${user}`)}`;
  const server = at.account.config.user_id.replace(/^[^:]*:/, '');
  const made = await callHomeserver(at, {
    method: 'POST',
    path: ['client', 'v3', 'createRoom'],
    json: { preset: 'private_chat', is_direct: true, invite: [user], room_alias_name: alias },
  });
  const inUse =
    made.type === 'answer' && errorSchema.safeParse(answerJson(made)).data?.errcode === 'M_ROOM_IN_USE';
  const result = inUse
    ? await callHomeserver(at, {
        method: 'GET',
        path: ['client', 'v3', 'directory', 'room', `#${alias}:${server}`],
      })
    : made;
  const room = said(result, roomSchema);
  if (!room) return { type: 'refused', outcome: outcomeIn(result, at.context.now()) };
  const failed = await remember(user, { roomId: room.room_id }, at);
  return failed ? { type: 'refused', outcome: failed } : { type: 'room', roomId: room.room_id };
}
