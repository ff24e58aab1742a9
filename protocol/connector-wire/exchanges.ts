import { z } from 'zod';
import { idSchema } from '../ids.ts';
import { maxWireExchanges } from './limits.ts';

/** What a connector called its platform for. */
export const exchangePurposes = [
  'send',
  'media',
  'inquire',
  'revoke',
  'templates',
  'reach',
  'profile',
  'probe',
  'setup',
  'teardown',
  'session',
  'hook',
] as const;

/** Why a call had no answer. */
export const exchangeEnds = [
  'guard',
  'dns',
  'connect',
  'invalid_url',
  'timeout',
  'reset',
  'aborted',
  'too_large',
] as const;

const bytes = z.int().nonnegative().max(2_147_483_647);
const sideSchema = z.strictObject({
  bytes: bytes.optional().describe('Size of the body'),
  headers: z
    .record(z.string().max(64), z.string().max(160))
    .refine((of) => Object.keys(of).length <= 40, 'expected at most 40 headers')
    .optional()
    .describe('A value that could tell something is written as its length: ‹12›'),
  body: z
    .string()
    .max(2048)
    .optional()
    .describe('Its structure as JSON, each value as its length: {"to":"‹12›"}. Of an answer codes may stay'),
});

/** One call to the platform, without secrets, content and addresses. */
export const wireExchangeSchema = z
  .strictObject({
    account_id: idSchema('account'),
    purpose: z.enum(exchangePurposes),
    message_id: idSchema('message').optional().describe('Which message it was about'),
    at: z.iso.datetime().describe('When it began'),
    duration_ms: z.int().nonnegative().max(600_000),
    method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']),
    url: z
      .string()
      .max(512)
      .describe('What could be an address or a secret in it is left out or told as ‹12›'),
    status: z.int().min(100).max(999).optional().describe('What was answered'),
    ended: z.enum(exchangeEnds).optional().describe('Why there was no answer'),
    code: z.string().min(1).max(64).optional().describe("The platform's code, where it gave one"),
    sent: sideSchema.optional(),
    received: sideSchema.optional(),
  })
  .refine(({ status, ended }) => (status === undefined) !== (ended === undefined), {
    error: 'expected either a status or why there is none',
    path: ['status'],
  })
  .meta({ id: 'ConnectorExchange' });
export type WireExchange = z.infer<typeof wireExchangeSchema>;

/** Calls to the platform, for the log that the account's merchant and the trace of a message show. Nothing answers it, and nothing waits for it. */
export const exchangesSchema = z
  .strictObject({ exchanges: z.array(wireExchangeSchema).min(1).max(maxWireExchanges) })
  .meta({ id: 'ConnectorExchanges' });
