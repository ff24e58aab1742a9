import { failure } from '../../../protocol/failures.ts';
import type { Context, SendOutcome, SendRequest } from '../../contract/index.ts';
import type { SmsAccount, SmsClient } from './client.ts';
import type { Dialect } from './dialect.ts';
import { outcomeOf } from './outcome.ts';
import { messageLookup } from './variables.ts';

/** Sends one message by a dialect. */
export async function sendSms(
  client: SmsClient,
  dialect: Dialect,
  request: SendRequest,
  { account, context }: { account: SmsAccount; context: Context },
): Promise<SendOutcome> {
  const lookup = messageLookup(request, account, { send: dialect.send, nowMs: context.now() });
  if (!lookup) return { type: 'rejected', failure: failure('address_invalid') };
  const called = await client.call(dialect, dialect.send, { account, lookup, context });
  if (!called.ok) return called.outcome;
  return outcomeOf(called.result, dialect, { nowMs: context.now(), id: request.idempotencyKey });
}
