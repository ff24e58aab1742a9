/** A text of the platform's, made safe to store: lone surrogates replaced (JSON escapes can make them), at most `max` units. */
export const wellFormed = (value: string, max = 65_536): string => value.slice(0, max).toWellFormed();

/** The same, or undefined where nothing is left to show. */
export const lineOf = (value: unknown, max = 1024): string | undefined =>
  typeof value === 'string' && value !== '' ? wellFormed(value, max) : undefined;

/** Cuts to `max` UTF-16 units with an ellipsis, never through a surrogate pair. */
export function cut(value: string, max: number): string {
  if (value.length <= max) return value;
  const kept = value.slice(0, max - 1);
  return `${kept.isWellFormed() ? kept : kept.slice(0, -1)}…`;
}

/** `{key: value}` without the keys whose value is undefined. */
export const defined = <T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };

/** Seconds or milliseconds of the platform's, as Unix milliseconds; undefined for what is no time. */
export function timeMs(value: unknown, unitMs: 1 | 1000): number | undefined {
  const ms = Number(value) * unitMs;
  return (typeof value === 'string' || typeof value === 'number') &&
    Number.isSafeInteger(ms) &&
    ms > 0 &&
    ms <= 8_640_000_000_000_000
    ? ms
    : undefined;
}
