/** SMPP PDUs that harm those who read them (SMPP 3.4, 3.2 and 4.6.1 for the shape). All written for this project. */
const deliverSm = 0x0000_0005;
const dataSm = 0x0000_0103;

const u8 = (...bytes: number[]): Buffer => Buffer.from(bytes);
const u16 = (value: number): Buffer => u8((value >> 8) & 255, value & 255);
const cString = (text: string): Buffer => Buffer.from(`${text}\0`, 'latin1');
const tlv = (tag: number, value: Buffer, length = value.length): Buffer =>
  Buffer.concat([u16(tag), u16(length), value]);

function pdu(body: Buffer, { id = deliverSm, length = body.length + 16, sequence = 1 } = {}): Buffer {
  const header = Buffer.alloc(16);
  header.writeUInt32BE(length >>> 0, 0);
  header.writeUInt32BE(id >>> 0, 4);
  header.writeUInt32BE(sequence >>> 0, 12);
  return Buffer.concat([header, body]);
}

interface Said {
  from?: string;
  to?: string;
  esm?: number;
  coding?: number;
  text?: Buffer;
  length?: number;
  more?: Buffer;
}

const said = ({
  from = '33639980001',
  to = '33639980100',
  esm = 0,
  coding = 0,
  text = Buffer.from('hi'),
  length = text.length,
  more = Buffer.alloc(0),
}: Said): Buffer =>
  Buffer.concat([
    cString(''),
    u8(1, 1),
    cString(from),
    u8(1, 1),
    cString(to),
    u8(esm, 0, 0),
    cString(''),
    cString(''),
    u8(0, 0, coding, 0, length & 255),
    text,
    more,
  ]);

/** A piece of a long message, by the header of 3GPP TS 23.040, 9.2.3.24.1. */
const piece = (reference: number, total: number, number: number, text = 'x'): Buffer =>
  pdu(said({ esm: 0x40, text: Buffer.concat([u8(5, 0, 3, reference, total, number), Buffer.from(text)]) }));

const payload = 0x0424;

export const hostilePdus: [string, Buffer][] = Object.entries({
  'half a header': u8(0, 0, 0),
  'a length of 0': pdu(Buffer.alloc(0), { length: 0 }),
  'a length of 15': pdu(Buffer.alloc(0), { length: 15 }),
  'a length of 4 GB': pdu(Buffer.alloc(100), { length: 0xffff_ffff }),
  'a length of 2 GB': pdu(Buffer.alloc(100), { length: 0x7fff_ffff }),
  'a length of 64 KB, and nothing more': pdu(Buffer.alloc(0), { length: 65_536 }),
  'a length that is too short by one': pdu(said({}), { length: said({}).length + 15 }),
  'a length that is too long by one': pdu(said({}), { length: said({}).length + 17 }),
  'an unknown command': pdu(Buffer.alloc(8), { id: 0x0000_7777 }),
  'an unknown answer': pdu(Buffer.alloc(8), { id: 0x8000_7777 }),
  'a message without a body': pdu(Buffer.alloc(0)),
  'a message of NULs': pdu(Buffer.alloc(200)),
  'a message of 0xFF': pdu(Buffer.alloc(200, 255)),
  'an address without an end': pdu(Buffer.concat([cString(''), u8(1, 1), Buffer.alloc(500, 0x31)])),
  'an address of 60,000': pdu(said({ from: '1'.repeat(60_000) })),
  'no address': pdu(said({ from: '' })),
  'an address with line breaks': pdu(said({ from: '33\r\n63\t\u007f' })),
  'text shorter than it says': pdu(said({ length: 255 })),
  'text longer than it says': pdu(said({ length: 1 })),
  'text of nothing': pdu(said({ text: Buffer.alloc(0) })),
  'UCS-2 of an odd length': pdu(said({ coding: 8, text: u8(0, 0x41, 0) })),
  'UCS-2 of half pairs': pdu(said({ coding: 8, text: u8(0xd8, 0x3d, 0xd8, 0x3d, 0xde, 0) })),
  'septets that end in an escape': pdu(said({ text: u8(0x41, 0x1b) })),
  'septets above 127': pdu(said({ text: Buffer.alloc(140, 0xff) })),
  'every coding there is': Buffer.concat(
    Array.from({ length: 256 }, (_, coding) => pdu(said({ coding, text: u8(0x1b, 0x65, 0x80, 0) }))),
  ),
  'every class there is': Buffer.concat(Array.from({ length: 256 }, (_, esm) => pdu(said({ esm })))),
  'a header longer than the text': pdu(said({ esm: 0x40, text: u8(255, 0, 3, 1) })),
  'a header of nothing': pdu(said({ esm: 0x40, text: Buffer.alloc(0) })),
  'a header with an element that runs over': pdu(said({ esm: 0x40, text: u8(5, 0, 200, 1, 2, 1, 0x41) })),
  'a header of empty elements': pdu(
    said({ esm: 0x40, text: Buffer.concat([u8(100), Buffer.alloc(100), u8(0x41)]) }),
  ),
  'piece 0 of 2': piece(1, 2, 0),
  'piece 3 of 2': piece(2, 2, 3),
  'piece 1 of 0': piece(3, 0, 1),
  'the same piece 1,000 times': Buffer.concat(Array.from({ length: 1000 }, () => piece(4, 255, 1))),
  'the first pieces of 256 messages that never end': Buffer.concat(
    Array.from({ length: 256 }, (_, reference) => piece(reference, 255, 1, 'y'.repeat(100))),
  ),
  'pieces that disagree about how many they are': Buffer.concat([
    piece(5, 2, 1),
    piece(5, 3, 2),
    piece(5, 1, 1),
  ]),
  'a TLV without a value': pdu(said({ more: u16(payload) })),
  'a TLV longer than the PDU': pdu(said({ more: tlv(payload, u8(1), 65_535) })),
  'a TLV of 60,000': pdu(said({ text: Buffer.alloc(0), more: tlv(payload, Buffer.alloc(60_000, 0x41)) })),
  'a TLV 10,000 times': pdu(
    said({ more: Buffer.concat(Array.from({ length: 10_000 }, () => tlv(payload, u8(0x41)))) }),
  ),
  'text at both places': pdu(said({ more: tlv(payload, Buffer.from('other')) })),
  'pieces by TLV that aren’t there': pdu(
    said({ more: Buffer.concat([tlv(0x020c, u16(1)), tlv(0x020e, u8(0)), tlv(0x020f, u8(255))]) }),
  ),
  'a receipt of nothing': pdu(said({ esm: 4, text: Buffer.alloc(0) })),
  'a receipt of garbage': pdu(
    said({ esm: 4, text: Buffer.from('id: sub: dlvrd: done date: stat: err: text:') }),
  ),
  'a receipt with a field 100 times': pdu(said({ esm: 4, text: Buffer.from('id:1 '.repeat(50)) })),
  'a receipt with an unknown state': pdu(
    said({ esm: 4, more: Buffer.concat([tlv(0x001e, cString('9')), tlv(0x0427, u8(99))]) }),
  ),
  'a receipt whose id is 60,000': pdu(said({ esm: 4, more: tlv(0x001e, Buffer.alloc(60_000, 0x41)) })),
  'data_sm of nothing': pdu(Buffer.alloc(0), { id: dataSm }),
  '10,000 messages in one breath': Buffer.concat(
    Array.from({ length: 10_000 }, (_, sequence) => pdu(said({}), { sequence })),
  ),
});
