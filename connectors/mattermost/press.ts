import { createHash } from 'node:crypto';
import type { HookRequest, Parsed } from '../contract/index.ts';
import { readJsonAs } from '../kit/body.ts';
import { wellFormed } from '../kit/fields.ts';
import { hmac, hmacMatches } from '../kit/signature.ts';
import type { Verified } from '../kit/signatures/index.ts';
import { addressOf } from './address.ts';
import type { MattermostAccount } from './manifest.ts';
import { pressSchema } from './wire.ts';

/** What a button carries. Only the server sees it, and gives it back as it is; the seal is for this consumer and this payload alone. */
export interface Carried {
  payload: string;
  label: string;
  seal: string;
}

const sealed = (userId: string, payload: string): string => `${userId}\n${payload}`;

export const carriedOf = (
  payload: string,
  label: string,
  { userId, secret }: { userId: string; secret: string },
): Carried => ({
  payload,
  label,
  seal: hmac('sha256', secret, sealed(userId, payload)).toString('hex'),
});

/** Mattermost signs nothing: the press is believed because it brings the seal that our own button carried. */
export function verify(request: HookRequest, { credentials }: MattermostAccount): Verified {
  const read = readJsonAs(request.body, pressSchema);
  if (!read.ok) return { ok: false, reason: 'no press of a button' };
  const { user_id: userId, context } = read.value;
  const options = {
    algorithm: 'sha256',
    encoding: 'hex',
    secret: credentials.action_secret,
    given: context.seal,
  } as const;
  return hmacMatches({ ...options, data: sealed(userId, context.payload) })
    ? { ok: true }
    : { ok: false, reason: 'the button was not made by this account for this user' };
}

/** `trigger_id` is new with each press, and long: its hash tells presses apart. */
export function parse(request: HookRequest): Parsed {
  const read = readJsonAs(request.body, pressSchema);
  if (!read.ok) return read;
  const { user_id: userId, post_id: replyTo, trigger_id: trigger, context } = read.value;
  const press = createHash('sha256').update(trigger).digest('hex').slice(0, 24);
  return {
    ok: true,
    items: [
      {
        type: 'message',
        providerId: `${replyTo}:press:${press}`,
        sender: { address: addressOf(userId)! },
        content: { kind: 'text', text: wellFormed(context.label || context.payload) },
        payload: wellFormed(context.payload),
        replyTo,
      },
    ],
    response: { status: 200, headers: { 'content-type': 'application/json' }, body: '{}' },
  };
}
