import { textAt } from './path.ts';

type Format = 'iso' | 'rfc2822' | 'seconds' | 'milliseconds';

const iso = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)\s*(Z|[+-]\d{2}:?\d{2})?$/;
const rfc2822 =
  /^(?:[A-Z][a-z]{2}, )?\d{1,2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}(?::\d{2})? (?:[+-]\d{4}|GMT|UT|Z)$/;

/** A time of the platform's as Unix milliseconds; undefined for what is none. Never in the zone of this machine. */
export function timeAt(
  root: unknown,
  { path, format }: { path: string; format: Format },
): number | undefined {
  const text = textAt(root, path)?.trim();
  if (text === undefined) return undefined;
  const ms = read(text, format);
  return Number.isFinite(ms) && ms > 0 && ms <= 8_640_000_000_000_000 ? Math.floor(ms) : undefined;
}

function read(text: string, format: Format): number {
  switch (format) {
    case 'iso': {
      const [, day, time, zone = 'Z'] = iso.exec(text) ?? [];
      return day === undefined
        ? Number.NaN
        : Date.parse(`${day}T${time}${zone.replace(/^(...)(\d\d)$/, '$1:$2')}`);
    }
    case 'rfc2822':
      return rfc2822.test(text) ? Date.parse(text) : Number.NaN;
    case 'seconds':
    case 'milliseconds':
      return /^\d{1,16}(?:\.\d{1,9})?$/.test(text)
        ? Number(text) * (format === 'seconds' ? 1000 : 1)
        : Number.NaN;
  }
}
