import { z } from '@hono/zod-openapi';
import { eventTypeSchema } from '../../protocol/events.ts';
import { failureCodes, failureSchema } from '../../protocol/failures.ts';
import { idSchema } from '../../protocol/ids.ts';
import type { DeadEvent } from '../replay/dead-letters.ts';
import type { ReplayRequest } from '../replay/manage.ts';
import type { DeliveryRow, ReplayRow } from '../store/port.ts';
import { listOf, pageQuery, time, timeOrNull } from './schemas.ts';

/** Shapes of dead letters and replays, and the views that make them out of rows. */

const since = z.iso.datetime({ offset: true });

export const deadEventSchema = z
  .object({
    event_id: z.string(),
    type: z.string(),
    endpoint_id: z.string(),
    merchant_id: z.string(),
    conversation_id: z.string().nullable(),
    message_id: z.string().nullable(),
    attempts: z.int(),
    status: z.int().nullable().describe('What the endpoint answered last'),
    reason: z
      .string()
      .nullable()
      .describe('Why the last call failed; null: the endpoint was disabled before one'),
    at: z.string().describe('When the event happened'),
    given_up_at: z.string(),
  })
  .meta({ id: 'DeadEvent' });
export const deadEventView = ({ delivery, merchantId, event }: DeadEvent) => ({
  event_id: event.id,
  type: event.type,
  endpoint_id: delivery.endpointId,
  merchant_id: merchantId,
  conversation_id: event.conversationId,
  message_id: event.messageId,
  attempts: delivery.attempts,
  status: delivery.lastStatus,
  reason: delivery.lastReason,
  at: time(event.at),
  given_up_at: time(delivery.updatedAt),
});

export const deadMessageSchema = z
  .object({
    message_id: z.string(),
    merchant_id: z.string(),
    account_id: z.string(),
    conversation_id: z.string(),
    state: z.enum(['failed', 'expired']),
    failure: failureSchema.nullable(),
    attempts: z.int(),
    at: z.string(),
    resent_as: z.string().nullable().describe('The message that sends it anew'),
  })
  .meta({ id: 'DeadMessage' });
export const deadMessageView = (row: DeliveryRow, resentAs: string | undefined) => ({
  message_id: row.messageId,
  merchant_id: row.merchantId,
  account_id: row.accountId,
  conversation_id: row.conversationId,
  state: row.state as 'failed' | 'expired',
  failure: row.failure,
  attempts: row.attempts,
  at: time(row.updatedAt),
  resent_as: resentAs ?? null,
});

export const deadEventQuery = pageQuery.extend({
  endpoint: idSchema('endpoint').optional(),
  type: eventTypeSchema.optional(),
  since: since.optional().describe('Events that happened since'),
  reason: z.string().max(64).optional().describe('`reason`, or the last status such as 503'),
});
export const deadMessageQuery = pageQuery.extend({
  account: idSchema('account').optional(),
  since: since.optional().describe('Messages accepted since'),
  failure: z.enum(failureCodes).optional(),
});
export const deadEventList = listOf(deadEventSchema);
export const deadMessageList = listOf(deadMessageSchema);

const which = {
  since: since.optional().describe('All since this time; this or `ids`'),
  dry_run: z.boolean().optional().describe('Only count'),
};
const oneOf = (input: { since?: unknown; ids?: unknown }) =>
  (input.since === undefined) !== (input.ids === undefined);
const oneOfMessage = { message: 'give one of since and ids', path: ['since'] };

const eventReplaySchema = z.strictObject({
  of: z.literal('events'),
  endpoint_id: idSchema('endpoint').describe('An active one; what it is not subscribed to is left out'),
  ids: z.array(idSchema('event')).min(1).max(1000).optional(),
  only: z
    .enum(['dead', 'all'])
    .optional()
    .describe(
      'Only what was given up, or also what was delivered or never tried. Default "dead" with `since`, "all" with `ids`',
    ),
  types: z.array(eventTypeSchema).min(1).optional(),
  ...which,
});
const messageReplaySchema = z.strictObject({
  of: z.literal('messages'),
  ids: z.array(idSchema('message')).min(1).max(1000).optional(),
  failures: z.array(z.enum(failureCodes)).min(1).optional().describe('Only those that failed so'),
  force: z
    .boolean()
    .optional()
    .describe('Also those that may have arrived, wholly or in part: the consumer may then get them twice'),
  ...which,
});
export const newReplaySchema = z
  .discriminatedUnion('of', [
    eventReplaySchema.refine(oneOf, oneOfMessage),
    messageReplaySchema.refine(oneOf, oneOfMessage),
  ])
  .meta({ id: 'NewReplay' });
export const operatorReplaySchema = z.discriminatedUnion('of', [
  eventReplaySchema.extend({ merchant_id: idSchema('merchant') }).refine(oneOf, oneOfMessage),
  messageReplaySchema.extend({ merchant_id: idSchema('merchant') }).refine(oneOf, oneOfMessage),
]);

export function replayRequestOf(input: z.infer<typeof newReplaySchema>): ReplayRequest {
  const { ids } = input;
  const range = { ids, sinceMs: input.since === undefined ? undefined : Date.parse(input.since) };
  return input.of === 'events'
    ? {
        of: 'events',
        endpointId: input.endpoint_id,
        only: input.only ?? (ids ? 'all' : 'dead'),
        types: input.types,
        ...range,
      }
    : { of: 'messages', codes: input.failures, force: input.force ?? false, ...range };
}

export const replaySchema = z
  .object({
    id: z.string(),
    of: z.enum(['events', 'messages']),
    endpoint_id: z.string().nullable(),
    state: z.enum(['counting', 'running', 'done', 'cancelled', 'failed']),
    reason: z
      .string()
      .nullable()
      .describe('Why it failed: endpoint_failing, endpoint_disabled, endpoint_removed'),
    total: z.int().nullable().describe('null until it is counted'),
    done: z.int(),
    failed: z.int(),
    skipped: z
      .int()
      .describe('On its way anyhow, may have arrived, was sent anew before, or its content is gone'),
    created_at: z.string(),
    ended_at: z.string().nullable(),
  })
  .meta({ id: 'Replay' });
export const replayView = (row: ReplayRow) => ({
  id: row.id,
  of: row.scope.of,
  endpoint_id: row.endpointId,
  state: row.state,
  reason: row.reason,
  total: row.total,
  done: row.done,
  failed: row.failed,
  skipped: row.skipped,
  created_at: time(row.createdAt),
  ended_at: timeOrNull(row.endedAt),
});
export const countSchema = z.object({ total: z.int() }).meta({ id: 'ReplayCount' });
