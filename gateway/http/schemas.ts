import { z } from '@hono/zod-openapi';
import { waysSchema } from '../../protocol/adapt/index.ts';
import { contentSchema } from '../../protocol/content.ts';
import { eventTypeSchema } from '../../protocol/events.ts';
import { lossSchema, messageSchema } from '../../protocol/messages.ts';
import { problemSchema } from '../../protocol/problem.ts';
import { renderingSchema } from '../../protocol/rendering.ts';
import { shownState } from '../accounts/expiry.ts';
import { consideredSchema } from '../routing/policy.ts';
import type {
  AccountHealth,
  AccountRow,
  ApiKeyRow,
  ConditionRow,
  ConversationRow,
  EndpointRow,
  MerchantRow,
} from '../store/port.ts';

/** Shapes of the merchant and operator API, and the views that make them out of rows. */

const time = (ms: number): string => new Date(ms).toISOString();
const timeOrNull = (ms: number | null): string | null => (ms === null ? null : time(ms));

/** The frame of every list. */
export const listOf = <T extends z.ZodType>(item: T) =>
  z.object({
    data: z.array(item),
    has_more: z.boolean(),
    next: z.string().nullable().describe('Cursor of the next page'),
  });

/** Of every route of the operators. */
export const ofOperators = { tags: ['Operators'], security: [{ operator: [] }] };

export const pageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).optional().describe('Rows a page; default 20'),
  cursor: z.string().max(256).optional().describe('`next` of the page before'),
});

const json = <T extends z.ZodType>(schema: T) => ({ 'application/json': { schema } });
export const answer = <T extends z.ZodType>(schema: T, description: string) => ({
  content: json(schema),
  description,
});
export const body = <T extends z.ZodType>(schema: T) => ({ content: json(schema), required: true });
export const problemAnswer = (description: string) => ({
  content: { 'application/problem+json': { schema: problemSchema } },
  description,
});
export const problems = {
  400: problemAnswer('The body cannot be read'),
  401: problemAnswer('No valid key'),
  404: problemAnswer('No such thing'),
  409: problemAnswer('The state does not allow it'),
  422: problemAnswer('The request is not valid; `errors` points at what'),
  429: problemAnswer('Too many requests; see Retry-After'),
};

export const traceSchema = z
  .object({
    message_id: z.string(),
    entries: z.array(
      z.object({
        at: z.string(),
        step: z.string(),
        detail: z.record(z.string(), z.unknown()),
        duration_ms: z.number().optional(),
      }),
    ),
  })
  .meta({ id: 'Trace' });

const shownShape = {
  parts: z
    .array(
      z.object({
        content: contentSchema.describe('As it is handed to the connector'),
        rendering: renderingSchema.describe('As it looks, for a screen to draw'),
        segments: z.int().positive().optional().describe('Short messages it takes (SMS)'),
        encoding: z.enum(['gsm7', 'ucs2']).optional().describe('What these are written in'),
        units: z.int().nonnegative().optional().describe('Septets (gsm7) or UTF-16 units (ucs2)'),
      }),
    )
    .describe('In order; each is one message of the platform'),
  segments: z.int().nonnegative().optional().describe('Short messages in all (SMS)'),
  losses: z.array(lossSchema),
  ways: waysSchema.optional().describe('How the consumer may answer; left out where nothing is asked'),
};
export const previewSchema = z
  .object({
    data: z.array(
      z.object({
        account_id: z.string(),
        connector: z.string(),
        channel: z.string(),
        refused: z
          .string()
          .optional()
          .describe('Code that a send would be refused with; "lossy" only where `strict` was asked for'),
        ...shownShape,
        steps: z
          .array(z.object({ field: z.string().describe('Id of the field asked for'), ...shownShape }))
          .optional()
          .describe('The questions after the first, of a form that is asked one field at a time'),
      }),
    ),
    route: z
      .object({
        account_id: z.string().optional().describe('The one chosen; left out where there is no way'),
        considered: z.array(consideredSchema).describe('Every way to them, the chosen one first'),
      })
      .optional()
      .describe('With `to`'),
  })
  .meta({ id: 'Preview' });

export const merchantSchema = z
  .object({ id: z.string(), name: z.string(), created_at: z.string() })
  .meta({ id: 'Merchant' });
export const merchantView = (row: MerchantRow) => ({
  id: row.id,
  name: row.name,
  created_at: time(row.createdAt),
});

export const keySchema = z
  .object({
    id: z.string(),
    merchant_id: z.string(),
    prefix: z.string(),
    mode: z.enum(['test', 'live']),
    name: z.string(),
    created_at: z.string(),
    expires_at: z.string().nullable(),
    revoked_at: z.string().nullable(),
  })
  .meta({ id: 'ApiKey' });
export const keyView = (row: ApiKeyRow) => ({
  id: row.id,
  merchant_id: row.merchantId,
  prefix: row.prefix,
  mode: row.mode,
  name: row.name,
  created_at: time(row.createdAt),
  expires_at: timeOrNull(row.expiresAt),
  revoked_at: timeOrNull(row.revokedAt),
});

