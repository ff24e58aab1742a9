import type {
  Account,
  Context,
  InquiryOutcome,
  InquiryRequest,
  ProbeOutcome,
  ProfileOutcome,
  ReachOutcome,
  RevokeOutcome,
  RevokeRequest,
  SetupOutcome,
} from '../../connectors/contract/index.ts';
import {
  inquireReplySchema,
  probeReplySchema,
  profileReplySchema,
  reachReplySchema,
  revokeReplySchema,
  setupReplySchema,
} from '../../protocol/connector-wire/index.ts';
import { answerTo } from './asking.ts';
import type { Ask } from './asking.ts';
import { readWire } from './codec.ts';
import { failureFromWire } from './items.ts';
import { accountToWire } from './sending.ts';

/** Optional abilities of the contract, asked over the wire. A connector that is away, silent or unreadable is what a platform is that cannot be asked. */

const askTimeoutMs = 15_000;
/** What the contract gives these, with room for the way. */
const platformTimeoutMs = 8500;

export async function inquire(
  ask: Ask,
  request: InquiryRequest,
  account: Account,
  context: Context,
): Promise<InquiryOutcome> {
  const reply = await answerTo(ask, 'inquire', {
    request: {
      account: accountToWire(account, context),
      message_id: request.messageId,
      idempotency_key: request.idempotencyKey,
      address: request.address,
      sent_at: new Date(request.sentAtMs).toISOString(),
    },
    schema: inquireReplySchema,
    timeoutMs: askTimeoutMs,
    signal: context.signal,
  });
  if (!reply) return { type: 'unknown' };
  if (reply.type !== 'sent') return reply;
  const { provider_ids: providerIds, state } = reply;
  return { type: 'sent', providerIds, ...(state === undefined ? {} : { state }) };
}

export async function revoke(
  ask: Ask,
  { messageId, address, providerIds }: RevokeRequest,
  account: Account,
  context: Context,
): Promise<RevokeOutcome> {
  const reply = await answerTo(ask, 'revoke', {
    request: {
      account: accountToWire(account, context),
      message_id: messageId,
      address,
      provider_ids: providerIds,
    },
    schema: revokeReplySchema,
    timeoutMs: askTimeoutMs,
    signal: context.signal,
  });
  return reply?.outcome ?? 'too_late';
}

/** Why there is no word of the platform's, for people. */
const absence = {
  silent: 'The connector did not answer in time.',
  nobody: 'No instance of the connector is running.',
  away: 'No instance of the connector is running.',
  too_large: 'The account is too large for the connector.',
  unreadable: 'The connector gave an answer that cannot be read.',
} as const;

const trouble = (type: keyof typeof absence): { ok: false; detail: string } => ({
  ok: false,
  detail: absence[type],
});

export async function probe(ask: Ask, account: Account, context: Context): Promise<ProbeOutcome> {
  const request = { account: accountToWire(account, context) };
  const answer = await ask('probe', request, { timeoutMs: askTimeoutMs, signal: context.signal });
  if (answer.type !== 'reply') return trouble(answer.type);
  const reply = readWire(answer.payload, probeReplySchema);
  if (!reply.ok) return trouble('unreadable');
  const { ok, detail, expires_at: expiresAt, fields } = reply.value;
  if (!ok)
    return { ok, detail: detail ?? 'The platform refuses the credentials.', ...(fields && { fields }) };
  return {
    ok,
    ...(detail === undefined ? {} : { detail }),
    ...(expiresAt === undefined ? {} : { expiresAtMs: expiresAt === null ? null : Date.parse(expiresAt) }),
  };
}

export async function setUp(
  ask: Ask,
  operation: 'setup' | 'teardown',
  account: Account,
  context: Context,
): Promise<SetupOutcome> {
  const request = { account: accountToWire(account, context) };
  const answer = await ask(operation, request, { timeoutMs: platformTimeoutMs, signal: context.signal });
  if (answer.type !== 'reply') return trouble(answer.type);
  const reply = readWire(answer.payload, setupReplySchema);
  if (!reply.ok) return trouble('unreadable');
  const { ok, detail } = reply.value;
  if (!ok) return { ok, detail: detail ?? 'The platform could not be told.' };
  return { ok, ...(detail === undefined ? {} : { detail }) };
}

export async function reach(
  ask: Ask,
  address: string,
  account: Account,
  context: Context,
): Promise<ReachOutcome> {
  const reply = await answerTo(ask, 'reach', {
    request: { account: accountToWire(account, context), address },
    schema: reachReplySchema,
    timeoutMs: platformTimeoutMs,
    signal: context.signal,
  });
  if (!reply) return { type: 'unknown' };
  return reply.type === 'no' ? { type: 'no', failure: failureFromWire(reply.failure) } : reply;
}

export async function readProfile(
  ask: Ask,
  address: string,
  account: Account,
  context: Context,
): Promise<ProfileOutcome> {
  const reply = await answerTo(ask, 'profile', {
    request: { account: accountToWire(account, context), address },
    schema: profileReplySchema,
    timeoutMs: platformTimeoutMs,
    signal: context.signal,
  });
  if (!reply) return { type: 'unknown' };
  if (reply.type !== 'found') return reply;
  const { name, language } = reply;
  return { type: 'found', name, ...(language === undefined ? {} : { language }) };
}
