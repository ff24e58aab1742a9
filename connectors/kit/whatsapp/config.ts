import { z } from 'zod';
import { optionIdSchema } from '../../../protocol/content.ts';

/** Fields of accounts that more than one WhatsApp connector has. */
export const secretField = z.string().min(1).max(1024);
export const baseUrlField = z.url({ protocol: /^https?$/ }).max(512);
export const numericId = z.string().regex(/^\d{1,32}$/, 'expected digits');
export const senderField = z
  .string()
  .regex(/^\+[1-9]\d{6,14}$/, 'expected +15550100')
  .describe('The WhatsApp number');
export const countryField = z
  .string()
  .regex(/^[A-Z]{2}$/)
  .optional()
  .describe('Country (ISO 3166) of numbers that are written without one');
export const mediaField = z
  .enum(['upload', 'link'])
  .default('upload')
  .describe('Upload media to Meta, or let Meta fetch it from this gateway');

const flow = z.strictObject({
  flow_id: numericId.describe('Id of the flow'),
  button: z.string().min(1).max(20).describe('What opens it, without emoji'),
  fields: z
    .array(optionIdSchema)
    .min(1)
    .max(20)
    .describe('Ids of the fields that it asks for: the names that its last screen hands over'),
  draft: z.boolean().optional().describe('Not published yet: for tests'),
});

/** The merchant's catalogue at Meta: without it, products go as on any channel that has none. */
export const catalogueFields = {
  catalog_id: numericId
    .optional()
    .describe('Catalogue connected to the WABA, whose content ids are the ids of products'),
  catalog_title: z.string().min(1).max(60).default('Products').describe('Above a list of several products'),
};

/** The merchant's flows at Meta: a form that none of them stands for goes as on any channel that has none. */
export const flowFields = {
  flows: z
    .record(optionIdSchema, flow)
    .optional()
    .describe('Flows of the WABA, each by the name of the form that it stands for'),
};

export interface MadeAtMeta {
  catalog_id?: string | undefined;
  catalog_title?: string | undefined;
  flows?: Readonly<Record<string, z.infer<typeof flow>>> | undefined;
}