export const accountSchema = z
  .object({
    id: z.string(),
    connector: z.string(),
    channel: z.string(),
    name: z.string(),
    test: z.boolean(),
    state: z.enum(['active', 'disabled']),
    connection: z
      .object({ state: z.enum(['connecting', 'connected', 'down']), reason: z.string().optional() })
      .optional()
      .describe('Of accounts that hold a connection'),
    config: z.record(z.string(), z.unknown()),
    credentials: z.record(z.string(), z.literal('set')).describe('Which are set; they are never shown'),
    previous_credentials_until: z
      .string()
      .optional()
      .describe('Until when what comes in is also verified with the credentials before'),
    hook_url: z.string().describe('Where the platform calls'),
    setup: z
      .object({
        state: z
          .enum(['registered', 'manual', 'failed'])
          .describe('`registered`: the platform was told where to call; `manual`: tell it yourself'),
        detail: z.string(),
        at: z.string(),
      })
      .optional()
      .describe('Of accounts that a platform calls'),
    probe: z
      .object({ ok: z.boolean(), detail: z.string(), at: z.string() })
      .optional()
      .describe('What the platform said of the credentials when it was asked last'),
    health: z
      .object({
        state: z
          .enum(['unknown', 'healthy', 'expiring', 'failing'])
          .describe('`expiring`: it works, and its credentials end within two weeks or ended'),
        since: z.string(),
        breaker: z
          .enum(['closed', 'open', 'probing'])
          .describe('`open`: nothing is sent for now, because the platform fails'),
        last_success_at: z.string().nullable(),
        last_failure_at: z.string().nullable(),
        code: z.string().nullable().describe('Of the last failure'),
        credentials_expire_at: z.string().nullable().describe('Where the platform tells'),
      })
      .describe('How sending does'),
    created_at: z.string(),
  })
  .meta({ id: 'Account' });

export const accountView = (
  row: AccountRow,
  more: {
    hookUrl: string;
    credentials: Record<string, 'set'>;
    connection: { state: 'connecting' | 'connected' | 'down'; reason: string | undefined } | undefined;
    condition: ConditionRow;
    health: AccountHealth;
    breaker: 'closed' | 'open' | 'probing';
    previousUntil: number | undefined;
  },
) => ({
  id: row.id,
  connector: row.connector,
  channel: row.channel,
  name: row.name,
  test: row.test,
  state: row.state,
  ...(more.connection
    ? {
        connection: {
          state: more.connection.state,
          ...(more.connection.reason ? { reason: more.connection.reason } : {}),
        },
      }
    : {}),
  config: row.config,
  credentials: more.credentials,
  ...(more.previousUntil === undefined ? {} : { previous_credentials_until: time(more.previousUntil) }),
  hook_url: more.hookUrl,
  ...conditionView(more.condition),
  health: {
    state: shownState(more.health),
    since: time(more.health.sinceMs),
    breaker: more.breaker,
    last_success_at: timeOrNull(more.health.lastSuccessMs ?? null),
    last_failure_at: timeOrNull(more.health.lastFailureMs ?? null),
    code: more.health.code ?? null,
    credentials_expire_at: timeOrNull(more.condition.probe?.expiresAtMs ?? null),
  },
  created_at: time(row.createdAt),
});

const conditionView = ({ setup, probe }: ConditionRow) => ({
  ...(setup ? { setup: { state: setup.state, detail: setup.detail, at: time(setup.atMs) } } : {}),
  ...(probe ? { probe: { ok: probe.ok, detail: probe.detail, at: time(probe.atMs) } } : {}),
});

export const endpointSchema = z
  .object({
    id: z.string(),
    url: z.string(),
    types: z.array(eventTypeSchema).nullable(),
    state: z.enum(['active', 'disabled']),
    failing_since: z.string().nullable(),
    disabled_at: z.string().nullable(),
    created_at: z.string(),
  })
  .meta({ id: 'WebhookEndpoint' });
export const endpointView = (row: EndpointRow) => ({
  id: row.id,
  url: row.url,
  types: row.types as z.infer<typeof endpointSchema>['types'],
  state: row.state,
  failing_since: timeOrNull(row.failingSince),
  disabled_at: timeOrNull(row.disabledAt),
  created_at: time(row.createdAt),
});

export const webhookDeliverySchema = z
  .object({
    event_id: z.string(),
    type: z.string(),
    state: z.enum(['pending', 'delivered', 'dead']),
    attempts: z.int(),
    status: z.int().nullable(),
    reason: z.string().nullable(),
    next_attempt_at: z.string().nullable(),
  })
  .meta({ id: 'WebhookDelivery' });

export const consumerSchema = z
  .object({
    id: z.string(),
    name: z.string().nullable(),
    language: z.string().nullable(),
    preferred_channel: z
      .string()
      .nullable()
      .optional()
      .describe('Where they asked to be written to; goes before the merchant’s own preference'),
    merged_into: z.string().nullable(),
    addresses: z.array(
      z.object({
        address: z.string(),
        channel: z.string(),
        account_id: z.string(),
        opted_out_at: z.string().nullable(),
        last_inbound_at: z.string().nullable(),
      }),
    ),
    created_at: z.string(),
  })
  .meta({ id: 'Consumer' });

export const conversationSchema = z
  .object({
    id: z.string(),
    consumer_id: z.string(),
    last_sequence: z.int(),
    last_address: z.string().nullable(),
    last_account_id: z.string().nullable(),
    subject: z.string().nullable(),
    created_at: z.string(),
    updated_at: z.string(),
  })
  .meta({ id: 'Conversation' });
export const conversationView = (row: ConversationRow) => ({
  id: row.id,
  consumer_id: row.consumerId,
  last_sequence: row.lastSequence,
  last_address: row.lastAddress,
  last_account_id: row.lastAccountId,
  subject: row.subject,
  created_at: time(row.createdAt),
  updated_at: time(row.updatedAt),
});

export { messageSchema, time, timeOrNull };
