import { z } from 'zod';
import { failureCodes } from '../../../protocol/failures.ts';
import { conditionSchema, pathSchema } from './path.ts';
import { headerTemplateSchema, jsonTemplateSchema, pathTemplateSchema, templateSchema } from './template.ts';

/**
 * How an aggregator speaks HTTP, as data: how to send, what its answers mean, how to read what it calls us with. The table of a
 * connector, or the configuration of an account of `sms-http`.
 */

const headerName = z
  .string()
  .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}$/, 'expected the name of a header')
  .refine(
    (name) => !/^(?:host|content-length|transfer-encoding|connection|upgrade|te|trailer|expect)$/i.test(name),
    'is a header that the HTTP client writes itself',
  );
const fieldName = z.string().min(1).max(128);
const templates = z.record(fieldName, templateSchema);

/** What a code means: a failure, or that it should be tried later. `throttled_pair`: not to this number. */
const verdictSchema = z.enum([...failureCodes, 'throttled', 'throttled_pair']);
export type Verdict = z.infer<typeof verdictSchema>;
const verdicts = z.record(z.string().min(1).max(128), verdictSchema);

const authSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('basic'), user: headerTemplateSchema, password: headerTemplateSchema }),
  z.strictObject({ type: z.literal('bearer'), token: headerTemplateSchema }),
  z.strictObject({ type: z.literal('header'), name: headerName, value: headerTemplateSchema }),
  z
    .strictObject({
      type: z.literal('client_credentials'),
      url: headerTemplateSchema,
      user: headerTemplateSchema,
      password: headerTemplateSchema,
    })
    .describe('An access token that is asked for at the address (RFC 6749, 4.4) and renewed before it ends'),
]);

const bodySchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('form'), fields: templates }),
  z.strictObject({ type: z.literal('json'), value: jsonTemplateSchema }),
  z.strictObject({ type: z.literal('xml'), text: templateSchema }),
]);

/** A path, or what follows a mark in the text there (`https://…/errors#1120`), perhaps up to another (`Success "…"`). */
const codePathSchema = z.union([
  pathSchema,
  z.strictObject({
    path: pathSchema,
    after: z.string().min(1).max(16),
    before: z.string().min(1).max(8).optional(),
  }),
]);
export type CodePath = z.infer<typeof codePathSchema>;

const answerSchema = z.strictObject({
  /** `text`: lines of `name: value`, each by its name; `line` is the first, `key` the first name, `text` the whole. */
  format: z.enum(['json', 'form', 'xml', 'text']).default('json'),
  ids: z
    .union([z.literal('own'), z.array(codePathSchema).min(1).max(4)])
    .describe('Where the ids of the message are; the first that is there. `own`: it has none but our {id}'),
  ok: conditionSchema.optional().describe('What must hold for a 2xx to be a yes'),
  codes: z.array(codePathSchema).max(4).default([]).describe('Where the code of a refusal is'),
});

const scalar = z.union([z.string().max(64), z.number(), z.boolean()]);

const sendSchema = z.strictObject({
  method: z.enum(['POST', 'PUT', 'GET']).default('POST'),
  path: pathTemplateSchema.describe('Below the base address'),
  auth: authSchema.optional(),
  query: templates.optional(),
  headers: z.record(headerName, headerTemplateSchema).optional(),
  body: bodySchema.optional(),
  encoding: z
    .strictObject({ gsm7: scalar, ucs2: scalar })
    .optional()
    .describe('What {encoding} says for a text of either alphabet'),
  max_valid_for_seconds: z.int().positive().optional().describe('Every {valid_…} is at most this long'),
  answer: answerSchema,
});

const timeSchema = z.strictObject({
  path: pathSchema,
  /** `iso`: also without a zone, which is then UTC; `rfc2822`; or a number since 1970. */
  format: z.enum(['iso', 'rfc2822', 'seconds', 'milliseconds']),
});
const when = z
  .array(z.union([conditionSchema, pathSchema]))
  .min(1)
  .max(8)
  .describe('All of these must hold; a path alone: there is something');

const messageSchema = z.strictObject({
  type: z.literal('message'),
  when,
  id: z.array(pathSchema).max(4).default([]).describe('Left out: a hash of sender, time and text'),
  from: pathSchema,
  text: pathSchema,
  /** `utf16_hex`: as hexadecimal digits of UTF-16, the way `{text.ucs2}` writes it. */
  text_as: z.enum(['text', 'utf16_hex']).default('text'),
  at: timeSchema.optional(),
  /** `{n}` counts from 0 or 1 until there is no address: `MediaUrl{n}`, `media.{n}.url`. */
  media: z.strictObject({ url: z.string().max(200), type: z.string().max(200).optional() }).optional(),
});
const stateSchema = z.enum(['sent', 'delivered', 'read', 'ignored', ...failureCodes]);
const receiptSchema = z.strictObject({
  type: z.literal('receipt'),
  when,
  ids: z.array(pathSchema).min(1).max(4).describe('All ways in which the platform writes the id'),
  state: pathSchema,
  /** What its words mean; `*`: any other. */
  states: z.record(z.string().min(1).max(64), stateSchema),
  codes: z.array(codePathSchema).max(4).default([]),
  at: timeSchema.optional(),
});
const ignoredSchema = z.strictObject({
  type: z.literal('ignored'),
  when,
  reason: z.string().min(1).max(128),
});

