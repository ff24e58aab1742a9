import { z } from 'zod';
import { fieldSchema, mediaSchema } from './content.ts';
import { wireCapabilitiesJson, wireCapabilitiesSchema } from './connector-wire/wire-names.ts';

/** A JSON Schema of the dialect 2020-12 (https://json-schema.org/draft/2020-12/json-schema-core). */
export type JsonSchema = { [keyword: string]: unknown };

const refTo = (name: string): string => `#/$defs/${name}`;

/** What zod checks in code and JSON Schema has words for. */
const rules = new Map<unknown, JsonSchema>([
  [mediaSchema, { anyOf: [{ required: ['id'] }, { required: ['url'] }] }],
  [
    fieldSchema,
    {
      oneOf: [
        { properties: { type: { const: 'choice' } }, required: ['options'] },
        { properties: { type: { not: { const: 'choice' } }, options: false } },
      ],
    },
  ],
]);

const replace = (schema: JsonSchema, other: JsonSchema): void => {
  for (const keyword of Object.keys(schema)) delete schema[keyword];
  Object.assign(schema, other);
};

/**
 * The JSON Schema of a zod schema: of what others write (`input`) or of what they read (`output`). Shared parts, those with an id,
 * stand in `$defs`. Not in it, for JSON Schema has no words for it: ids that must differ within a list, a least that is not
 * above its most, lone surrogates. Lengths of ours are UTF-16 units, of JSON Schema code points: it never refuses what zod takes.
 */
export function toJsonSchema(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const made = z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    io,
    override: ({ zodSchema, jsonSchema }) => {
      const json = jsonSchema as JsonSchema;
      if ((zodSchema as unknown) === wireCapabilitiesSchema) replace(json, wireCapabilitiesJson());
      Object.assign(json, rules.get(zodSchema));
      // `format` is an annotation, and says nothing of the scheme
      if (json['format'] === 'uri') json['pattern'] = '^\\s*[Hh][Tt][Tt][Pp][Ss]?://';
    },
  });
  return unwrapped(JSON.parse(JSON.stringify(made)) as JsonSchema);
}

/** A schema that is nothing but a reference to one of its own parts, as that part. */
function unwrapped(schema: JsonSchema): JsonSchema {
  const { $schema, $ref, $defs, ...rest } = schema as JsonSchema & { $defs?: Record<string, JsonSchema> };
  const name = typeof $ref === 'string' ? /^#\/\$defs\/([^/]+)$/.exec($ref)?.[1] : undefined;
  const target = name === undefined ? undefined : $defs?.[name];
  if (name === undefined || target === undefined) return schema;
  const { [name]: _, ...others } = $defs!;
  const defs = JSON.stringify([target, others]).includes(`"${refTo(name)}"`) ? $defs! : others;
  return {
    $schema,
    ...target,
    ...rest,
    ...(Object.keys(defs).length > 0 ? { $defs: defs } : {}),
  };
}

/** A schema for a place within a document, and its shared parts for `#/components/schemas`. */
export function componentsOf(schema: JsonSchema): {
  payload: JsonSchema;
  schemas: Record<string, JsonSchema>;
} {
  const moved = JSON.parse(
    JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/'),
  ) as JsonSchema;
  const { $defs = {}, $schema: _, ...payload } = moved;
  return { payload, schemas: $defs as Record<string, JsonSchema> };
}
