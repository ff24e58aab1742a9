import type { z } from 'zod';
import { jsonDepth } from '../../connectors/kit/body.ts';
import { maxWireBytes } from '../../protocol/connector-wire/index.ts';
import { problemErrors } from '../../protocol/problem.ts';

const maxDepth = 64;

/** What was read off the wire, or why it is none; the reason is for whoever wrote the message. */
export type Read<T> =
  | { ok: true; value: T }
  | { ok: false; detail: string; errors?: { pointer: string; detail: string }[] };

/** Text of the wire → JSON of bounded size and depth → our schema. Never throws. */
export function readWire<T>(payload: string, schema: z.ZodType<T>): Read<T> {
  // UTF-8 takes at least one byte for each UTF-16 unit
  if (payload.length > maxWireBytes || Buffer.byteLength(payload) > maxWireBytes)
    return { ok: false, detail: `The message is larger than ${maxWireBytes} bytes.` };
  if (jsonDepth(payload) > maxDepth)
    return { ok: false, detail: `The JSON nests deeper than ${maxDepth} levels.` };
  let json: unknown;
  try {
    json = JSON.parse(payload);
  } catch {
    return { ok: false, detail: 'The message is not valid JSON.' };
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return { ok: true, value: parsed.data };
  return {
    ok: false,
    detail: 'The message does not have the shape that the AsyncAPI document gives.',
    errors: problemErrors(parsed.error).slice(0, 20),
  };
}

/** The text of a message, or undefined if it is too large for the wire. */
export function writeWire(value: unknown): string | undefined {
  const text = JSON.stringify(value);
  return Buffer.byteLength(text) > maxWireBytes ? undefined : text;
}
