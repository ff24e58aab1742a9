import { failure } from '../../protocol/failures.ts';
import type { Context, ReachOutcome } from '../contract/index.ts';
import { userIdOf } from './address.ts';
import type { ViberAccount } from './manifest.ts';
import { callViber } from './outbound.ts';
import { exactJson, onlineSchema } from './wire.ts';

/** "Get Online": who is online, offline or hides it is a subscriber with Viber on some device. */
const isThere = new Set([0, 1, 2]);
/** Not a Viber user, not a subscriber of the bot, or Viber was removed. */
const unavailable = 4;

export async function reach(address: string, account: ViberAccount, context: Context): Promise<ReachOutcome> {
  const id = userIdOf(address);
  const result = await callViber(account, 'get_online', { json: { ids: [id] }, context });
  if (result.type !== 'answer' || result.status !== 200) return { type: 'unknown' };
  const answer = onlineSchema.safeParse(exactJson(result.body)).data;
  const status =
    answer?.status === 0 ? answer.users?.find((user) => user.id === id)?.online_status : undefined;
  if (status === unavailable) return { type: 'no', failure: failure('unreachable', status) };
  return status !== undefined && isThere.has(status) ? { type: 'yes' } : { type: 'unknown' };
}
