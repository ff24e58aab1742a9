import { z } from 'zod';
import type { Context, ProfileOutcome } from '../../contract/index.ts';
import { lineOf } from '../fields.ts';
import { callGraph } from './graph.ts';
import type { GraphCodes } from './graph.ts';

const text = z.string().nullish().catch(undefined);
/** All of it may be missing: who may not see a person is answered with an empty object. */
const profileSchema = z.looseObject({ name: text, first_name: text, last_name: text, username: text });
export type WireProfile = z.infer<typeof profileSchema>;

/** "User Profile API" of Messenger and of Instagram: a person by the id that is theirs for one business. */
export async function readProfile(
  context: Context,
  {
    nameOf,
    ...call
  }: {
    /** With the fields asked for. */ url: string;
    token: string;
    codes: GraphCodes;
    nameOf: (profile: WireProfile) => string | null | undefined;
  },
): Promise<ProfileOutcome> {
  const answer = await callGraph(context, { ...call, method: 'GET', schema: profileSchema });
  if (answer.ok) {
    const name = lineOf(nameOf(answer.value)?.trim());
    return name === undefined ? { type: 'none' } : { type: 'found', name };
  }
  const { outcome } = answer;
  if (outcome.type !== 'rejected' || !outcome.failure.permanent) return { type: 'unknown' };
  // a token or a permission can be mended; that there is no profile of this person stays
  return outcome.failure.code === 'account_unauthorized' ? { type: 'unknown' } : { type: 'none' };
}
