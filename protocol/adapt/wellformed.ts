import type { Content } from '../content.ts';

/**
 * Content with every lone surrogate replaced (U+FFFD). The schema refuses them; text from elsewhere may hold some, and no channel can
 * carry them. A `native` payload is the platform's own and stays as it is.
 */
export function wellFormed(content: Content): { value: Content; changed: boolean } {
  let changed = false;
  const mend = (value: unknown): unknown => {
    if (typeof value === 'string') {
      if (value.isWellFormed()) return value;
      changed = true;
      return value.toWellFormed();
    }
    if (Array.isArray(value)) return value.map(mend);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, entry]) => [key, key === 'payload' ? entry : mend(entry)]),
    );
  };
  const mended = mend(content) as Content;
  return { value: changed ? mended : content, changed };
}
