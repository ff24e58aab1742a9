import type { Limit } from '../capabilities.ts';
import { isPair } from './gsm.ts';
import { createMeter, fits, graphemeEnds, measure } from './units.ts';

/** A piece of a text: UTF-16 offsets, the white space around it left out. */
export interface Span {
  start: number;
  end: number;
}

/** White space at which a line may end; no-break spaces are none. */
const isSpace = (unit: number): boolean =>
  unit === 0x20 ||
  (unit >= 0x09 && unit <= 0x0d) ||
  (unit >= 0x2000 && unit <= 0x200b && unit !== 0x2007) ||
  unit === 0x2028 ||
  unit === 0x2029 ||
  unit === 0x3000;
const isLineEnd = (unit: number): boolean => unit === 0x0a || unit === 0x2028 || unit === 0x2029;

const url = /(?:\b(?:[a-z][a-z0-9+-]{1,15}:\/\/|mailto:|tel:)|\bwww\.)[^\s<>"。、！？，；：」』】）]+/giu;

/** The places where a text may be cut at all, and its addresses. Made once for a text. */
interface Terrain {
  text: string;
  limit: Limit;
  reserve: string;
  /** Ends of graphemes; of code points where one grapheme alone is over the limit. */
  ends: Uint32Array;
  urls: Span[];
}

/**
 * Cuts a text into pieces that each fit a limit together with `reserve` (room for a number before it). It cuts at the border of a
 * paragraph, a line or a sentence where one lies in the second half of a piece, else at a word, else before or after an address, else
 * at a grapheme; inside an address or a grapheme only where that alone is over the limit; inside a code point never. White space at
 * the cuts goes; everything else is kept, in order. Linear in the text's length. An empty text has no pieces.
 */
export function splitText(text: string, limit: Limit, reserve = ''): string[] {
  const bounded = replaceOversized(text, limit, reserve);
  return splitSpans(bounded, limit, reserve).map(({ start, end }) => bounded.slice(start, end));
}

/** `splitText` by offsets, for callers that need to know where the pieces were. */
export function splitSpans(text: string, limit: Limit, reserve = ''): Span[] {
  if (text === '') return [];
  if (fits(reserve + text, limit)) return [{ start: 0, end: text.length }];
  const terrain: Terrain = {
    text,
    limit,
    reserve,
    ends: cutPlaces(text, limit, reserve),
    urls: urlSpans(text),
  };
  const spans: Span[] = [];
  let start = skipSpace(text, 0);
  let place = placeAfter(terrain.ends, 0, start);
  while (start < text.length) {
    const reach = lastThatFits(terrain, start, place);
    const end = reach === text.length ? trimmedEnd(text, start, reach) : bestCut(terrain, start, reach);
    spans.push({ start, end });
    start = skipSpace(text, end);
    place = placeAfter(terrain.ends, place, start);
  }
  return spans.length > 0 ? spans : [{ start: 0, end: lastThatFits(terrain, 0, 0) }];
}

/** Cuts a text to a limit with an ellipsis at its end; a text that fits stays as it is. */
export const shorten = (text: string, limit: Limit): string =>
  fits(text, limit) ? text : cutWithEllipsis(text, limit);

/** Says that there was more: the text, cut where it must be, and an ellipsis. GSM septets get three dots, for `…` would force UCS-2. */
export function cutWithEllipsis(text: string, limit: Limit, reserve = ''): string {
  const wanted = limit.unit === 'septets' ? '...' : '…';
  const ellipsis = measure(reserve + wanted, limit.unit) < limit.max ? wanted : '';
  const bounded = replaceOversized(text, limit, reserve + ellipsis);
  if (fits(reserve + bounded + ellipsis, limit)) return bounded + ellipsis;
  const terrain: Terrain = {
    text: bounded,
    limit,
    reserve: reserve + ellipsis,
    ends: cutPlaces(bounded, limit, reserve + ellipsis),
    urls: [],
  };
  const start = skipSpace(bounded, 0);
  const reach = lastThatFits(terrain, start, placeAfter(terrain.ends, 0, start));
  const word = lastBorder(bounded, start, reach, 'word');
  const end = word > start + (reach - start) * 0.6 ? word : trimmedEnd(bounded, start, reach);
  return bounded.slice(start, end) + ellipsis;
}

/** A code point that alone is over the limit can't be sent at all: a question mark takes its place. Only tiny limits know this. */
function replaceOversized(text: string, limit: Limit, reserve: string): string {
  if (limit.max >= 64 || fits(reserve + text, limit)) return text;
  return Array.from(text, (point) => (fits(reserve + point, limit) ? point : '?')).join('');
}

function cutPlaces(text: string, limit: Limit, reserve: string): Uint32Array {
  const graphemes = graphemeEnds(text);
  if (limit.unit === 'graphemes') return graphemes;
  const places: number[] = [];
  let start = 0;
  for (const end of graphemes) {
    if (end - start > 1 && !fits(reserve + text.slice(start, end), limit)) {
      for (let i = start; i < end;) places.push((i += isPair(text, i) ? 2 : 1));
    } else places.push(end);
    start = end;
  }
  return Uint32Array.from(places);
}

const urlSpans = (text: string): Span[] =>
  Array.from(text.matchAll(url), (match) => ({ start: match.index, end: match.index + match[0].length }));

/** The first place after `offset`, from `place` on. */
function placeAfter(ends: Uint32Array, place: number, offset: number): number {
  let at = place;
  while (at > 0 && ends[at - 1]! > offset) at--;
  while (at < ends.length && ends[at]! <= offset) at++;
  return at;
}

/** The last place up to which the text from `start` fits; at least the first one, so that there is always progress. */
function lastThatFits({ text, limit, reserve, ends }: Terrain, start: number, place: number): number {
  const meter = createMeter(limit.unit);
  if (reserve !== '') addWhole(meter, reserve, limit);
  let reach = start;
  for (let at = place; at < ends.length; at++) {
    if (meter.add(text, reach, ends[at]!) > limit.max) break;
    reach = ends[at]!;
  }
  return reach > start ? reach : (ends[place] ?? text.length);
}

function addWhole(meter: ReturnType<typeof createMeter>, text: string, limit: Limit): void {
  if (limit.unit !== 'graphemes') meter.add(text, 0, text.length);
  else for (const _ of graphemeEnds(text)) meter.add(text, 0, 0);
}

function bestCut(terrain: Terrain, start: number, reach: number): number {
  const { text } = terrain;
  const half = start + (reach - start) / 2;
  for (const rank of ['paragraph', 'line', 'sentence'] as const) {
    const border = lastBorder(text, start, reach, rank);
    if (border >= half) return border;
  }
  const word = lastBorder(text, start, reach, 'word');
  return word > start ? word : besideUrl(terrain, start, reach);
}

type Rank = 'paragraph' | 'line' | 'sentence' | 'word';

/** The last border of a rank in (start, reach], or `start`. A border lies before white space, or after a full-width full stop. */
function lastBorder(text: string, start: number, reach: number, rank: Rank): number {
  const least = rank === 'word' ? start : start + (reach - start) / 2;
  for (let at = reach; at > least; at--) {
    const before = text.charCodeAt(at - 1);
    if (at < text.length && isSpace(text.charCodeAt(at)) && !isSpace(before)) {
      if (
        rank === 'word' ||
        (rank === 'sentence' ? endsSentence(text, at) : lineEnds(text, at) >= (rank === 'paragraph' ? 2 : 1))
      )
        return at;
    } else if (rank === 'sentence' && (before === 0x3002 || before === 0xff01 || before === 0xff1f))
      return at;
  }
  return start;
}

/** Line ends in the white space from `at` on, as far as it matters. */
function lineEnds(text: string, at: number): number {
  let count = 0;
  for (let i = at; i < text.length && i < at + 64 && isSpace(text.charCodeAt(i)); i++)
    if (isLineEnd(text.charCodeAt(i))) count++;
  return count;
}

/** A full stop, with closing marks after it. */
const endsSentence = (text: string, at: number): boolean =>
  /[.!?…؟।։][)\]"'’”»\u00a0\u202f]{0,3}$/u.test(text.slice(Math.max(0, at - 4), at));

/** Where no white space is: not inside an address, unless it begins here. */
function besideUrl({ text, urls }: Terrain, start: number, reach: number): number {
  let low = 0;
  let high = urls.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (urls[middle]!.end <= reach) low = middle + 1;
    else high = middle;
  }
  const hit = urls[low];
  return hit && hit.start > start && hit.start < reach ? trimmedEnd(text, start, hit.start) : reach;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && isSpace(text.charCodeAt(at))) at++;
  return at;
}

function trimmedEnd(text: string, start: number, end: number): number {
  let at = end;
  while (at > start && isSpace(text.charCodeAt(at - 1))) at--;
  return at > start ? at : end;
}
