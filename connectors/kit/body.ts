import type { z } from 'zod';
import { problemErrors } from '../../protocol/problem.ts';

type Refusal = { ok: false; status: 400 | 413 | 415 | 422; detail: string; pointer?: string };

const maxDepth = 64;
const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

/** How deep a JSON text nests at most, without parsing it: brackets outside strings. */
export function jsonDepth(textOf: string): number {
  let depth = 0;
  let deepest = 0;
  let quoted = false;
  for (let i = 0; i < textOf.length; i++) {
    const code = textOf.charCodeAt(i);
    if (quoted) {
      if (code === 92) i++;
      else if (code === 34) quoted = false;
    } else if (code === 34) quoted = true;
    else if (code === 123 || code === 91) deepest = Math.max(deepest, ++depth);
    else if (code === 125 || code === 93) depth--;
  }
  return deepest;
}

/** Bytes → UTF-8 (strict) → JSON of bounded depth. What is wrong, and where, is a value. */
export function readJson(body: Uint8Array): { ok: true; value: unknown } | Refusal {
  let textOf: string;
  try {
    textOf = strictUtf8.decode(body);
  } catch {
    return { ok: false, status: 400, detail: 'The body is not valid UTF-8.' };
  }
  if (jsonDepth(textOf) > maxDepth)
    return { ok: false, status: 400, detail: `The JSON nests deeper than ${maxDepth} levels.` };
  try {
    return { ok: true, value: JSON.parse(textOf) as unknown };
  } catch (error) {
    const where = /position (\d+)/.exec((error as Error).message)?.[1];
    return {
      ok: false,
      status: 400,
      detail: `The body is not valid JSON${where ? ` (at character ${where})` : ''}.`,
    };
  }
}

/** Bytes → JSON → a schema of the platform's (loose). */
export function readJsonAs<T>(body: Uint8Array, schema: z.ZodType<T>): { ok: true; value: T } | Refusal {
  const json = readJson(body);
  if (!json.ok) return json;
  const parsed = schema.safeParse(json.value);
  if (parsed.success) return { ok: true, value: parsed.data };
  const [first] = problemErrors(parsed.error);
  return {
    ok: false,
    status: 422,
    detail: `The body does not have the platform's documented shape: ${first?.detail ?? ''}`,
    pointer: first?.pointer ?? '',
  };
}
