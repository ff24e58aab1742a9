import { z } from 'zod';

/**
 * What a merchant fills in, as JSON Schema 2020-12 in a subset that every tool understands and that cannot hang who checks it:
 * no references, no conditions, and patterns that a backtracking matcher gets through quickly.
 */

const variable = /[*+]|\{\d+,\d*\}/g;

/** Whether matching takes at most quadratic time: anchored, no groups, no look-around, two repetitions at most. */
export function isPlainPattern(pattern: string): boolean {
  if (pattern.length > 256 || !pattern.startsWith('^')) return false;
  try {
    new RegExp(pattern, 'u');
  } catch {
    return false;
  }
  const outside = pattern.replaceAll(/\\./g, 'x').replaceAll(/\[[^\]]*\]/g, 'x');
  const options = outside.match(/\?/g) ?? [];
  return !/[()|]/.test(outside) && (outside.match(variable) ?? []).length <= 2 && options.length <= 3;
}

const primitive = z.union([z.string().max(512), z.number(), z.boolean()]);
const count = z.int().nonnegative();

export interface FieldSchema {
  type?: 'string' | 'integer' | 'number' | 'boolean' | 'array' | 'object' | undefined;
  title?: string | undefined;
  description?: string | undefined;
  default?: unknown;
  examples?: unknown[] | undefined;
  enum?: (string | number | boolean)[] | undefined;
  const?: string | number | boolean | undefined;
  writeOnly?: boolean | undefined;
  minLength?: number | undefined;
  maxLength?: number | undefined;
  pattern?: string | undefined;
  format?: string | undefined;
  minimum?: number | undefined;
  maximum?: number | undefined;
  exclusiveMinimum?: number | undefined;
  exclusiveMaximum?: number | undefined;
  minItems?: number | undefined;
  maxItems?: number | undefined;
  items?: FieldSchema | undefined;
  properties?: Record<string, FieldSchema> | undefined;
  required?: string[] | undefined;
  additionalProperties?: boolean | FieldSchema | undefined;
  anyOf?: FieldSchema[] | undefined;
}

const name = z.string().regex(/^[a-z][a-zA-Z0-9_]{0,63}$/, 'expected a name of letters, digits and _');

export const fieldSchema: z.ZodType<FieldSchema> = z
  .strictObject({
    type: z.enum(['string', 'integer', 'number', 'boolean', 'array', 'object']).optional(),
    title: z.string().max(200).optional(),
    description: z.string().max(2000).optional(),
    default: z.unknown().optional(),
    examples: z.array(z.unknown()).max(10).optional(),
    enum: z.array(primitive).min(1).max(200).optional(),
    const: primitive.optional(),
    writeOnly: z.boolean().optional().describe('A secret; every field of the credentials has it'),
    minLength: count.optional(),
    maxLength: count.optional(),
    pattern: z
      .string()
      .refine(
        isPlainPattern,
        'expected a pattern that begins with ^, without groups or alternatives, with two repetitions at most',
      )
      .optional(),
    format: z.string().max(32).optional(),
    minimum: z.number().optional(),
    maximum: z.number().optional(),
    exclusiveMinimum: z.number().optional(),
    exclusiveMaximum: z.number().optional(),
    minItems: count.optional(),
    maxItems: count.optional(),
    get items() {
      return fieldSchema.optional();
    },
    get properties() {
      return z.record(name, fieldSchema).optional();
    },
    required: z.array(z.string().max(64)).max(100).optional(),
    get additionalProperties() {
      return z.union([z.boolean(), fieldSchema]).optional();
    },
    get anyOf() {
      return z.array(fieldSchema).min(1).max(20).optional();
    },
  })
  .meta({ id: 'ConnectorField' });

const objectFields = {
  $schema: z.string().max(128).optional(),
  type: z.literal('object'),
  description: z.string().max(2000).optional(),
  required: z.array(z.string().max(64)).max(100).optional(),
  additionalProperties: z.literal(false).describe('A merchant’s unknown field is an error'),
};

export const configFieldsSchema = z
  .strictObject({ ...objectFields, properties: z.record(name, fieldSchema) })
  .refine((schema) => Object.values(schema.properties).every((field) => field.writeOnly !== true), {
    message: 'a secret belongs into the credentials: what is here is stored and shown as it is',
    path: ['properties'],
  });

export const credentialFieldsSchema = z
  .strictObject({ ...objectFields, properties: z.record(name, fieldSchema) })
  .refine((schema) => Object.values(schema.properties).every((field) => field.writeOnly === true), {
    message: 'every field of the credentials must be marked "writeOnly": true',
    path: ['properties'],
  });
