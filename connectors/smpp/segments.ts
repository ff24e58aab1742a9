import { gsmSeptets, isPair } from '../../protocol/text/gsm.ts';
import { codings, encodeText, outboundCoding } from './octets.ts';
import type { DefaultAlphabet } from './octets.ts';
import { esm, tags } from './wire.ts';

/** How texts that take more than one short message are sent. */
export type LongMessages = 'udh8' | 'udh16' | 'sar' | 'payload';

/** The part of a submit_sm that differs from segment to segment. */
export interface Segment {
  esmClass: number;
  dataCoding: number;
  octets: Buffer;
  tlvs: Map<number, Buffer>;
}

/**
 * Units of a text alone and of one of several (3GPP TS 23.040, 9.2.3.24): 140 octets less the header, which takes 6 octets with an
 * 8-bit reference and 7 with a 16-bit one.
 */
const capacity = {
  default: { alone: 160, udh8: 153, udh16: 152, sar: 153 },
  ucs2: { alone: 70, udh8: 67, udh16: 66, sar: 67 },
} as const;

/** A total is one octet everywhere. */
const maxSegments = 255;

/**
 * A text as one or more segments; undefined where it takes more than 255. `reference` (16 bits) ties them together. An escape pair or
 * a surrogate pair is never torn.
 */
export function segmentText(
  text: string,
  {
    longMessages,
    defaultAlphabet,
    reference,
  }: { longMessages: LongMessages; defaultAlphabet: DefaultAlphabet; reference: number },
): Segment[] | undefined {
  const coding = outboundCoding(text, defaultAlphabet);
  const dataCoding = coding === 'ucs2' ? codings.ucs2 : codings.default;
  const plain = (octets: Buffer): Segment => ({ esmClass: 0, dataCoding, octets, tlvs: new Map() });
  const alone = cut(text, coding, capacity[coding].alone);
  if (alone.length === 1) return [plain(encodeText(text, coding, defaultAlphabet))];
  if (longMessages === 'payload') {
    const payload = encodeText(text, coding, defaultAlphabet);
    return payload.length > 0xffff
      ? undefined
      : [{ ...plain(Buffer.alloc(0)), tlvs: new Map([[tags.messagePayload, payload]]) }];
  }
  const texts = cut(text, coding, capacity[coding][longMessages]);
  if (texts.length > maxSegments) return undefined;
  return texts.map((piece, index) => {
    const place: Place = { reference, total: texts.length, number: index + 1 };
    const octets = encodeText(piece, coding, defaultAlphabet);
    if (longMessages === 'sar') return { ...plain(octets), tlvs: sarTlvs(place) };
    return { ...plain(Buffer.concat([header(longMessages, place), octets])), esmClass: esm.header };
  });
}

interface Place {
  reference: number;
  total: number;
  number: number;
}

function header(form: 'udh8' | 'udh16', { reference, total, number }: Place): Buffer {
  if (form === 'udh8') return Buffer.from([0x05, 0x00, 0x03, reference & 0xff, total, number]);
  return Buffer.from([0x06, 0x08, 0x04, (reference >> 8) & 0xff, reference & 0xff, total, number]);
}

function sarTlvs({ reference, total, number }: Place): Map<number, Buffer> {
  const wide = Buffer.alloc(2);
  wide.writeUInt16BE(reference & 0xffff);
  return new Map([
    [tags.sarReference, wide],
    [tags.sarTotal, Buffer.from([total])],
    [tags.sarNumber, Buffer.from([number])],
  ]);
}

/** Pieces of at most `room` septets or UTF-16 units. */
function cut(text: string, coding: 'default' | 'ucs2', room: number): string[] {
  const pieces: string[] = [];
  let start = 0;
  let filled = 0;
  for (let i = 0; i < text.length;) {
    const width = coding === 'ucs2' && isPair(text, i) ? 2 : 1;
    const cost = coding === 'default' ? gsmSeptets(text.charCodeAt(i)) : width;
    if (filled + cost > room) {
      pieces.push(text.slice(start, i));
      start = i;
      filled = 0;
    }
    filled += cost;
    i += width;
  }
  pieces.push(text.slice(start));
  return pieces;
}
