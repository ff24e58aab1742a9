import type { Context, ProfileOutcome } from '../contract/index.ts';
import { lineOf } from '../kit/fields.ts';
import { answerAs } from '../kit/http.ts';
import { userIdOf } from './address.ts';
import { callLine } from './api.ts';
import type { LineAccount } from './manifest.ts';
import { profileSchema } from './wire.ts';

/** "Get profile". 404: LINE tells this account nothing of them. */
export async function profile(
  address: string,
  account: LineAccount,
  context: Context,
): Promise<ProfileOutcome> {
  const path = `/v2/bot/profile/${encodeURIComponent(userIdOf(address))}`;
  const result = await callLine(account, { method: 'GET', path }, context);
  const person = answerAs(result, profileSchema);
  const name = lineOf(person?.displayName.trim());
  if (person && name !== undefined)
    return { type: 'found', name, ...(person.language ? { language: person.language } : {}) };
  const isTold = person !== undefined || (result.type === 'answer' && result.status === 404);
  return { type: isTold ? 'none' : 'unknown' };
}
