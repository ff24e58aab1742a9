import { z } from 'zod';
import { capabilitiesSchema, declared, declaredCapabilitiesSchema } from '../capabilities.ts';
import type { Capabilities } from '../capabilities.ts';

/** On the wire names are snake_case: `maxBytes` of a capability is `max_bytes` there. Which names, the schema itself says. */
type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

const snake = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const plain = z.toJSONSchema(declaredCapabilitiesSchema, { target: 'draft-2020-12', io: 'input' }) as Json;

function namesIn(schema: Json, found = new Map<string, string>()): Map<string, string> {
  if (schema === null || typeof schema !== 'object') return found;
  if (!Array.isArray(schema) && schema['properties'] && typeof schema['properties'] === 'object')
    for (const name of Object.keys(schema['properties']))
      if (/[A-Z]/.test(name)) found.set(name, snake(name));
  for (const inner of Object.values(schema)) namesIn(inner, found);
  return found;
}

const toWire = namesIn(plain);
const fromWire = new Map([...toWire].map(([ours, theirs]) => [theirs, ours]));

function renamed(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((one) => renamed(one, names));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [names.get(name) ?? name, renamed(inner, names)]),
  );
}

function renamedSchema(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(renamedSchema);
  if (typeof schema !== 'object' || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema).map(([keyword, inner]) => {
      if (keyword === 'properties' && typeof inner === 'object' && inner !== null && !Array.isArray(inner))
        return [
          keyword,
          Object.fromEntries(
            Object.entries(inner).map(([name, one]) => [toWire.get(name) ?? name, renamedSchema(one)]),
          ),
        ];
      if (keyword === 'required' && Array.isArray(inner))
        return [keyword, inner.map((name) => toWire.get(String(name)) ?? name)];
      return [keyword, renamedSchema(inner)];
    }),
  );
}

/** The JSON Schema of capabilities as they stand on the wire. */
export function wireCapabilitiesJson(): Record<string, unknown> {
  const { $schema: _, ...rest } = renamedSchema(plain) as Record<string, unknown>;
  return rest;
}

/** Capabilities as the wire has them; parsed, they are our own. The document shows `wireCapabilitiesJson` for it. */
export const wireCapabilitiesSchema = z.preprocess(
  (value) => declared(renamed(value, fromWire)),
  capabilitiesSchema,
);

export const capabilitiesToWire = (capabilities: Capabilities): Record<string, unknown> =>
  renamed(capabilities, toWire) as Record<string, unknown>;
