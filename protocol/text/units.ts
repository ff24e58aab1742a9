import type { Limit, Unit } from '../capabilities.ts';
import { gsmSeptets, isGsm7, isPair } from './gsm.ts';

let segmenter: Intl.Segmenter | undefined;

/** Below U+0300 every UTF-16 unit but a CR before LF is a grapheme of its own (UAX 29: no mark, joiner or jamo is there). */
function isSimple(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0x300 || unit === 0x0d) return false;
  }
  return true;
}

/** The ends of the graphemes of a text, as UTF-16 offsets. Linear, also for one grapheme of a million marks. */
export function graphemeEnds(text: string): Uint32Array {
  const ends = new Uint32Array(text.length);
  if (isSimple(text)) return ends.map((_, i) => i + 1);
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  let count = 0;
  for (const { index } of segmenter.segment(text)) if (index > 0) ends[count++] = index;
  ends[count++] = text.length;
  return ends.subarray(0, count);
}

/**
 * The length of a text in a unit.
 * - `septets`: GSM 7 bit, extension characters count 2. A text that the alphabet can't write goes out as UCS-2: it counts the
 *   septets that its octets take, 16/7 for each UTF-16 unit, so that 160 septets are 70 units.
 * - `utf16`: UTF-16 units. `codepoints`, and `count` (which is no unit of text): code points; a lone surrogate is one.
 * - `utf8_bytes`, `bytes`: bytes of UTF-8; a lone surrogate counts 3, as its replacement does.
 * - `graphemes`: extended grapheme clusters of UAX 29.
 */
export function measure(text: string, unit: Unit): number {
  if (unit === 'utf16') return text.length;
  if (unit === 'graphemes') return text === '' ? 0 : graphemeEnds(text).length;
  if (unit === 'septets') return isGsm7(text) ? addUp(text, gsmCost) : ucs2Septets(text.length);
  return addUp(text, unit === 'utf8_bytes' || unit === 'bytes' ? utf8Cost : codePointCost);
}

export const fits = (text: string, limit: Limit): boolean => measure(text, limit.unit) <= limit.max;

/** A running length. `add` takes a text in pieces that are whole graphemes (or code points), and gives the length so far. */
export interface Meter {
  add(text: string, from: number, to: number): number;
}

export function createMeter(unit: Unit): Meter {
  let total = 0;
  if (unit === 'septets') return septetMeter();
  if (unit === 'utf16') return { add: (_text, from, to) => (total += to - from) };
  if (unit === 'graphemes') return { add: () => ++total };
  const cost = unit === 'utf8_bytes' || unit === 'bytes' ? utf8Cost : codePointCost;
  return {
    add(text, from, to) {
      for (let i = from; i < to; i++) total += cost(text, i);
      return total;
    },
  };
}

/** One character outside the alphabet turns the whole text into UCS-2, so both lengths run along. */
function septetMeter(): Meter {
  let units = 0;
  let septets = 0;
  let gsm = true;
  return {
    add(text, from, to) {
      units += to - from;
      for (let i = from; gsm && i < to; i++) {
        const cost = gsmSeptets(text.charCodeAt(i));
        septets += cost;
        gsm = cost > 0;
      }
      return gsm ? septets : ucs2Septets(units);
    },
  };
}

const ucs2Septets = (units: number): number => Math.ceil((units * 16) / 7);

/** What the UTF-16 unit at a place adds; a surrogate pair adds all at its first half. */
type Cost = (text: string, i: number) => number;

const isTail = (text: string, i: number): boolean => i > 0 && isPair(text, i - 1);
const gsmCost: Cost = (text, i) => gsmSeptets(text.charCodeAt(i));
const codePointCost: Cost = (text, i) => (isTail(text, i) ? 0 : 1);
const utf8Cost: Cost = (text, i) => {
  const unit = text.charCodeAt(i);
  if (unit < 0x80) return 1;
  if (unit < 0x800) return 2;
  if (isPair(text, i)) return 4;
  return isTail(text, i) ? 0 : 3;
};

function addUp(text: string, cost: Cost): number {
  let total = 0;
  for (let i = 0; i < text.length; i++) total += cost(text, i);
  return total;
}
