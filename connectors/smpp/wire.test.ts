import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPdu, writePdu } from '../../test/providers/smsc/pdu.ts';
import {
  commands,
  createFraming,
  decodeMessageId,
  decodeShortMessage,
  encodeBind,
  encodePdu,
  encodeShortMessage,
  tags,
  tlvNumber,
  tlvText,
} from './wire.ts';

const source = { ton: 1, npi: 1, value: '33639980100' };
const destination = { ton: 1, npi: 1, value: '33639980001' };
const framed = (bytes: Buffer) => createFraming().push(bytes)!;

describe('PDUs', () => {
  it('are read by another implementation as they were written', () => {
    const body = encodeShortMessage({
      source, destination, esmClass: 0x40, dataCoding: 0, octets: Buffer.from([0, 1, 0x1b, 0xff]), registeredDelivery: 1, validityPeriod: '000001000000000R',
      tlvs: new Map([[tags.sarReference, Buffer.from([0, 9])], [tags.messagePayload, Buffer.from([1, 2])]]),
    }); // prettier-ignore
    expect(readPdu(encodePdu({ commandId: commands.submitSm, status: 0, sequence: 77, body }))).toMatchObject({
      command: 'submit_sm', sequence_number: 77, source_addr: source.value, destination_addr: destination.value, dest_addr_ton: 1, esm_class: 0x40, data_coding: 0,
      registered_delivery: 1, validity_period: '000001000000000R', short_message: Buffer.from([0, 1, 0x1b, 0xff]), sar_msg_ref_num: 9, message_payload: Buffer.from([1, 2]),
    }); // prettier-ignore
    const bind = encodeBind({ systemId: 'acme', password: 'pw', systemType: 'VMA', addressRange: '^336' });
    expect(readPdu(encodePdu({ commandId: commands.bindTransceiver, status: 0, sequence: 1, body: bind }))).toMatchObject({
      command: 'bind_transceiver', system_id: 'acme', password: 'pw', interface_version: 0x34, address_range: '^336',
    }); // prettier-ignore
  });

  it('of another implementation are read as they were written', () => {
    const bytes = writePdu('deliver_sm', {
      sequence_number: 5,
      source_addr_ton: 1,
      source_addr: '33639980001',
      destination_addr: '38064',
      esm_class: 4,
      data_coding: 8,
      short_message: Buffer.from([1, 2]),
      receipted_message_id: 'A1',
      message_state: 2,
    });
    const [pdu] = framed(bytes);
    expect(pdu).toMatchObject({ commandId: commands.deliverSm, sequence: 5 });
    const message = decodeShortMessage(pdu!)!;
    expect(message).toMatchObject({
      source: { ton: 1, value: '33639980001' },
      destination: { value: '38064' },
      esmClass: 4,
      dataCoding: 8,
      octets: Buffer.from([1, 2]),
    });
    expect(tlvText(message.tlvs.get(tags.receiptedMessageId))).toBe('A1');
    expect(tlvNumber(message.tlvs.get(tags.messageState))).toBe(2);
    const [data] = framed(
      writePdu('data_sm', {
        sequence_number: 6,
        source_addr: '1',
        destination_addr: '2',
        esm_class: 4,
        data_coding: 3,
        message_payload: Buffer.from('x'),
      }),
    );
    expect(decodeShortMessage(data!)).toMatchObject({ esmClass: 4, dataCoding: 3, source: { value: '1' } });
    expect(
      decodeMessageId(framed(writePdu('submit_sm_resp', { sequence_number: 7, message_id: '0A1' }))[0]!.body),
    ).toBe('0A1');
  });

  it('come out of any cutting of the stream', () => {
    const pdus = Buffer.concat(
      [1, 2, 3].map((sequence) =>
        encodePdu({ commandId: commands.enquireLink, status: 0, sequence, body: Buffer.alloc(sequence) }),
      ),
    );
    for (let size = 1; size <= pdus.length; size++) {
      const framing = createFraming();
      const found = [];
      for (let at = 0; at < pdus.length; at += size)
        found.push(...framing.push(pdus.subarray(at, at + size))!);
      expect(found.map(({ sequence, body }) => [sequence, body.length])).toEqual([
        [1, 1],
        [2, 2],
        [3, 3],
      ]);
    }
  });

  it('with a length that cannot be break the stream', () => {
    expect(createFraming().push(Buffer.from([0, 0, 0, 15]))).toBeUndefined();
    expect(createFraming().push(Buffer.from([0x10, 0, 0, 0]))).toBeUndefined();
  });

  it('of any bytes are read or refused, without an exception', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        decodeShortMessage({ commandId: commands.deliverSm, body: Buffer.from(bytes) });
        decodeShortMessage({ commandId: commands.dataSm, body: Buffer.from(bytes) });
      }),
      { seed: 20_261_122 },
    );
    expect(decodeShortMessage({ commandId: commands.deliverSm, body: Buffer.alloc(3) })).toBeUndefined();
  });
});
