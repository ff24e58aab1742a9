import { z } from 'zod';
import { contentKinds } from './content.ts';
import type { ContentKind } from './content.ts';

/** What a length is counted in. Counting in another unit than the platform's is a bug. */
export const unitSchema = z.enum([
  'septets',
  'utf16',
  'utf8_bytes',
  'codepoints',
  'graphemes',
  'bytes',
  'count',
]);
export type Unit = z.infer<typeof unitSchema>;

/** A hard limit with its unit. */
export const limitSchema = z.strictObject({ max: z.int().positive(), unit: unitSchema });
export type Limit = z.infer<typeof limitSchema>;

/**
 * How a connector treats a kind in one direction. `native`: the platform has it. `adapted`: the gateway rewrites it into kinds
 * that are native. `dropped`: nothing is sent and nothing fails (signals). `refused`: the send fails with `content_unsupported`.
 */
export const supportSchema = z.enum(['native', 'adapted', 'dropped', 'refused']);
export type Support = z.infer<typeof supportSchema>;

const mediaLimitSchema = z.strictObject({
  maxBytes: z.int().positive(),
  /** Accepted media types, `image/*` allowed. */
  types: z.array(z.string()).min(1),
  /** `false`: this type takes no caption, although others do. */
  caption: z.boolean().optional(),
});

/** A set of things to press under a text. */
const buttonsSchema = z.strictObject({
  max: z.int().positive(),
  label: limitSchema,
  /** Room for the payload that comes back; the gateway needs 34 bytes at most. */
  payload: limitSchema,
  /** The text above the buttons. */
  body: limitSchema,
  /** Several may be ticked before they are sent, all in one payload (`optionsPayload`). */
  multiple: z.boolean().optional(),
  /** Lines of their own above and below it; left out, they go into the body. */
  header: limitSchema.optional(),
  footer: limitSchema.optional(),
});

export const capabilitiesSchema = z.strictObject({
  outbound: z.record(z.enum(contentKinds as [ContentKind, ...ContentKind[]]), supportSchema),
  inbound: z.record(z.enum(contentKinds as [ContentKind, ...ContentKind[]]), supportSchema),
  /** `concatenated`: the channel numbers and joins long texts itself, up to `text.max` in all (SMS). */
  text: limitSchema.extend({
    markdown: z.boolean().optional(),
    concatenated: z.boolean().optional(),
    subject: z.boolean().optional(),
  }),
  /** By type of media; a type left out is adapted to a signed link. */
  media: z.partialRecord(z.enum(['image', 'audio', 'video', 'file', 'sticker']), mediaLimitSchema).optional(),
  caption: limitSchema.optional(),
  buttons: buttonsSchema.optional(),
  list: buttonsSchema.extend({ button: limitSchema, description: limitSchema }).optional(),
  /** A card: title, subtitle, picture and actions in one. */
  card: z
    .strictObject({
      title: limitSchema,
      subtitle: limitSchema,
      actions: z.int().nonnegative(),
      label: limitSchema,
      /** Kinds of action it can hold; others become text. */
      actionTypes: z.array(z.enum(['reply', 'url', 'call'])),
      imageRequired: z.boolean().optional(),
    })
    .optional(),
  carousel: z
    .strictObject({
      min: z.int().positive(),
      max: z.int().positive(),
      /** Room for a text above the cards; left out, it goes by itself. */
      text: limitSchema.optional(),
    })
    .optional(),
  /** Whether a message can name the one it answers. */
  replies: z.boolean().optional(),
  /** Receipts the platform gives; a state left out never comes. */
  receipts: z.array(z.enum(['sent', 'delivered', 'read', 'failed'])),
  /** The free-form window after a consumer's message, in hours; outside it only templates go. */
  windowHours: z.int().positive().optional(),
});
export type Capabilities = z.infer<typeof capabilitiesSchema>;

const named = z.partialRecord(z.enum(contentKinds as [ContentKind, ...ContentKind[]]), supportSchema);

/** As a connector elsewhere declares them: kinds that it doesn't name, also those it doesn't know yet, are filled in by `declared`. */
export const declaredCapabilitiesSchema = capabilitiesSchema.extend({
  outbound: named.describe('Kinds left out are adapted; typing and read are dropped'),
  inbound: named.describe('Kinds left out never come'),
});

/** What a connector left out, filled in. Whatever is no such declaration comes back as it is. */
export function declared(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const { outbound, inbound } = value as Record<string, unknown>;
  const filled = (given: unknown, otherwise: Support) =>
    typeof given === 'object' && given !== null ? { ...kinds({}, otherwise), ...given } : given;
  return { ...value, outbound: filled(outbound, 'adapted'), inbound: filled(inbound, 'dropped') };
}

/**
 * The full table out of the exceptions: kinds not named are `otherwise`.
 * Typing and read are `dropped` unless named, for a missing signal is no failure.
 */
export function kinds(
  named: Partial<Record<ContentKind, Support>>,
  otherwise: Support = 'adapted',
): Record<ContentKind, Support> {
  return Object.fromEntries(
    contentKinds.map((kind) => [
      kind,
      named[kind] ?? (kind === 'typing' || kind === 'read' ? 'dropped' : otherwise),
    ]),
  ) as Record<ContentKind, Support>;
}
