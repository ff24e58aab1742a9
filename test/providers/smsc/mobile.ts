import { gsm, latin1, ucs2 } from './pdu.ts';
import type { SmscPdu } from './pdu.ts';
import type { Say } from './protocol.ts';

let counter = 0;

/** What a consumer writes, as the deliver_sm of each piece. */
export function pdusOf(say: Say): Partial<SmscPdu>[] {
  const dataCoding = say.dataCoding ?? (gsm.match(say.text) ? 0 : 8);
  const encode =
    dataCoding === 8
      ? ucs2.encode
      : dataCoding === 3
        ? latin1.encode
        : dataCoding === 0
          ? gsm.encode
          : (text: string) => Buffer.from(text, 'latin1');
  const whole = encode(say.text);
  const common = { ...addresses(say), data_coding: dataCoding };
  const form = say.form ?? 'udh8';
  if (form === 'payload') return [{ ...common, short_message: Buffer.alloc(0), message_payload: whole }];
  const alone = dataCoding === 8 ? 140 : 160;
  if (form === 'plain' || (whole.length <= alone && say.pieceLength === undefined))
    return [{ ...common, short_message: whole }];
  const pieces = cut(whole, (say.pieceLength ?? (dataCoding === 8 ? 66 : 152)) * (dataCoding === 8 ? 2 : 1));
  const reference = say.reference ?? counter++ & 0xff;
  const order = say.pieces ?? pieces.map((_, index) => index + 1);
  return order.map((number) => ({
    ...common,
    ...piece(form, pieces[number - 1]!, { reference, total: pieces.length, number }),
  }));
}

/** Octet by octet: a phone that tears an escape pair or a surrogate pair is what the other side must stand. */
const cut = (octets: Buffer, length: number): Buffer[] =>
  Array.from({ length: Math.ceil(octets.length / length) }, (_, index) =>
    octets.subarray(index * length, (index + 1) * length),
  );

function piece(
  form: 'udh8' | 'udh16' | 'sar',
  octets: Buffer,
  { reference, total, number }: { reference: number; total: number; number: number },
): Partial<SmscPdu> {
  if (form === 'sar')
    return {
      short_message: octets,
      sar_msg_ref_num: reference,
      sar_total_segments: total,
      sar_segment_seqnum: number,
    };
  const header =
    form === 'udh8'
      ? [0x05, 0x00, 0x03, reference & 0xff, total, number]
      : [0x06, 0x08, 0x04, (reference >> 8) & 0xff, reference & 0xff, total, number];
  return { esm_class: 0x40, short_message: Buffer.concat([Buffer.from(header), octets]) };
}

function addresses({ from, to, ton }: Say): Partial<SmscPdu> {
  const international = from.startsWith('+');
  return {
    source_addr_ton: ton ?? (international ? 1 : /^\d+$/.test(from) ? 0 : 5),
    source_addr_npi: international ? 1 : 0,
    source_addr: from.replace(/^\+/, ''),
    dest_addr_ton: to.startsWith('+') ? 1 : 0,
    dest_addr_npi: 1,
    destination_addr: to.replace(/^\+/, ''),
  };
}