const receiveSchema = z.strictObject({
  format: z
    .enum(['json', 'form', 'xml', 'query', 'parameters'])
    .describe('`query`: parameters of the address; `parameters`: those, and the fields of a form'),
  charset: z.enum(['utf-8', 'latin1']).default('utf-8').describe('Of forms and queries'),
  embedded: z
    .string()
    .min(1)
    .max(128)
    .optional()
    .describe('The member that is itself JSON, written as a text; it is read like any other then'),
  each: z
    .union([pathSchema, z.array(pathSchema).min(1).max(4)])
    .optional()
    .describe('Where several events are in one call'),
  international: z
    .boolean()
    .default(false)
    .describe('Numbers always have their country code, also without a plus'),
  events: z
    .array(z.discriminatedUnion('type', [messageSchema, receiptSchema, ignoredSchema]))
    .min(1)
    .max(20)
    .describe('The first that fits is what it is; what fits none is ignored'),
  answer: z
    .strictObject({
      status: z.int().min(200).max(299).default(200),
      type: z
        .string()
        .regex(/^[\w.+/-]+(?:; ?charset=[\w-]+)?$/)
        .optional(),
      body: z.string().max(1024).default(''),
    })
    .optional()
    .describe('What the aggregator wants to hear'),
});

const callSchema = z.strictObject({
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH']).default('GET'),
  base: headerTemplateSchema.optional().describe('Left out: the base address of the account'),
  path: pathTemplateSchema,
  query: templates.optional(),
  headers: z.record(headerName, headerTemplateSchema).optional(),
  body: bodySchema.optional(),
});

/** Its headers are besides those of the send. */
const probeSchema = callSchema.extend({
  path: pathTemplateSchema.describe('A request that succeeds only with good credentials'),
  detail: pathSchema.optional().describe('What to show of the JSON that comes: the name of the account'),
});

const expirySchema = callSchema.extend({
  path: pathTemplateSchema.describe('A request that tells when the credentials end'),
  ends: pathSchema.describe(
    'The date and time (RFC 3339) in the JSON that comes; nothing there: they do not end',
  ),
});

export const dialectSchema = z.strictObject({
  send: sendSchema,
  receive: receiveSchema,
  codes: verdicts.default({}).describe("What the platform's codes mean, in answers and receipts"),
  statuses: z
    .record(z.string().regex(/^[2-5]\d\d$/), verdictSchema)
    .default({})
    .describe('What an HTTP status means where no code says more'),
  probe: probeSchema.optional(),
  expiry: expirySchema.optional(),
  setup: z
    .array(callSchema)
    .min(1)
    .max(4)
    .optional()
    .describe(
      'Requests that have the platform call the hook: {hook} is its address. Twice the same must do no harm',
    ),
});
/** As it is written; defaults may be left out. */
export type DialectInput = z.input<typeof dialectSchema>;
export type Dialect = z.output<typeof dialectSchema>;
export type ReceiveDialect = Dialect['receive'];
export type Event = ReceiveDialect['events'][number];

type State = z.infer<typeof stateSchema>;

/**
 * A table of a platform's words, written by what they mean: `{ unreachable: '1190 1200' }` for codes, or in one text, for the states of
 * receipts: `sent: Sent Submitted | delivered: Success`. A word with two meanings is an exception.
 */
export function codesMeaning(table: Partial<Record<Verdict, string>>): Record<string, Verdict>;
export function codesMeaning(table: string): Record<string, State>;
export function codesMeaning(table: string | Partial<Record<Verdict, string>>): Record<string, string> {
  const rows = typeof table === 'string' ? rowsOf(table) : Object.entries<string | undefined>(table);
  const meanings: Record<string, string> = {};
  for (const [meaning, words = ''] of rows)
    for (const word of words.trim().split(/\s+/)) {
      if (Object.hasOwn(meanings, word)) throw new Error(`code ${word} has two meanings`);
      meanings[word] = meaning;
    }
  return meanings;
}

const rowsOf = (table: string): [meaning: string, words: string][] =>
  table.split('|').map((row) => {
    const at = row.indexOf(':');
    return [row.slice(0, at).trim(), row.slice(at + 1)];
  });
