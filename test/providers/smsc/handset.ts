import { gsm, latin1, ucs2 } from './pdu.ts';
import type { SmscPdu } from './pdu.ts';

/** What one submit_sm held, as a phone sees it. */
export interface ReceivedSegment {
  from: string;
  to: string;
  messageId: string;
  dataCoding: number;
  esmClass: number;
  /** Octets on the air, header included. */
  octets: number;
  validityPeriod: string;
  reference?: number;
  total?: number;
  number?: number;
  text: string;
  /** A pair was torn, or it is longer than a short message can be: a phone would show rubbish. */
  broken: boolean;
}

export interface Shown {
  from: string;
  to: string;
  text: string;
  segments: number;
  messageIds: string[];
}

const plus = (ton: number | undefined, address = ''): string => (ton === 1 ? `+${address}` : address);

export function readSegment(pdu: SmscPdu, messageId: string): ReceivedSegment {
  const {
    esm_class: esmClass = 0,
    data_coding: dataCoding = 0,
    short_message: short = Buffer.alloc(0),
  } = pdu;
  const payload = pdu.message_payload;
  const hasHeader = (esmClass & 0x40) !== 0;
  const headerLength = hasHeader ? short[0]! + 1 : 0;
  const header = short.subarray(0, headerLength);
  const body = payload ?? short.subarray(headerLength);
  const place = hasHeader ? placeInHeader(header) : placeInParameters(pdu);
  const airOctets =
    dataCoding === 8
      ? headerLength + body.length
      : Math.ceil((((headerLength ? Math.ceil((headerLength * 8) / 7) : 0) + body.length) * 7) / 8);
  const text =
    dataCoding === 8 ? ucs2.decode(body) : dataCoding === 3 ? latin1.decode(body) : gsm.decode(body);
  const torn = dataCoding === 8 ? !text.isWellFormed() : dataCoding === 0 && body.at(-1) === 0x1b;
  return {
    from: plus(pdu.source_addr_ton, pdu.source_addr),
    to: plus(pdu.dest_addr_ton, pdu.destination_addr),
    messageId,
    dataCoding,
    esmClass,
    octets: airOctets,
    validityPeriod: pdu.validity_period ?? '',
    ...place,
    text,
    broken: torn || dataCoding === 1 || (!payload && airOctets > 140) || short.length > 254,
  };
}

function placeInHeader(header: Buffer): { reference?: number; total?: number; number?: number } {
  if (header[1] === 0x00) return { reference: header[3]!, total: header[4]!, number: header[5]! };
  if (header[1] === 0x08) return { reference: header.readUInt16BE(3), total: header[5]!, number: header[6]! };
  return {};
}

const placeInParameters = (pdu: SmscPdu): { reference?: number; total?: number; number?: number } =>
  pdu.sar_msg_ref_num === undefined
    ? {}
    : { reference: pdu.sar_msg_ref_num, total: pdu.sar_total_segments!, number: pdu.sar_segment_seqnum! };

/** The messages that the phones show: long ones only when they are whole, a segment that comes twice once. */
export function shownOf(segments: readonly ReceivedSegment[]): Shown[] {
  const shown: Shown[] = [];
  const open = new Map<string, Map<number, ReceivedSegment>>();
  for (const segment of segments) {
    const { from, to, total, number } = segment;
    if (!total || !number) {
      shown.push({ from, to, text: segment.text, segments: 1, messageIds: [segment.messageId] });
      continue;
    }
    const key = JSON.stringify([from, to, segment.reference, total]);
    const pieces = open.get(key) ?? new Map<number, ReceivedSegment>();
    open.set(key, pieces.set(number, segment));
    if (pieces.size < total) continue;
    open.delete(key);
    const whole = [...pieces.values()].toSorted((a, b) => a.number! - b.number!);
    shown.push({
      from,
      to,
      text: whole.map(({ text }) => text).join(''),
      segments: total,
      messageIds: whole.map(({ messageId }) => messageId),
    });
  }
  return shown;
}
