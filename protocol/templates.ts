import { z } from 'zod';

/** What a platform lets be sent beforehand written: its templates, as whoever makes `template` content has to know them. */

/**
 * Whether it can be sent: `approved` yes; `pending` the platform has yet to decide; `rejected` not as it is; `paused` not for a while, or
 * until it is better received; `disabled` no more; `deleted` gone, or about to be; `unknown` the platform has a word for it that is new here.
 */
export const templateStateSchema = z.enum([
  'approved',
  'pending',
  'rejected',
  'paused',
  'disabled',
  'deleted',
  'unknown',
]);
export type TemplateState = z.infer<typeof templateStateSchema>;

const templatePurposeSchema = z.enum(['marketing', 'utility', 'authentication', 'other']);
export type TemplatePurpose = z.infer<typeof templatePurposeSchema>;

const placeholders = z
  .array(z.string().max(128))
  .max(64)
  .describe('What stands between the braces of its text, each once, in the order in which values are given');

const templateButtonSchema = z.strictObject({
  index: z.int().min(0).describe('As `buttons[].index` of the content'),
  type: z.enum(['quick_reply', 'url', 'copy_code', 'phone', 'form', 'other']),
  text: z.string().max(256).optional(),
  url: z.string().max(2048).optional().describe('With its placeholder'),
  value: z
    .enum(['required', 'optional', 'none'])
    .describe('Whether `buttons` of the content has to give a value for it, may, or has nothing to give'),
});

/** One template in one language. What it takes goes into content of kind `template`. */
export const messageTemplateSchema = z
  .strictObject({
    id: z.string().max(128).optional().describe("The platform's id of it, where it has one"),
    name: z.string().min(1).max(512).describe('As `name` of the content'),
    language: z.string().min(1).max(64).describe('As `language` of the content'),
    purpose: templatePurposeSchema,
    state: templateStateSchema,
    reason: z.string().max(256).optional().describe("The platform's code of why it is rejected"),
    header: z
      .strictObject({
        type: z.enum(['text', 'image', 'video', 'file', 'location', 'other']),
        text: z.string().max(1024).optional(),
        placeholders,
      })
      .optional()
      .describe('Takes `header` of the content where it has a placeholder or is media'),
    body: z
      .strictObject({
        text: z.string().max(8192).optional().describe('Left out where the platform does not tell it'),
        placeholders,
      })
      .describe('Its placeholders are filled by `parameters` of the content, in this order'),
    footer: z.string().max(1024).optional(),
    buttons: z.array(templateButtonSchema).max(16),
    fillable: z
      .boolean()
      .describe(
        'Whether content of kind `template` fills all of it. Not so: placeholders with names, a place or cards in it, or parts that are unknown here',
      ),
  })
  .meta({ id: 'MessageTemplate' });
export type MessageTemplate = z.infer<typeof messageTemplateSchema>;
