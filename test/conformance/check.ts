import type { ConformanceSpec } from './spec.ts';

/**
 * One thing a connector must do. A plain function that returns what is wrong, so that the suite itself can be tested on a
 * connector that is broken on purpose.
 */
export interface Check {
  name: string;
  /** Why this does not concern the connector; undefined where it does. */
  without?(spec: ConformanceSpec): string | undefined;
  /** What is wrong, one sentence each; empty is good. An exception is a violation too. */
  run(spec: ConformanceSpec): string[] | Promise<string[]>;
}

export interface CheckGroup {
  name: string;
  checks: Check[];
}

export async function violations(check: Check, spec: ConformanceSpec): Promise<string[]> {
  try {
    return await check.run(spec);
  } catch (error) {
    return [`it threw: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`];
  }
}

/** Collects what is wrong, with a name in front. */
export const when = (broken: boolean, says: string): string[] => (broken ? [says] : []);

/** A value as a short line for a violation. */
export function shown(value: unknown): string {
  const line = JSON.stringify(plain(value)) ?? 'undefined';
  return line.length > 600 ? `${line.slice(0, 600)}…` : line;
}

/**
 * A value as JSON would hold it: undefined left out, bytes as `base64:…`. Fixtures write the bytes of media that way.
 */
export function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return `base64:${Buffer.from(value).toString('base64')}`;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => (inner === undefined ? [] : [[key, plain(inner)]])),
  );
}
