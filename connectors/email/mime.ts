import PostalMime from 'postal-mime';
import type { Email } from 'postal-mime';

/** Why a mail is not taken, in the order of the checks. */
export type Refusal = 'too_large' | 'too_many_parts' | 'malformed' | 'loop' | 'no_sender' | 'too_slow';

const maxParts = 200;
const maxDepth = 20;
const maxHeaderBytes = 256 * 1024;
/** Lines that begin with two hyphens: what a boundary that was declared in a way of its own can cost at most. */
const maxHyphenLines = 20_000;
/** RFC 5321 §6.3 counts hops to find loops, and wants at least 100 to pass. */
const maxHops = 100;

/** Parses a mail under limits of parts, depth and headers; its size is limited before. The caller limits time and memory. */
export async function parseMime(
  raw: Uint8Array,
): Promise<{ ok: true; email: Email } | { ok: false; refusal: Refusal }> {
  if (hasTooManyParts(raw)) return { ok: false, refusal: 'too_many_parts' };
  try {
    const email = await PostalMime.parse(raw, {
      forceRfc822Attachments: true,
      maxRfc822NestingDepth: 0,
      maxNestingDepth: maxDepth,
      maxHeadersSize: maxHeaderBytes,
    });
    if (email.headers.filter(({ key }) => key === 'received').length > maxHops)
      return { ok: false, refusal: 'loop' };
    return { ok: true, email };
  } catch {
    return { ok: false, refusal: 'malformed' };
  }
}

/** Counts the parts before they are made: lines that are a boundary somewhere declared. */
function hasTooManyParts(raw: Uint8Array): boolean {
  const text = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString('latin1');
  const boundaries = new Set<string>();
  for (const [, quoted, token] of text.matchAll(
    /boundary\s*=\s*(?:"([^"\r\n]{1,200})"|([^\s;"]{1,200}))/gi,
  )) {
    boundaries.add(quoted ?? token ?? '');
    if (boundaries.size > maxParts) return true;
  }
  let parts = 0;
  let hyphenLines = 0;
  for (let at = text.startsWith('--') ? 0 : next(text, 0); at >= 0; at = next(text, at)) {
    if (++hyphenLines > maxHyphenLines) return true;
    const line = text
      .slice(at + 2, at + 300)
      .split(/[\r\n]/, 1)[0]!
      .trimEnd();
    if (boundaries.has(line) && ++parts > maxParts) return true;
  }
  return false;
}

function next(text: string, from: number): number {
  const at = text.indexOf('\n--', from);
  return at < 0 ? -1 : at + 1;
}
