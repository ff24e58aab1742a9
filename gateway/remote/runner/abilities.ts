import { isDeepStrictEqual } from 'node:util';
import type {
  Account,
  Connector,
  Context,
  ProbeOutcome,
  ProfileOutcome,
  ReachOutcome,
  SetupOutcome,
} from '../../../connectors/contract/index.ts';
import {
  capabilitiesRequestSchema,
  capabilitiesToWire,
  inquireRequestSchema,
  probeRequestSchema,
  profileRequestSchema,
  reachRequestSchema,
  revokeRequestSchema,
  setupRequestSchema,
  templatesRequestSchema,
} from '../../../protocol/connector-wire/index.ts';
import type { WireAccount } from '../../../protocol/connector-wire/index.ts';
import { languageSchema } from '../../../protocol/content.ts';
import { failure } from '../../../protocol/failures.ts';
import type { z } from 'zod';
import { readWire, writeWire } from '../codec.ts';
import { failureToWire } from '../items.ts';
import { templatePieces } from './templates.ts';

/** Answers one request; undefined where it cannot be understood at all, which the gateway takes for silence. */
export type Handler = (payload: string) => Promise<string | undefined>;

/** Below what the gateway waits for. */
const askTimeoutMs = 14_000;
const platformTimeoutMs = 8000;

export interface AbilityOptions {
  connector: Connector;
  context: Context;
  /** The account as the connector's own schemas have it; undefined where they refuse it. */
  own(wire: WireAccount): Account | undefined;
}

const notSetUp = { ok: false, detail: 'The account is not set up as it must be.' } as const;
const detailOf = (detail: string | undefined) =>
  detail === undefined ? {} : { detail: detail.slice(0, 500) };
const setupToWire = ({ ok, detail }: SetupOutcome) => ({ ok, ...detailOf(detail) });

function probeToWire(outcome: ProbeOutcome): object {
  const { ok, detail } = outcome;
  if (!ok)
    return { ok, ...detailOf(detail), ...(outcome.fields ? { fields: outcome.fields.slice(0, 16) } : {}) };
  const expiresAt = timeOf(outcome.expiresAtMs);
  return { ok, ...detailOf(detail), ...(expiresAt === undefined ? {} : { expires_at: expiresAt }) };
}

function timeOf(atMs: number | null | undefined): string | null | undefined {
  if (atMs === null || atMs === undefined) return atMs;
  // beyond these years RFC 3339 has no form
  return atMs >= 0 && atMs < 253_402_300_800_000 ? new Date(atMs).toISOString() : undefined;
}

const reachToWire = (outcome: ReachOutcome): object =>
  outcome.type === 'no' ? { type: 'no', failure: failureToWire(outcome.failure) } : { type: outcome.type };

function profileToWire(outcome: ProfileOutcome): object {
  if (outcome.type !== 'found') return { type: outcome.type };
  const name = outcome.name.toWellFormed().trim().slice(0, 256).toWellFormed();
  const language = languageSchema.safeParse(outcome.language).data;
  return name === ''
    ? { type: 'none' }
    : { type: 'found', name, ...(language === undefined ? {} : { language }) };
}

/** What an instance answers about a platform, beside sends and calls of it. */
export function abilityHandlers({
  connector,
  context,
  own,
}: AbilityOptions): Record<
  'probe' | 'setup' | 'teardown' | 'inquire' | 'revoke' | 'reach' | 'profile' | 'templates' | 'capabilities',
  Handler
> {
  /** The request is read, its account is the connector's own, and the call ends in time where the connector heeds its signal. */
  const about =
    <T extends { account: WireAccount }>(
      schema: z.ZodType<T>,
      timeoutMs: number,
      answer: (of: { request: T; account: Account | undefined; within: Context }) => Promise<object>,
    ): Handler =>
    async (payload) => {
      const read = readWire(payload, schema);
      if (!read.ok) return undefined;
      const signal = AbortSignal.any([context.signal, AbortSignal.timeout(timeoutMs)]);
      const { value: request } = read;
      return writeWire(
        await answer({ request, account: own(request.account), within: { ...context, signal } }),
      );
    };
  const pieces = templatePieces(connector);
  return {
    probe: about(probeRequestSchema, askTimeoutMs, async ({ account, within }) =>
      account && connector.probe ? probeToWire(await connector.probe(account, within)) : notSetUp,
    ),
    setup: about(setupRequestSchema, platformTimeoutMs, async ({ account, within }) =>
      account && connector.setup ? setupToWire(await connector.setup(account, within)) : notSetUp,
    ),
    teardown: about(setupRequestSchema, platformTimeoutMs, async ({ account, within }) =>
      account && connector.teardown ? setupToWire(await connector.teardown(account, within)) : notSetUp,
    ),
    inquire: about(inquireRequestSchema, askTimeoutMs, async ({ request, account, within }) => {
      if (!account || !connector.inquire) return { type: 'unknown' };
      const { message_id: messageId, idempotency_key: idempotencyKey, address, sent_at: at } = request;
      const outcome = await connector.inquire(
        { messageId, idempotencyKey, address, sentAtMs: Date.parse(at) },
        account,
        within,
      );
      if (outcome.type !== 'sent') return { type: outcome.type };
      const { providerIds, state } = outcome;
      return { type: 'sent', provider_ids: providerIds, ...(state === undefined ? {} : { state }) };
    }),
    revoke: about(revokeRequestSchema, askTimeoutMs, async ({ request, account, within }) => {
      if (!account || !connector.revoke) return { outcome: 'unsupported' };
      const { message_id: messageId, address, provider_ids: providerIds } = request;
      return { outcome: await connector.revoke({ messageId, address, providerIds }, account, within) };
    }),
    reach: about(reachRequestSchema, platformTimeoutMs, async ({ request, account, within }) =>
      account && connector.reach
        ? reachToWire(await connector.reach(request.address, account, within))
        : { type: 'unknown' },
    ),
    profile: about(profileRequestSchema, platformTimeoutMs, async ({ request, account, within }) =>
      account && connector.profile
        ? profileToWire(await connector.profile(request.address, account, within))
        : { type: 'unknown' },
    ),
    templates: about(templatesRequestSchema, platformTimeoutMs, async ({ request, account, within }) =>
      account && connector.templates
        ? pieces({ account, offset: request.offset, context: within })
        : { type: 'failed', failure: failureToWire(failure('account_unauthorized')) },
    ),
    capabilities: async (payload) => {
      const read = readWire(payload, capabilitiesRequestSchema);
      if (!read.ok) return undefined;
      const { capabilities, config } = connector.manifest;
      const parsed = config.safeParse(read.value.config);
      const found = parsed.success && connector.capabilitiesFor?.(read.value.content, parsed.data);
      const isMore = found && !isDeepStrictEqual(found, capabilities);
      return writeWire(isMore ? { capabilities: capabilitiesToWire(found) } : {});
    },
  };
}
