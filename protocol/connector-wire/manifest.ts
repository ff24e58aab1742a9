import { z } from 'zod';
import { contentKinds } from '../content.ts';
import type { ContentKind } from '../content.ts';
import { channelSchema } from '../messages.ts';
import { connectorAbilities } from '../subjects.ts';
import { configFieldsSchema, credentialFieldsSchema } from './fields.ts';
import { wireCapabilitiesSchema } from './wire-names.ts';

export const abilitySchema = z.enum(connectorAbilities);
export type Ability = z.infer<typeof abilitySchema>;

/** A connector's name: the first token of its own in subjects, and the segment in `/hooks/{connector}/…`. */
export const connectorNameSchema = z
  .string()
  .regex(/^[a-z][a-z0-9-]{1,31}$/, 'expected 2 to 32 lower case letters, digits and hyphens');

/**
 * How an address of a scheme is written in its one way without asking the connector. `phone`: E.164, after the separators that
 * people write are taken out. `mailbox`: an email address, in lower case. `lower`: the whole address in lower case. `exact`: as it stands.
 */
const addressFormSchema = z.strictObject({
  scheme: z.string().regex(/^[a-z][a-z0-9+.-]{1,31}$/, 'expected a scheme such as tel'),
  form: z.enum(['phone', 'mailbox', 'lower', 'exact']),
});
export type AddressForm = z.infer<typeof addressFormSchema>;

/** All that the gateway knows of a connector in another process. At most 256 KiB. */
export const wireManifestSchema = z
  .strictObject({
    name: connectorNameSchema,
    channel: channelSchema.describe('Kind of platform; several connectors may share one'),
    title: z.string().min(1).max(120),
    addresses: z
      .array(addressFormSchema)
      .min(1)
      .max(8)
      .describe('Schemes of the addresses it makes and takes'),
    abilities: z.array(abilitySchema).min(1).max(16),
    capabilities: wireCapabilitiesSchema,
    capabilities_kinds: z
      .array(z.enum(contentKinds as [ContentKind, ...ContentKind[]]))
      .min(1)
      .max(contentKinds.length)
      .optional()
      .describe('Kinds of content that ability `capabilities` is asked about. Left out: all but signals'),
    config: configFieldsSchema.describe('JSON Schema of what a merchant sets; shown again'),
    credentials: credentialFieldsSchema.describe(
      'JSON Schema of what a merchant keeps secret; sealed at rest',
    ),
    idempotent_sends: z
      .boolean()
      .optional()
      .describe('A send is safe to repeat with the same idempotency_key: an uncertain one is repeated'),
    renews_credentials: z
      .boolean()
      .optional()
      .describe(
        'A call may spend the account’s credentials and `renew` them: only the active instance answers calls that could',
      ),
    tells_expiry: z
      .boolean()
      .optional()
      .describe('`probe` tells when credentials end, of those that do: it is asked once a day'),
    rate: z
      .strictObject({
        per_second: z.number().positive().max(100_000),
        concurrency: z.int().positive().max(1000),
        per_address_ms: z.int().nonnegative().max(3_600_000).optional(),
        per_address_burst: z.int().positive().max(1000).optional(),
        sender: z
          .strictObject({ field: z.string().min(1).max(64), per_second: z.number().positive().max(100_000) })
          .optional(),
      })
      .describe(
        'Messages per second and account, how many at once, the time between two to one address and how many of these may go early; `sender` names the configuration field of a line that accounts may share, and what it carries',
      ),
    send_timeout_ms: z
      .int()
      .min(500)
      .max(40_000)
      .optional()
      .describe('How long the reply to a send may take; after that the send is uncertain. Default 30,000'),
    documents: z
      .array(
        z.strictObject({
          title: z.string().max(200),
          url: z.url({ protocol: /^https?$/ }).max(2048),
          version: z.string().max(200),
        }),
      )
      .max(50),
  })
  .meta({ id: 'ConnectorManifest' });
export type WireManifest = z.infer<typeof wireManifestSchema>;
